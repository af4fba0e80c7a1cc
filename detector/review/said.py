"""Said: the answers that stand in a queue as arrays, ready to be counted, with the rate of some among others."""

import sqlite3
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from detector.evaluation.rates import Rate, rate, wilson
from detector.evaluation.sample import Ints, Sample
from detector.review.values import COUNTED, FIRST, SECOND

CODES: Final = {name: code for code, name in enumerate(COUNTED)}
"""Real and ai as their labels, then unsure."""
NONE: Final = -1


@dataclass(frozen=True, eq=False)
class Said:
    """What people said of a queue's images, an answer a place of every array; -1 stands for nothing known.

    `first`, `final` and `model` are 0 real, 1 AI-generated, `first` and `final` also 2 unsure; `model` is what the first
    detector's threshold says, `decided` its verdict, -1 where inconclusive. `shown` says that the verdict was in sight at the
    first answer, `again` that there is a second one.
    """

    image: Ints
    person: Ints
    truth: Ints
    sentinel: NDArray[np.bool_]
    first: Ints
    final: Ints
    ms: Ints
    shown: NDArray[np.bool_]
    again: NDArray[np.bool_]
    model: Ints
    decided: Ints
    names: tuple[str, ...]
    images: int


def share(said: Said, hits: NDArray[np.bool_], among: NDArray[np.bool_]) -> Rate:
    """The share of hits among some answers with Wilson's interval, in which the answers to one image count as one draw."""
    images = said.image[among]
    n, found = images.size, int((hits & among).sum())
    if np.unique(images).size == n:
        return Rate(found / n if n else 0.0, *wilson(found, n), n)
    nothing = np.zeros(said.image.size)
    return rate(Sample(nothing.astype(np.int64), nothing, said.image, said.images), hits, among)


def said_in(db: sqlite3.Connection, queue: int, detector: str) -> Said:
    """Every answer that stands in a queue, beside what this detector says; skips are left out."""
    about = _ints(  # the database turns words into numbers, at a third of the time that Python takes
        db,
        "SELECT i.id, coalesce(i.label, -1), i.sentinel, coalesce(c.probability >= c.threshold, -1), "
        f"{_code('c.verdict')} FROM items i LEFT JOIN scores c ON c.item = i.id AND c.detector = ? "
        "WHERE i.queue = ? AND i.answered > 0 ORDER BY i.id",
        (detector, queue),
        5,
    )
    ids = about[:, 0]
    found = db.execute("SELECT DISTINCT annotator FROM standing WHERE queue = ? AND round = 1 AND said <> 'skip'", (queue,))
    names = tuple(sorted(name for (name,) in found.fetchall()))
    parts = []
    for person, name in enumerate(names):
        told = "FROM standing WHERE queue = ? AND annotator = ? AND round = ? AND said <> 'skip' ORDER BY item"
        first = _ints(db, f"SELECT item, {_code('said')}, shown, ms {told}", (queue, name, FIRST), 4)
        second = _ints(db, f"SELECT item, {_code('said')} {told}", (queue, name, SECOND), 2)
        own = np.full((len(first), 7), NONE, np.int64)
        own[:, 0], own[:, 1], own[:, 2], own[:, 4:6] = np.searchsorted(ids, first[:, 0]), person, first[:, 1], first[:, 2:]
        again = np.isin(first[:, 0], second[:, 0])
        own[:, 3] = first[:, 1]
        own[again, 3] = second[np.searchsorted(second[:, 0], first[again, 0]), 1]
        own[:, 6] = again
        parts.append(own)
    image, person_of, said, final, shown, ms, repeated = np.concatenate([*parts, np.empty((0, 7), np.int64)]).T
    _, truth, sentinel, model, decided = about[image].T
    return Said(image, person_of, truth, sentinel.astype(bool), said, final, ms, shown.astype(bool), repeated.astype(bool), model,
                decided, names, len(ids))  # fmt: skip


def _ints(db: sqlite3.Connection, question: str, values: tuple[object, ...], columns: int) -> Ints:
    return np.array(db.execute(question, values).fetchall(), np.int64).reshape(-1, columns)


def _code(word: str) -> str:
    """An answer or a verdict as its number in SQL, NONE for any other word."""
    return f"CASE {word} {' '.join(f'WHEN {name!r} THEN {code}' for name, code in CODES.items())} ELSE {NONE} END"
