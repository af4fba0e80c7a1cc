"""Folders: a data set found on disk by the names of its folders, as a manifest."""

import os
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path

from filelock import FileLock

from detector.data.edits import read_edits, without_dropped
from detector.data.facts import facts_of
from detector.data.groups import with_groups
from detector.data.images import ImageFacts, image_files
from detector.data.lab import make_lab
from detector.data.manifest import Item, Manifest, Problem
from detector.data.names import EXPECTED, generator_of, labels_of, split_of
from detector.data.specs import parts_of, place_of
from detector.errors import DataError
from detector.files import write_text
from detector.home import data_folder
from detector.labels import AI, LABEL_WORDS, REAL

Progress = Callable[[int, int], None]

_NOT_DATA = "masks"  # beside the classes of the lab: where its marks are, not pictures to learn from


def open_data(spec: str, progress: Progress | None = None) -> Manifest:
    """A data set without the pictures left out on the Data page, those that belong together in groups.

    `spec` is `lab` (made on first use), the name of a set in the workspace, a folder, a table of pictures (.csv), or several of
    these with commas between them. Raises DataError as `scan` and `read_table` do.
    """
    if not spec.strip(" ,"):
        raise DataError("No data is chosen: give a folder, or lab for the pictures made by code.")
    if len(parts_of(spec)) > 1:
        from detector.data.joined import open_joined

        return open_joined(spec, progress)
    if spec == "lab":  # its pictures come each from a random stream of their own: there is nothing to group
        return _kept(scan(_lab(progress), progress))
    try:
        place = place_of(spec)
    except RuntimeError as error:  # a ~name without such a user
        raise DataError(f"{spec} is not there: give a folder that holds {EXPECTED}.") from error
    if place.suffix.lower() == ".csv" and not place.is_dir():
        from detector.data.table import read_table

        return with_groups(_kept(read_table(place, progress)))
    return with_groups(_kept(scan(place, progress)))


def _kept(manifest: Manifest) -> Manifest:
    return without_dropped(manifest, read_edits(manifest.root))


def scan(root: Path, progress: Progress | None = None) -> Manifest:
    """Every readable picture below class folders in `root`, at any depth, also under or above split folders.

    Class, split and generator come from names (`detector.data.names`); a real picture has no generator. What cannot be read
    or placed becomes a problem. `progress(done, total)` is called as files are read; files unchanged since an earlier scan are
    not read again. Raises DataError when there is no such folder, or either class is missing or empty.
    """
    _check_root(root)
    root = root.resolve()
    placed, problems = _place(root, image_files(root))
    _check_classes(root, placed.values(), "no pictures")
    facts, unreadable = facts_of(root, list(placed), progress)
    _check_classes(root, (placed[path] for path in facts), "no readable pictures")
    items = tuple(_item(path, placed[path], found) for path, found in facts.items())
    return Manifest(root, items, (*problems, *unreadable))


def _lab(progress: Progress | None) -> Path:
    """The folder of lab pictures; the lock and the marker see to it that one process makes them, and makes them all."""
    folder = data_folder() / "lab"
    folder.mkdir(parents=True, exist_ok=True)
    complete = folder / ".complete"
    with FileLock(folder / ".lock"):
        if not complete.exists():
            make_lab(folder, progress=progress)
            write_text(complete, "")
    return folder


def _place(root: Path, files: Iterable[Path]) -> tuple[dict[str, int], list[Problem]]:
    """The label of each file by its path, and a problem for each file or folder without one."""
    placed: dict[str, int] = {}
    problems: list[Problem] = []
    outside: Counter[str] = Counter()
    for file in files:
        path = file.relative_to(root).as_posix()
        folder = path.rpartition("/")[0]
        labels = labels_of(folder.split("/"))
        if not _is_text(path):
            problems.append(Problem(ascii(path), "The name is not valid Unicode: rename the file."))
        elif len(labels) == 1:
            placed[path] = labels.pop()
        elif labels:
            problems.append(Problem(path, "It lies in folders of both classes: move it to one of them."))
        elif path.split("/")[0] != _NOT_DATA:
            outside[folder or "."] += 1
    left_out = [Problem(folder, f"In no class folder: {count} left out.") for folder, count in sorted(outside.items())]
    return placed, problems + left_out


def _item(path: str, label: int, facts: ImageFacts) -> Item:
    *folders, name = path.split("/")
    generator = generator_of(folders, name) if label == AI else ""
    size = facts.width, facts.height
    return Item(path, label, generator, split_of(folders), *size, facts.format, facts.sha256, facts.phash, look=facts.look)


def _is_text(path: str) -> bool:
    """Whether the name can be written to a file: names from other systems may hold bytes that are no UTF-8."""
    try:
        path.encode()
    except UnicodeEncodeError:
        return False
    return True


def _check_root(root: Path) -> None:
    try:
        is_folder, is_file = root.is_dir(), root.is_file()
    except OSError as error:
        raise DataError(f"{root} cannot be opened ({error.strerror}): give a folder that holds {EXPECTED}.") from error
    if not is_folder:
        raise DataError(f"{root} is {'a file' if is_file else 'not there'}: give a folder that holds {EXPECTED}.")
    if not os.access(root, os.R_OK | os.X_OK):
        raise DataError(f"{root} cannot be read: check its permissions.")


def _check_classes(root: Path, labels: Iterable[int], lacking: str) -> None:
    found = set(labels)
    if len(found) == 2:
        return
    folders = sorted(path.name for path in root.iterdir() if path.is_dir() and not path.name.startswith("."))
    there = (
        f"it holds the folders {', '.join(folders[:8])}{' …' if len(folders) > 8 else ''}" if folders else "it holds no folders"
    )
    if found:
        missing = LABEL_WORDS[REAL if AI in found else AI]
        raise DataError(f"{root} has {lacking} in a class folder for {missing} ones; {there}. It should hold {EXPECTED}.")
    hint = " Perhaps the folder above it is meant." if labels_of([root.name]) else ""
    raise DataError(f"{root} has {lacking} in class folders; {there}. It should hold {EXPECTED}.{hint}")
