"""Splits: which pictures train, choose (valid) and test. Decided by a hash of each file, not by its place in a list."""

import hashlib
from collections.abc import Sequence
from dataclasses import replace

from detector.data.manifest import Item
from detector.errors import DataError
from detector.labels import AI, LABEL_WORDS, REAL


def assign_splits(items: Sequence[Item], valid_fraction: float, test_fraction: float, seed: int) -> tuple[Item, ...]:
    """The items in the same order, each with a split; fractions are shares of the pictures to be divided, class by class.

    A picture's split depends on the seed and its content alone, so it stays when others are added, and copies stay together.
    Splits that items already carry are kept; a split that a class lacks is cut from its training pictures. Every class gets at
    least one picture in each part, which may move the one nearest to the boundary. Raises DataError when a class is too small.
    """
    split_of: dict[tuple[int, str], str] = {}
    for label in (REAL, AI):
        carried = {item.split for item in items if item.label == label}
        pool = {item.sha256 for item in items if item.label == label and item.split in ("", "train")}
        valid = valid_fraction if "valid" not in carried else 0.0
        test = test_fraction if "test" not in carried else 0.0
        for sha256, split in _cut(pool, valid, test, seed, LABEL_WORDS[label]).items():
            split_of[label, sha256] = split
    return tuple(
        replace(item, split=split_of[item.label, item.sha256]) if item.split in ("", "train") else item for item in items
    )


def _cut(pool: set[str], valid: float, test: float, seed: int, word: str) -> dict[str, str]:
    """Each hash's split: the lowest draws test, the next choose, the rest train."""
    drawn = sorted((_draw(sha256, seed), sha256) for sha256 in pool)
    least_test, least_valid = int(test > 0), int(valid > 0)
    needed = least_test + least_valid + 1
    if len(drawn) < needed:
        raise DataError(
            f"There are {len(drawn)} different {word} pictures to divide, but training, validation and test need {needed}: "
            "add pictures to that class."
        )
    test_end = max(sum(draw < test for draw, _ in drawn), least_test)
    test_end = min(test_end, len(drawn) - 1 - least_valid)
    valid_end = max(sum(draw < test + valid for draw, _ in drawn), test_end + least_valid)
    valid_end = min(valid_end, len(drawn) - 1)
    names = ["test"] * test_end + ["valid"] * (valid_end - test_end) + ["train"] * (len(drawn) - valid_end)
    return {sha256: name for (_, sha256), name in zip(drawn, names, strict=True)}


def _draw(sha256: str, seed: int) -> float:
    """A number in [0, 1) that looks random but belongs to this content and seed."""
    digest = hashlib.sha256(f"{seed}:{sha256}".encode()).digest()
    return int.from_bytes(digest[:7]) / 2**56
