"""Equalised copy: a data set written anew as JPEGs of one size and one distribution of qualities. Originals are only read."""

import csv
import hashlib
import io
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from detector.data.equalise import Equalise, scaled_up
from detector.data.images import open_image
from detector.data.manifest import Item, Manifest, Problem
from detector.data.names import generator_of, labels_of
from detector.data.parallel import in_order
from detector.data.staging import check_space, staged
from detector.errors import DataError, ImageError, UserError
from detector.files import read_json, write_json, write_text
from detector.home import data_folder
from detector.labels import AI, LABEL_NAMES, LABEL_WORDS, REAL

_ORIGIN = "origin.json"
_UNSAFE = re.compile(r"[^\w .()+-]+")  # a table may call a generator anything, "../.." too
_BYTES_A_PIXEL = 0.7  # of a detailed photo at quality 95: on the safe side


@dataclass(frozen=True)
class _Place:
    """A picture and its path in the copy."""

    item: Item
    path: str


def write_equalised(
    manifest: Manifest, equalise: Equalise, folder: Path, progress: Callable[[int, int], None] | None = None
) -> tuple[Problem, ...]:
    """Write every picture as `equalise.encode` makes it into a new folder, and return those that could not be read.

    The copy has `real` and `ai`, below a folder for each split that pictures carry; generators show in names or folders, and
    groups in metadata.csv, beside the path of each original. It carries no EXIF. `progress(done, total)` is called after each
    picture. The folder appears whole or not at all. Raises DataError when it exists, the disk lacks room or a class stays empty.
    """
    if folder.exists():
        raise DataError(f"There is a data set named {folder.name} already: choose another name.")
    check_space(round(len(manifest.items) * equalise.side**2 * _BYTES_A_PIXEL))

    def encoded(place: _Place) -> bytes | str:
        try:
            return equalise.encode(open_image(manifest.path(place.item), place.item.sha256))
        except ImageError as error:
            return str(error)

    places, written, problems = _places(manifest.items), [], []
    try:
        with staged(folder) as new:
            for done, (place, found) in enumerate(zip(places, in_order(encoded, places), strict=True), 1):
                if isinstance(found, str):
                    problems.append(Problem(place.item.path, found))
                else:
                    file = new / place.path
                    file.parent.mkdir(parents=True, exist_ok=True)
                    file.write_bytes(found)
                    written.append(place)
                if progress:
                    progress(done, len(places))
            _check_classes(written, problems)
            _write_notes(new, manifest, equalise, written)
    except OSError as error:
        raise DataError(
            f"{folder} cannot be written ({error.strerror or error}): free space there, or mend its rights."
        ) from error
    return tuple(problems)


def copies_of(manifest: Manifest) -> list[Path]:
    """The copies in the workspace that were written from this very content, by name."""
    found = []
    for origin in sorted(data_folder().glob(f"*/{_ORIGIN}")):
        try:
            fingerprint = read_json(origin).get("fingerprint")
        except UserError:
            continue  # somebody else's file of that name
        if fingerprint == manifest.fingerprint:
            found.append(origin.parent)
    return found


def _places(items: tuple[Item, ...]) -> list[_Place]:
    """Where each picture goes; of two that would have one name, the later gets a mark of its own path."""
    taken: set[str] = set()
    places = []
    for item in items:
        path = _path(item)
        if path.lower() in taken:  # file systems that know no capitals are met everywhere
            mark = hashlib.sha256(item.path.encode()).hexdigest()[:7]
            path = f"{path.removesuffix('.jpg')}.{mark}.jpg"
        taken.add(path.lower())
        places.append(_Place(item, path))
    return places


def _path(item: Item) -> str:
    """split/class/name.jpg, with the generator as a folder, or else before the name, where the name does not tell it."""
    name = f"{Path(item.path).stem}.jpg"
    folders = [*([item.split] if item.split else []), LABEL_NAMES[item.label]]
    if item.label == REAL or generator_of(folders, name) == item.generator:
        return "/".join((*folders, name))
    bare = name.replace("__", "-")  # what looks like a generator before the name is none
    below = [*folders, item.generator]
    safe = _UNSAFE.sub("-", item.generator).lstrip(".")[:80]
    if item.generator == safe and labels_of(below) == {AI} and generator_of(below, bare) == item.generator:
        return "/".join((*below, bare))
    return "/".join((*folders, f"{safe}__{bare}" if safe else bare))


def _check_classes(written: list[_Place], problems: list[Problem]) -> None:
    for label in (REAL, AI):
        if not any(place.item.label == label for place in written):
            first = f" First problem: {problems[0].path}: {problems[0].reason}" if problems else ""
            raise DataError(f"No {LABEL_WORDS[label]} picture could be read, so no copy was written.{first}")


def _write_notes(folder: Path, manifest: Manifest, equalise: Equalise, written: list[_Place]) -> None:
    """metadata.csv with groups and originals, origin.json for programs, README.md for people."""
    buffer = io.StringIO()
    table = csv.writer(buffer, lineterminator="\n")
    table.writerow(("path", "group", "source"))
    table.writerows((place.path, place.item.group, place.item.path) for place in written)
    write_text(folder / "metadata.csv", buffer.getvalue())
    enlarged = scaled_up((place.item for place in written), equalise.side)
    origin = {
        "from": manifest.root.name,
        "fingerprint": manifest.fingerprint,
        "equalise": equalise.to_dict(),
        "pictures": len(written),
        "scaled_up": enlarged,
        "created": time.strftime("%Y-%m-%d %H:%M:%S"),
    }
    write_json(folder / _ORIGIN, origin)
    side, (low, high) = equalise.side, equalise.qualities
    size = (
        f"the middle {side} × {side} pixels, cut out"
        if equalise.rule == "crop"
        else f"the shorter side scaled to {side} pixels, the longer one cut"
    )
    small = f" {enlarged:,} of them were smaller and have been scaled up." if enlarged else ""
    write_text(
        folder / "README.md",
        f"# {manifest.root.name}, equalised\n\n"
        f"{len(written):,} pictures of the data set {manifest.root.name} (fingerprint {manifest.fingerprint}), both classes "
        f"treated alike: {size}; then one JPEG compression with 4:2:0 chroma at a quality between {low} and {high}, drawn "
        f"evenly by the pixels themselves.{small} No metadata was kept.\n\n"
        "metadata.csv tells the original of each picture (column source) and which pictures belong together (column group).\n",
    )
