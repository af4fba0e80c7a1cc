"""Manifest: the list of a data set's pictures with what is known of each. Reads and writes CSV, opens no picture."""

import csv
import hashlib
import io
from collections import Counter
from dataclasses import astuple, dataclass, fields
from functools import cached_property
from pathlib import Path, PurePosixPath

from detector.errors import DataError
from detector.files import write_text
from detector.labels import AI, REAL

SPLITS = ("train", "valid", "test")


@dataclass(frozen=True)
class Item:
    """One picture: path relative to the root (with /), label, generator ("" if unknown), split ("" if none), size in pixels.

    `phash` is its perceptual hash, 16 hex digits, near for pictures that look alike, and `look` its 8 × 8 greys, 128 hex digits.
    Pictures that share a `group` (near-copies, one prompt, one source) belong to one split; "" is a group of its own.
    """

    path: str
    label: int
    generator: str
    split: str
    width: int
    height: int
    format: str
    sha256: str
    phash: str = ""
    group: str = ""
    look: str = ""


@dataclass(frozen=True)
class Problem:
    """A file or folder that was left out, and why, in one line."""

    path: str
    reason: str


@dataclass(frozen=True)
class Manifest:
    """The pictures below one root folder, and what had to be left out."""

    root: Path
    items: tuple[Item, ...]
    problems: tuple[Problem, ...] = ()

    @cached_property
    def fingerprint(self) -> str:
        """Sixteen hex digits that change when a path, a label or a file's content does."""
        digest = hashlib.sha256()
        for item in self.items:
            digest.update(f"{item.path}\0{item.label}\0{item.sha256}\n".encode())
        return digest.hexdigest()[:16]

    def counts(self) -> dict[str, dict[int, int]]:
        """Pictures of each label: under "all", and under each split that occurs."""
        seen = Counter((part, item.label) for item in self.items for part in ("all", item.split))
        return {
            part: {label: seen[part, label] for label in (REAL, AI)}
            for part in ("all", *SPLITS)
            if part == "all" or seen[part, REAL] or seen[part, AI]
        }

    def of(self, split: str) -> tuple[Item, ...]:
        """The items of one split, in order."""
        return tuple(item for item in self.items if item.split == split)

    def path(self, item: Item) -> Path:
        """Where the item's file lies."""
        return self.root / item.path

    def to_csv(self, path: Path) -> None:
        """Write the items, one a line; problems are not kept."""
        buffer = io.StringIO()
        writer = csv.writer(buffer, lineterminator="\n")
        writer.writerow([column.name for column in fields(Item)])
        writer.writerows(astuple(item) for item in self.items)
        write_text(path, buffer.getvalue())

    @classmethod
    def from_csv(cls, path: Path, root: Path) -> "Manifest":
        """The inverse of `to_csv`, for files below `root`; raises DataError when the table is missing or damaged."""
        try:
            with path.open(encoding="utf-8", newline="") as file:
                rows = list(csv.DictReader(file))
            return cls(root, tuple(_item(row) for row in rows))
        except (OSError, KeyError, ValueError, TypeError, csv.Error) as error:
            raise DataError(f"{path} is not a readable manifest ({error}): scan the data folder again.") from error


def _item(row: dict[str, str]) -> Item:
    """One line of the table; raises KeyError, TypeError or ValueError when it does not describe a picture below the root."""
    if None in row.values():
        raise ValueError("a line is incomplete")
    label, split, place = int(row["label"]), row["split"], PurePosixPath(row["path"])
    if label not in (REAL, AI) or split not in ("", *SPLITS):
        raise ValueError(f"unknown label or split in the line of {place}")
    if place.is_absolute() or ".." in place.parts or not place.parts or "\0" in row["path"]:
        raise ValueError(f"{str(place)!r} is no path in the data folder")
    width, height = int(row["width"]), int(row["height"])
    late = {name: row[name] for name in ("phash", "group", "look") if name in row}  # missing in manifests of older runs
    return Item(str(place), label, row["generator"], split, width, height, row["format"], row["sha256"], **late)
