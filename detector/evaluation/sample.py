"""Sample: the labels, scores and groups of the images of one test, checked and ready to be counted. Knows no metric."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from detector.errors import UserError
from detector.labels import AI, REAL

MOST_UNITS = 1000
"""More groups than this are thrown together at random into so many units, each resampled as one: see decision 11."""

Values = Sequence[float] | npt.NDArray[Any]
Groups = Collection[object] | npt.NDArray[Any]
Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Sample:
    """Images (N,) with label, probability of AI, and group: images of one group (0 … n_groups - 1) count as one draw."""

    labels: Ints
    scores: Floats
    groups: Ints
    n_groups: int

    @property
    def n(self) -> int:
        """How many images."""
        return self.labels.size

    @property
    def grouped(self) -> bool:
        """Whether any two images share a group."""
        return self.n_groups < self.n

    @cached_property
    def units(self) -> Ints:
        """What is resampled, (N,): the groups, or where there are too many for that, random unions of them."""
        if self.n_groups <= MOST_UNITS:
            return self.groups
        return (np.random.default_rng(0).permutation(self.n_groups) % MOST_UNITS)[self.groups]

    @property
    def n_units(self) -> int:
        """How many units."""
        return min(self.n_groups, MOST_UNITS)

    @cached_property
    def order(self) -> Ints:
        """The places of the images, (N,), from the highest score down."""
        return np.argsort(-self.scores)

    @cached_property
    def both(self) -> bool:
        """Whether both classes are present."""
        return bool(self.labels.min() != self.labels.max())

    @cached_property
    def steps(self) -> tuple[Ints, Ints, Floats]:
        """AI and real images that score at least each distinct score, and these scores, from the highest down.

        Raises UserError unless both classes are present.
        """
        if not self.both:
            raise UserError("A ROC curve needs both real and AI-generated images.")
        scores = self.scores[self.order]
        last_of_score = np.append(np.flatnonzero(np.diff(scores)), self.n - 1)
        hits = np.cumsum(self.labels[self.order] == AI)[last_of_score]
        return hits, 1 + last_of_score - hits, scores[last_of_score]

    def draws_of(self, label: int) -> int:
        """How many groups hold images of a class."""
        there = self.labels == label
        return int(np.count_nonzero(np.bincount(self.groups[there]) if self.grouped else there))

    @cached_property
    def smaller(self) -> int:
        """How many groups the class with fewer of them has; of one class alone, how many that has."""
        return min(count for count in (self.draws_of(REAL), self.draws_of(AI)) if count)

    def only(self, chosen: npt.NDArray[np.bool_]) -> "Sample":
        """The images where `chosen` (N,) is true; raises UserError when there are none."""
        if not chosen.any():
            raise UserError("There are no images to evaluate.")
        groups, count = _numbered(self.groups[chosen])
        return Sample(self.labels[chosen], self.scores[chosen], groups, count)


def sample_of(labels: Values, probabilities: Values, groups: Groups | None = None) -> Sample:
    """Checked labels and scores with their groups; raises UserError unless they fit each other and can be evaluated.

    `groups` names the group of each image; "" or None is a group of its own, and so is every image when none are given.
    """
    truth, scores = checked(labels, probabilities)
    if groups is None:
        return Sample(truth, scores, np.arange(truth.size), truth.size)
    if len(groups) != truth.size:
        raise UserError(f"There should be one group a label: got {truth.size} labels and {len(groups)} groups.")
    codes, count = group_codes(groups)
    return Sample(truth, scores, codes, count)


def group_codes(groups: Groups) -> tuple[Ints, int]:
    """Numbers from 0 for the groups, (N,), and how many there are; those without a name are each one of their own."""
    import pandas as pd  # not at the top: numbers without groups need none of it

    names = groups if isinstance(groups, pd.Series) else pd.Series(np.asarray(list(groups), dtype=object))
    codes, known = pd.factorize(names.replace("", None), use_na_sentinel=True)
    alone = codes < 0
    codes[alone] = len(known) + np.arange(int(alone.sum()))
    return codes.astype(np.int64), len(known) + int(alone.sum())


def checked(labels: Values, probabilities: Values) -> tuple[Ints, Floats]:
    """Labels and probabilities as arrays (N,); raises UserError unless they fit each other and can be evaluated."""
    truth, scores = np.asarray(labels), np.asarray(probabilities, dtype=np.float64)
    if truth.ndim != 1 or truth.shape != scores.shape:
        raise UserError(f"There should be one probability a label: got {truth.size} labels and {scores.size} probabilities.")
    if not truth.size:
        raise UserError("There are no images to evaluate.")
    if not ((truth == REAL) | (truth == AI)).all():
        raise UserError(f"Labels should be {REAL} (real) or {AI} (AI-generated).")
    if not ((scores >= 0) & (scores <= 1)).all():  # also refuses nan, which compares false
        raise UserError("Probabilities should be numbers from 0 to 1.")
    return truth.astype(np.int64), scores


def predicted_labels(probabilities: Values, threshold: float) -> Ints:
    """AI where the probability reaches the threshold, otherwise real: (N,) of labels."""
    return np.where(np.asarray(probabilities, float) >= threshold, AI, REAL)


def _numbered(groups: Ints) -> tuple[Ints, int]:
    """The same groups with numbers from 0 and without gaps."""
    there = np.zeros(int(groups.max()) + 1, bool)
    there[groups] = True
    return (np.cumsum(there) - 1)[groups], int(there.sum())
