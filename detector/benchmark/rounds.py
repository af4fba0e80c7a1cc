"""Rounds: what is learnt from, chosen on and tested on, seed by seed. Opens no picture and knows no detector."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from detector.benchmark.pictures import BenchSet, Picture
from detector.data.leave_out import generators_of, without_generators
from detector.data.manifest import Item
from detector.data.splits import assign_splits
from detector.errors import DataError
from detector.evaluation.score_map import FEWEST as FEWEST_TO_CALIBRATE
from detector.labels import AI, REAL

SEEDS = (0, 1, 2)
VALID, TEST = 0.15, 0.3  # shares of a set's pictures, by group
FEWEST = 4  # generators a set needs for leaving one out: fewer are versions of one another more often than not
FEWEST_IMAGES = 5  # of each class; fewer say nothing

SEEN, GENERATOR, SET = "seen", "generator", "set"
TASKS = {
    SEEN: "Same generators, new images",
    GENERATOR: "A generator left out of training",
    SET: "A whole data set left out of training",
}


@dataclass(frozen=True)
class Round:
    """One training and its test. `place` is what is tested: a set, or a generator as "set: generator"; "" for all sets at once.

    A detector that is only tested has no training and validation pictures.
    """

    task: str
    place: str
    seed: int
    train: tuple[Picture, ...]
    valid: tuple[Picture, ...]
    test: tuple[Picture, ...]


def families(sets: Sequence[BenchSet]) -> list[list[BenchSet]]:
    """The sets that are learnt together: those whose files follow the same rule."""
    by_rule: dict[str, list[BenchSet]] = {}
    for each in sets:
        by_rule.setdefault(each.rule.key(), []).append(each)
    return list(by_rule.values())


def rounds_of(sets: Sequence[BenchSet], seeds: Sequence[int] = SEEDS, tasks: Sequence[str] = tuple(TASKS)) -> Iterator[Round]:
    """Every round of a detector that can be trained.

    seen: all sets of a family together; their test pictures are told apart by set afterwards. generator: each generator of a
    set that names enough of them, tested beside that set's real test pictures, with all other sets in training. set: each set
    whole, after training on the others of its family. What leaves too few pictures to calibrate by, or to test on, is passed
    over. Raises DataError for sets too small to divide.
    """
    for family in families(sets):
        for seed in seeds:
            divided = {each.name: _divided(each, seed) for each in family}
            if SEEN in tasks:
                yield _round(SEEN, "", seed, divided)
            for each in family:
                if GENERATOR in tasks:
                    yield from _left_out(each, seed, divided)
            for each in family if SET in tasks and len(family) > 1 else ():
                others = {name: pictures for name, pictures in divided.items() if name != each.name}
                found = _round(SET, each.name, seed, others)
                test = _fresh(each.pictures, (*found.train, *found.valid))
                if enough(test) and enough(found.valid, FEWEST_TO_CALIBRATE):
                    yield replace(found, test=test)


def rounds_of_trained(
    sets: Sequence[BenchSet], known: Callable[[Picture], bool], tasks: Sequence[str] = tuple(TASKS)
) -> Iterator[Round]:
    """Every round of a detector that is trained already, on pictures outside the units of those that it knows.

    A set of which it knows pictures is "seen", another is "set"; each generator of which it knows none is "generator", beside
    the real pictures of its set that are left.
    """
    for each in sets:
        units = {picture.unit for picture in each.pictures if known(picture)}
        fresh = tuple(picture for picture in each.pictures if picture.unit not in units)
        task = SEEN if units else SET
        if task in tasks and enough(fresh):
            yield Round(task, each.name, 0, (), (), fresh)
        learnt = {picture.item.generator for picture in each.pictures if known(picture) and picture.label == AI}
        names = generators_of([picture.item for picture in each.pictures])
        if GENERATOR in tasks and len(names) >= FEWEST:
            for name in names:
                test = tuple(picture for picture in fresh if picture.label == REAL or picture.item.generator == name)
                if name not in learnt and enough(test):
                    yield Round(GENERATOR, f"{each.name}: {name}", 0, (), (), test)


def enough(pictures: Sequence[Picture], fewest: int = FEWEST_IMAGES) -> bool:
    """Whether both classes are there with pictures enough for a number."""
    return all(sum(picture.label == label for picture in pictures) >= fewest for label in (REAL, AI))


Divided = tuple[Picture, ...]
"""The pictures of a set, each item with its split."""


def _divided(each: BenchSet, seed: int) -> Divided:
    return _with(each.pictures, assign_splits([picture.item for picture in each.pictures], VALID, TEST, seed))


def _with(pictures: Sequence[Picture], items: Sequence[Item]) -> Divided:
    """The pictures of these items, which carry splits; pictures whose items are missing are left out."""
    of_path = {picture.item.path: picture for picture in pictures}
    return tuple(replace(of_path[item.path], item=item) for item in items)


def _round(task: str, place: str, seed: int, divided: dict[str, Divided]) -> Round:
    everything = [picture for pictures in divided.values() for picture in pictures]
    train, valid, test = (
        tuple(picture for picture in everything if picture.item.split == split) for split in ("train", "valid", "test")
    )
    return Round(task, place, seed, train, valid, _fresh(test, (*train, *valid)))


def _fresh(pictures: Sequence[Picture], learnt: Sequence[Picture]) -> tuple[Picture, ...]:
    """Those that share neither unit nor content with what is learnt from: a picture may lie in two sets."""
    known = {name for picture in learnt for name in (picture.unit, picture.item.sha256)}
    return tuple(picture for picture in pictures if known.isdisjoint((picture.unit, picture.item.sha256)))


def _left_out(each: BenchSet, seed: int, divided: dict[str, Divided]) -> Iterator[Round]:
    """A round for each generator of a set; one whose pictures all belong together with others' cannot be left out."""
    own = divided[each.name]
    names = generators_of([picture.item for picture in own])
    for name in names if len(names) >= FEWEST else ():
        try:
            kept = _with(own, without_generators([picture.item for picture in own], [name]))
        except DataError:
            continue
        found = _round(GENERATOR, f"{each.name}: {name}", seed, {**divided, each.name: kept})
        test = tuple(picture for picture in found.test if picture.data == each.name)
        if enough(test) and enough(found.valid, FEWEST_TO_CALIBRATE):
            yield replace(found, test=test)
