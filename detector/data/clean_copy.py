"""The cleaned copy of a data set: a log of edits replayed into a new folder. The originals stay as they are.

A re-cut JPEG is written with the tables, subsampling, EXIF and profile it had, so that cutting makes no class look like another
kind of file; it is compressed once more all the same, and that leaves a trace. Other formats are written without loss.
"""

import csv
import io
import shutil
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Any

from PIL import Image

from detector.data.edits import Edit, write_log
from detector.data.images import open_image, sha256_of
from detector.data.manifest import Item, Manifest, Problem
from detector.data.names import labels_of
from detector.data.parallel import in_order
from detector.data.preprocess import Box
from detector.data.staging import check_space, free_name, staged
from detector.errors import DataError, ImageError
from detector.files import write_json, write_text
from detector.labels import AI, LABEL_NAMES, LABEL_WORDS, REAL

LOG, TABLE, ORIGIN = "edits.jsonl", "metadata.csv", "origin.json"
_ORIENTATION = 0x0112
_COLUMNS = ("path", "label", "generator", "split", "group", "source")
_LOSSLESS: dict[str, dict[str, Any]] = {
    "PNG": {},
    "WEBP": {"lossless": True},
    "BMP": {},
    "GIF": {},
    "TIFF": {"compression": "tiff_lzw"},
    "AVIF": {"quality": 100},
}


@dataclass(frozen=True)
class CleanCopy:
    """What came of it: the new folder, how many pictures were copied, cropped, split and dropped, and what was left as it is."""

    folder: Path
    copied: int
    cropped: int
    split: int
    dropped: int
    problems: tuple[Problem, ...]


@dataclass(frozen=True)
class _Done:
    """One picture in the copy: the paths of its parts there, what was done, and why not more."""

    paths: tuple[str, ...]
    did: str
    problem: str = ""


def write_clean_copy(
    manifest: Manifest, edits: Sequence[Edit], name: str, progress: Callable[[int, int], None] | None = None
) -> CleanCopy:
    """Replay a log into `workspace/data/<name>`: the same log and files give the same copy, byte for byte.

    `manifest` may be with or without the pictures that the log drops. A picture whose file has changed since it was decided
    about, or that cannot be cut, is copied as it is and reported; so is an edit of a picture that is not in the set. Raises
    UserError for a name that is none, and DataError for one that is taken or a disk that is full.
    """
    folder = free_name(name)
    wanted = {edit.path: edit for edit in edits}
    check_space(sum(manifest.path(item).stat().st_size for item in manifest.items if manifest.path(item).is_file()))
    places = _places(manifest.items)
    done: list[_Done] = []
    try:
        with staged(folder) as new:
            for one in in_order(partial(_write, manifest, wanted, places, new), manifest.items):
                done.append(one)
                if progress:
                    progress(len(done), len(manifest.items))
            _check_classes(manifest.items, done)
            result = _summary(manifest, wanted, done, folder)
            _write_table(new / TABLE, manifest.items, done)
            write_log(new / LOG, wanted.values())
            write_json(new / ORIGIN, _origin(manifest, result))
    except OSError as error:
        raise DataError(
            f"The copy cannot be written to {folder} ({error.strerror or error}): free space or change permissions."
        ) from error
    return result


def cut(image: Image.Image, box: Box) -> Image.Image:
    """The part of a picture inside the box; raises DataError for a box that does not lie in it."""
    left, top, right, bottom = box
    if not (0 <= left < right <= image.width and 0 <= top < bottom <= image.height):
        raise DataError(f"The box {box} does not lie in a picture of {image.width} × {image.height} pixels: decide again.")
    return image.crop(box)


def part_name(path: str, number: int, count: int) -> str:
    """The name of a part: itself for a crop, `<stem>~1of4.<suffix>` for the first quarter of a split."""
    place = PurePosixPath(path)
    return path if count == 1 else str(place.with_name(f"{place.stem}~{number}of{count}{place.suffix}"))


def _places(items: Sequence[Item]) -> dict[str, str]:
    """Where each picture lies in the copy: where it lay, below a folder that names its class where its path does not."""
    places: dict[str, str] = {}
    taken: set[str] = set()
    for item in items:
        named = labels_of(item.path.split("/")[:-1]) == {item.label}
        place = PurePosixPath(item.path if named else f"{LABEL_NAMES[item.label]}/{item.path}")
        if str(place).lower() in taken:  # file systems that know no capitals are met everywhere
            place = place.with_name(f"{place.stem}.{item.sha256[:7]}{place.suffix}")
        taken.add(str(place).lower())
        places[item.path] = str(place)
    return places


