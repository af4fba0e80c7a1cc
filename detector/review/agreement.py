"""Agreement: how far people, or people and a detector, say the same beyond chance. Cohen's kappa for two, Fleiss' for more."""

import numpy as np
from numpy.typing import NDArray

Codes = NDArray[np.int64]
"""Answers as numbers from 0; -1 where there is none."""


def cohen(first: Codes, second: Codes) -> float | None:
    """Cohen's kappa of two rows of answers (N,) to the same questions (Cohen 1960), over those that both answered.

    None where they share no question, or where chance alone would have them agree on every one.
    """
    both = (first >= 0) & (second >= 0)
    n = int(both.sum())
    if not n:
        return None
    size = int(max(first.max(), second.max())) + 1
    table = np.bincount(first[both] * size + second[both], minlength=size * size).reshape(size, size) / n
    by_chance = float(table.sum(axis=1) @ table.sum(axis=0))
    return (float(np.trace(table)) - by_chance) / (1 - by_chance) if by_chance < 1 - 1e-12 else None


def fleiss(counts: NDArray[np.int64]) -> float | None:
    """Fleiss' kappa (1971) from how many people gave each answer (images, answers).

    Images with fewer than two answers tell nothing and are left out. Where numbers of answers differ, an image counts as
    its pairs of people agree, and answers are as frequent as among all that were given; with equal numbers this is Fleiss' own.
    None where chance alone would have everybody agree.
    """
    given = counts.sum(axis=1)
    table, n = counts[given > 1].astype(float), given[given > 1].astype(float)
    if not n.size:
        return None
    agreeing = ((table**2).sum(axis=1) - n) / (n * (n - 1))
    shares = table.sum(axis=0) / n.sum()
    by_chance = float((shares**2).sum())
    return (float(agreeing.mean()) - by_chance) / (1 - by_chance) if by_chance < 1 - 1e-12 else None


def table_of(codes: Codes, answers: int) -> NDArray[np.int64]:
    """How many people gave each answer (images, answers), from what each said (people, images)."""
    return np.stack([(codes == answer).sum(axis=0) for answer in range(answers)], axis=1).astype(np.int64)


def words(kappa: float | None) -> str:
    """A kappa with the word that Landis and Koch (1977) proposed for its size, which is a habit and no test."""
    if kappa is None:
        return "not defined: everybody always said the same"
    steps = ((0.0, "poor"), (0.2, "slight"), (0.4, "fair"), (0.6, "moderate"), (0.8, "substantial"))
    return f"{kappa:.2f} ({next((word for end, word in steps if kappa <= end), 'almost perfect')})"
