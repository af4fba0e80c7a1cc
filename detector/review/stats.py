"""Stats: how right, how quick and how much of one mind the people of a queue were, and what seeing the model did to them."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from typing import Final

import numpy as np

from detector.evaluation.rates import Rate
from detector.evaluation.sample import Ints
from detector.review.agreement import cohen, fleiss, table_of
from detector.review.influence import Influence, influence
from detector.review.queues import find_queue
from detector.review.said import CODES, NONE, Said, said_in, share
from detector.review.store import reading
from detector.review.values import COUNTED

MOST_PAIRS: Final = 45
"""Cohen's kappa is given for the pairs that share most images."""


@dataclass(frozen=True)
class Person:
    """One annotator: how many answers, how right the first ones were, also of sentinels alone, and the median time to them."""

    name: str
    answers: int
    unsure: int
    right: Rate
    sentinels: Rate
    seconds: float | None
    model_kappa: float | None


@dataclass(frozen=True)
class Pair:
    """Two annotators, the images that both answered, and Cohen's kappa over real, AI-generated and unsure."""

    first: str
    second: str
    images: int
    kappa: float | None


@dataclass(frozen=True)
class Stats:
    """All of it for one queue. Rates are over answers; their intervals count the answers to one image as one draw.

    An unsure answer is not a right one. `influence` is over answers given before and again after the verdict was shown.
    """

    images: int
    answers: int
    right: Rate
    sentinels: Rate
    seconds: float | None
    people: tuple[Person, ...]
    pairs: tuple[Pair, ...]
    fleiss: float | None
    fleiss_images: int
    influence: Influence

    @cached_property
    def kappas(self) -> dict[tuple[str, str], float | None]:
        """Cohen's kappa by pair of names."""
        return {(pair.first, pair.second): pair.kappa for pair in self.pairs}

    @property
    def pulled_right(self) -> Rate:
        """How often a right model turned an answer that was not right into a right one."""
        return self.influence.pulled_right

    @property
    def pulled_wrong(self) -> Rate:
        """How often a wrong model turned an answer that was not wrong into a wrong one."""
        return self.influence.pulled_wrong

    def sentences(self) -> list[str]:
        """The same in plain words."""
        from detector.review.words import sentences

        return sentences(self)


def stats(queue: str) -> Stats:
    """What the answers of a queue say about people, model, and both together; skips are no answers."""
    with reading() as db:
        number, found = find_queue(db, queue)
        said = said_in(db, number, next(iter(found.detectors), ""))
    known = said.truth != NONE
    codes = np.full((len(said.names), said.images), NONE, np.int64)
    codes[said.person, said.image] = said.first
    counts = table_of(codes, len(COUNTED))
    return Stats(
        images=int(np.unique(said.image).size),
        answers=int(said.first.size),
        right=share(said, said.first == said.truth, known),
        sentinels=share(said, said.first == said.truth, known & said.sentinel),
        seconds=_seconds(said.ms),
        people=tuple(_person(said, place) for place in range(len(said.names))),
        pairs=tuple(_pairs(said.names, codes)),
        fleiss=fleiss(counts),
        fleiss_images=int((counts.sum(axis=1) > 1).sum()),
        influence=influence(said),
    )


def _person(said: Said, place: int) -> Person:
    own = said.person == place
    known, right = own & (said.truth != NONE), said.first == said.truth
    return Person(
        said.names[place],
        int(own.sum()),
        int((own & (said.first == CODES["unsure"])).sum()),
        share(said, right, known),
        share(said, right, known & said.sentinel),
        _seconds(said.ms[own]),
        cohen(said.first[own], said.model[own]) if own.any() else None,
    )


def _pairs(names: tuple[str, ...], codes: Ints) -> Iterable[Pair]:
    shared = [(int(((codes[a] >= 0) & (codes[b] >= 0)).sum()), a, b) for a, b in combinations(range(len(names)), 2)]
    most = sorted((each for each in shared if each[0]), key=lambda each: (-each[0], each[1:]))[:MOST_PAIRS]
    return (Pair(names[a], names[b], n, cohen(codes[a], codes[b])) for n, a, b in most)


def _seconds(ms: Ints) -> float | None:
    """The median time to an answer; those given to many images at once took no time of their own."""
    timed = ms[ms > 0]
    return round(float(np.median(timed)) / 1000, 2) if timed.size else None