def _write(manifest: Manifest, wanted: dict[str, Edit], places: dict[str, str], new: Path, item: Item) -> _Done:
    """One picture into the copy: in parts, whole, or not at all."""
    edit, problem = wanted.get(item.path), ""
    if edit and edit.sha256 != item.sha256:
        edit, problem = None, "It has changed since it was decided about, and is left as it is."
    place, source = places[item.path], manifest.path(item)
    if edit and edit.do == "drop":
        return _Done((), "drop")
    try:
        if edit:
            parts = _parts(source, item, edit.boxes)
            names = [part_name(place, number, len(parts)) for number in range(1, len(parts) + 1)]
            for path, data in zip(names, parts, strict=True):
                _put(new / path, data)
            return _Done(tuple(names), edit.do)
    except (ImageError, DataError) as error:
        problem = str(error)
    if not source.is_file():
        return _Done((), "gone", "Its file is gone.")
    (new / place).parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, new / place)
    return _Done((place,), "copy", problem)


def _put(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def _parts(file: Path, item: Item, boxes: Sequence[Box]) -> list[bytes]:
    """The parts of a picture as files of its own format."""
    if sha256_of(file) != item.sha256:
        raise DataError("It has changed since the folder was scanned, and is left as it is: scan again.")
    image = open_image(file)  # upright, as the boxes are
    mode, settings = _settings(file, item.format)
    parts = []
    for box in boxes:
        buffer = io.BytesIO()
        cut(image, box).convert(mode).save(buffer, item.format, **settings)
        parts.append(buffer.getvalue())
    return parts


def _settings(file: Path, kind: str) -> tuple[str, dict[str, Any]]:
    """Pillow's mode and options to write a part with, so that it is a file like the one it was cut from."""
    with Image.open(file, formats=(kind,)) as header:
        settings: dict[str, Any] = {**_LOSSLESS.get(kind, {})}
        if header.info.get("icc_profile") and kind not in ("BMP", "GIF"):
            settings["icc_profile"] = header.info["icc_profile"]
        if kind == "JPEG":
            settings |= _jpeg_settings(header)
        return ("L" if header.mode == "L" else "RGB"), settings


def _jpeg_settings(header: Image.Image) -> dict[str, Any]:
    """The quantisation tables, chroma subsampling, order and EXIF of a JPEG; without its rotation, which has been applied."""
    from PIL import JpegImagePlugin

    tables = dict(getattr(header, "quantization", {}))
    sampling = JpegImagePlugin.get_sampling(header)
    settings: dict[str, Any] = {"subsampling": max(sampling, 0), "progressive": bool(header.info.get("progressive"))}
    if tables:
        first = next(iter(tables.values()))
        settings["qtables"] = {key: tables.get(key, first) for key in (0, 1)}
    exif = header.getexif()
    exif.pop(_ORIENTATION, None)
    return settings | ({"exif": exif.tobytes()} if len(exif) else {})


def _summary(manifest: Manifest, wanted: dict[str, Edit], done: Sequence[_Done], folder: Path) -> CleanCopy:
    counts = Counter(one.did for one in done)
    problems = [Problem(item.path, one.problem) for item, one in zip(manifest.items, done, strict=True) if one.problem]
    here = {item.path for item in manifest.items}
    absent = [edit for edit in wanted.values() if edit.path not in here]
    problems += [Problem(edit.path, "It is not in the set any more.") for edit in absent if edit.do != "drop"]
    dropped = counts["drop"] + sum(edit.do == "drop" for edit in absent)
    return CleanCopy(folder, counts["copy"], counts["crop"], counts["split"], dropped, tuple(problems))


def _check_classes(items: Sequence[Item], done: Sequence[_Done]) -> None:
    for label in (REAL, AI):
        if not any(one.paths and item.label == label for item, one in zip(items, done, strict=True)):
            raise DataError(f"No {LABEL_WORDS[label]} picture would be left, so no copy was written: undo some of the decisions.")


def _write_table(path: Path, items: Sequence[Item], done: Sequence[_Done]) -> None:
    """Each picture of the copy: its class and split, the group it belongs to, and the picture it was made from."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(_COLUMNS)
    for item, one in zip(items, done, strict=True):
        group = item.group or (item.sha256[:16] if len(one.paths) > 1 else "")  # quarters of one collage stay together
        for part in one.paths:
            writer.writerow((part, LABEL_NAMES[item.label], item.generator, item.split, group, item.path))
    write_text(path, buffer.getvalue())


def _origin(manifest: Manifest, result: CleanCopy) -> dict[str, Any]:
    return {
        "from": manifest.root.name,
        "fingerprint": manifest.fingerprint,
        "copied": result.copied,
        "cropped": result.cropped,
        "split": result.split,
        "dropped": result.dropped,
        "left as they are": [f"{problem.path}: {problem.reason}" for problem in result.problems],
    }
