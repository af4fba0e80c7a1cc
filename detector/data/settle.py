"""Settling copies: which pictures of a group stay and which are left out, as edits. Decides nothing by itself."""

from collections.abc import Iterable, Sequence

from detector.data.duplicates import CopyGroup
from detector.data.edits import Edit
from detector.data.manifest import Item
from detector.labels import LABEL_WORDS

WHY = ("a copy of ", "in both classes")
"""How the reasons of these edits begin."""


def keep_one(copies: Sequence[Item], path: str) -> list[Edit]:
    """The edits that leave out all but this picture of a group."""
    return [_drop(item, WHY[0] + path) for item in copies if item.path != path]


def keep_largest(copies: Sequence[Item]) -> list[Edit]:
    """The edits that leave out all but the picture with the most pixels of each class in the group, the first of equals.

    A real picture and its AI-made version are both kept, for they are not each other's copies to a detector.
    """
    edits = []
    for label in sorted({item.label for item in copies}):
        own = [item for item in copies if item.label == label]
        edits += keep_one(own, largest(own).path)
    return edits


def largest(copies: Iterable[Item]) -> Item:
    """The picture with the most pixels, the first of equals."""
    return max(copies, key=lambda item: item.width * item.height)


def settle(copies: Sequence[Item], label: int | None) -> list[Edit]:
    """The edits that leave a file in the class `label` only, or in neither for None."""
    right = "neither is right" if label is None else f"it is {LABEL_WORDS[label]}"
    return [_drop(item, f"{WHY[1]}, {right}") for item in copies if item.label != label]


def members(items: Iterable[Item], groups: Iterable[CopyGroup]) -> dict[CopyGroup, list[Item]]:
    """The items of each group, in its order."""
    by_path = {item.path: item for item in items}
    return {group: [by_path[path] for path in group.paths] for group in groups}


def _drop(item: Item, why: str) -> Edit:
    return Edit("drop", item.path, item.sha256, why=why)
