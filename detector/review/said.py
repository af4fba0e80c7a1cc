"""Said: the answers that stand in a queue as arrays, ready to be counted, with the rate of some among others."""

import sqlite3
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from detector.evaluation.rates import Rate, rate, wilson
from detector.evaluation.sample import Ints, Sample
from detector.labels import LABEL_NAMES
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
    about = {
        item: (-1 if label is None else label, sentinel, model, verdict)
        for item, label, sentinel, model, verdict in db.execute(
            "SELECT i.id, i.label, i.sentinel, coalesce(c.probability >= c.threshold, -1), coalesce(c.verdict, '') FROM items i "
            "LEFT JOIN scores c ON c.item = i.id AND c.detector = ? WHERE i.queue = ? AND i.answered > 0",
            (detector, queue),
        )
    }
    rows: list[Any] = db.execute(
        "SELECT item, annotator, said, shown, ms FROM standing WHERE queue = ? AND round = ? AND said <> 'skip'", (queue, FIRST)
    ).fetchall()
    second: dict[Any, str] = {
        (item, annotator): said
        for item, annotator, said in db.execute(
            "SELECT item, annotator, said FROM standing WHERE queue = ? AND round = ?", (queue, SECOND)
        )
    }
    items, people, first, shown, ms = list(zip(*rows, strict=True)) or [()] * 5
    again = [second.get(key, "") for key in zip(items, people, strict=True)]
    truth, sentinel, model, verdict = zip(*(about[item] for item in items), strict=True) if items else [()] * 4
    numbers, image = np.unique(np.array(items, np.int64), return_inverse=True)
    names = sorted(set(people))
    places = {name: place for place, name in enumerate(names)}
    labels = {name: label for label, name in enumerate(LABEL_NAMES)}
    return Said(
        image.astype(np.int64),
        np.array([places[name] for name in people], np.int64),
        np.array(truth, np.int64),
        np.array(sentinel, bool),
        np.array([CODES[name] for name in first], np.int64),
        np.array([CODES.get(late or soon, NONE) for late, soon in zip(again, first, strict=True)], np.int64),
        np.array(ms, np.int64),
        np.array(shown, bool),
        np.array([bool(late) for late in again], bool),
        np.array(model, np.int64),
        np.array([labels.get(name, NONE) for name in verdict], np.int64),
        tuple(names),
        int(numbers.size),
    )
