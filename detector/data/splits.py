"""Splits: which pictures train, choose (valid) and test. Decided by a hash of each group or file, not by its place in a list."""

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from detector.data.manifest import Item
from detector.errors import DataError
from detector.labels import AI, LABEL_WORDS, REAL

_POOL = ("", "train")


def assign_splits(items: Sequence[Item], valid_fraction: float, test_fraction: float, seed: int) -> tuple[Item, ...]:
    """The items in the same order, each with a split; fractions are shares of the pictures to be divided, class by class.

    Copies of a file and pictures of one group stay together, across the classes too. Where they go depends on the seed and the
    group's name or the file's content alone, so they stay when others are added. Splits that items already carry are kept, even
    where they tear a group (see `straddling`); a split that a class lacks is cut from its training pictures. Every class gets at
    least one picture in each part, which may move the one nearest to the boundary. Raises DataError when a class is too small.
    """
    given = _given(items)
    pool = [item for item in items if item.split == "train" or (item.split == "" and unit_of(item) not in given)]
    shares: dict[int, tuple[float, float]] = {}
    units: dict[int, set[str]] = {}
    for label in (REAL, AI):
        carried = {item.split for item in items if item.label == label}
        shares[label] = valid_fraction * ("valid" not in carried), test_fraction * ("test" not in carried)
        units[label] = {unit_of(item) for item in pool if item.label == label}
    split_of = _divided(units, shares, seed)
    return tuple(_placed(item, split_of, given) for item in items)


def straddling(items: Iterable[Item]) -> list[tuple[Item, ...]]:
    """The groups and copies of which some pictures carry one split and some another: what was trained on is tested on.

    Pictures without a split are left out.
    """
    together: dict[str, list[Item]] = defaultdict(list)
    for item in items:
        if item.split:
            together[unit_of(item)].append(item)
    return [tuple(group) for group in together.values() if len({item.split for item in group}) > 1]


def unit_of(item: Item) -> str:
    """What a picture is divided by: its group, or else its content."""
    return item.group or item.sha256


def _given(items: Iterable[Item]) -> dict[str, str]:
    """The split of groups of which pictures are given for validation or test: those without a split follow them."""
    given: dict[str, str] = {}
    for item in items:
        if item.split not in _POOL and given.get(unit_of(item)) != "test":
            given[unit_of(item)] = item.split
    return given


def _placed(item: Item, split_of: dict[int, dict[str, str]], given: dict[str, str]) -> Item:
    if item.split not in _POOL:
        return item
    unit = unit_of(item)
    return replace(item, split=given[unit] if item.split == "" and unit in given else split_of[item.label][unit])


def _divided(units: dict[int, set[str]], shares: dict[int, tuple[float, float]], seed: int) -> dict[int, dict[str, str]]:
    """The split of each unit, by class: first of those that both classes share, then of each class's own."""
    shared = units[REAL] & units[AI]
    valid, test = (min(both) for both in zip(shares[REAL], shares[AI], strict=True))
    parts = {label: _parts(*shares[label]) for label in units}
    scarce = any(len(units[label] - shared) < len(parts[label]) for label in units)
    common = _cut(shared, valid, test, seed, _parts(valid, test)[: len(shared)] if scarce else ())
    split_of = {}
    for label, own in units.items():
        missing = [part for part in parts[label] if part not in common.values()]
        if len(own - shared) < len(missing):
            raise DataError(
                f"There are {len(own)} different {LABEL_WORDS[label]} pictures to divide, but training, validation and test need "
                f"{len(parts[label])} (copies and pictures of one group count once): add pictures to that class."
            )
        split_of[label] = common | _cut(own - shared, *shares[label], seed, missing)
    return split_of


def _parts(valid: float, test: float) -> list[str]:
    """The parts that must not stay empty."""
    return ["test"] * (test > 0) + ["valid"] * (valid > 0) + ["train"]


def _cut(pool: set[str], valid: float, test: float, seed: int, least: Collection[str]) -> dict[str, str]:
    """Each unit's split: the lowest draws test, the next choose, the rest train; one at least for each part in `least`."""
    drawn = sorted((_draw(unit, seed), unit) for unit in pool)
    least_test, least_valid, least_train = (int(part in least) for part in ("test", "valid", "train"))
    test_end = max(sum(draw < test for draw, _ in drawn), least_test)
    test_end = min(test_end, len(drawn) - least_train - least_valid)
    valid_end = max(sum(draw < test + valid for draw, _ in drawn), test_end + least_valid)
    valid_end = min(valid_end, len(drawn) - least_train)
    names = ["test"] * test_end + ["valid"] * (valid_end - test_end) + ["train"] * (len(drawn) - valid_end)
    return {unit: name for (_, unit), name in zip(drawn, names, strict=True)}


def _draw(unit: str, seed: int) -> float:
    """A number in [0, 1) that looks random but belongs to this unit and seed."""
    digest = hashlib.sha256(f"{seed}:{unit}".encode()).digest()
    return int.from_bytes(digest[:7]) / 2**56
