"""Table: a data set described by a CSV file, one picture a line. Knows of lines and columns; decoding is the facts' business."""

import csv
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from detector.data.facts import facts_of
from detector.data.images import ImageFacts
from detector.data.manifest import Item, Manifest, Problem
from detector.data.names import generator_of, labels_of, split_of
from detector.errors import DataError
from detector.home import data_folder
from detector.labels import AI, LABEL_WORDS, REAL

COLUMNS: Final = ("path", "label", "generator", "split", "group", "source", "prompt")
"""Path and label are needed. Pictures of one group, or else of one source, or else of one prompt belong together; a source or
prompt that is said of many pictures is a kind, such as the name of a collection, and joins nothing."""

MAX_BYTES: Final = 200 * 2**20
MAX_LINES: Final = 1_000_000

_ALIASES = {
    **dict.fromkeys(("path", "file_name", "filename", "file", "image", "image_path", "filepath"), "path"),
    **dict.fromkeys(("label", "class", "target"), "label"),
    **dict.fromkeys(("generator", "model"), "generator"),
    **{name: name for name in ("split", "group", "source", "prompt")},
}
_SHARED_BY = 8  # pictures a source or prompt, on average
_NUMBERS = {"0": REAL, "1": AI}
_TOGETHER = ("group", "source", "prompt")
_NONE = ("", "none", "null", "nan", "n/a")


@dataclass(frozen=True)
class _Line:
    """A line that makes sense: its number, the absolute path of its picture, and what it says of it.

    `together` holds its group, source and prompt where it has one.
    """

    number: int
    place: str
    label: int
    generator: str
    split: str
    together: Mapping[str, str]


def read_table(csv_path: Path, progress: Callable[[int, int], None] | None = None) -> Manifest:
    """The pictures listed in a CSV file with the columns path and label (0 or real, 1 or ai), and perhaps more of `COLUMNS`.

    Paths are relative to the table or absolute. The manifest's root is the table's folder, or, where pictures lie outside of
    it, the folder they have in common; a table below the workspace's data came from elsewhere and may only name its own files.
    Lines that cannot be used become problems with their number. Raises DataError when it cannot be read or a class is empty.
    """
    csv_path = csv_path.expanduser().resolve()
    problems: list[Problem] = []
    lines = _without_repeats(list(_lines(csv_path, problems)), problems)
    root, inside = _rooted(csv_path, lines, problems)
    _check_classes(csv_path, {line.label for line in inside.values()}, problems)
    facts, unreadable = facts_of(root, list(inside), progress)
    problems += [Problem(bad.path, f"Line {inside[bad.path].number}: {bad.reason}") for bad in unreadable]
    _check_classes(csv_path, {inside[path].label for path in facts}, problems)
    joining = _joining(inside.values())
    return Manifest(root, tuple(_item(path, inside[path], found, joining) for path, found in facts.items()), tuple(problems))


def _lines(csv_path: Path, problems: list[Problem]) -> Iterator[_Line]:
    """Every line that makes sense; a problem for each of the others."""
    try:
        if csv_path.stat().st_size > MAX_BYTES:
            raise DataError(f"{csv_path} has more than {MAX_BYTES // 2**20} MB: split it into several tables.")
        with csv_path.open(encoding="utf-8-sig", newline="") as file:
            columns, delimiter = _header(csv_path, file.readline())
            reader = csv.reader(file, delimiter=delimiter)
            for fields in reader:
                if reader.line_num >= MAX_LINES:
                    raise DataError(f"{csv_path} has more than {MAX_LINES:,} lines: split it into several tables.")
                if not any(field.strip() for field in fields):
                    continue
                cells = {name: fields[at].strip() if at < len(fields) else "" for name, at in columns.items()}
                found = _line(csv_path.parent, reader.line_num + 1, cells)
                if isinstance(found, _Line):
                    yield found
                else:
                    problems.append(Problem(cells["path"] or ".", f"Line {reader.line_num + 1}: {found}."))
    except UnicodeDecodeError as error:
        raise DataError(f"{csv_path} is no text in UTF-8: save it as CSV UTF-8.") from error
    except OSError as error:
        raise DataError(f"{csv_path} cannot be read ({error.strerror}): give a CSV file with path and label.") from error
    except csv.Error as error:
        raise DataError(f"{csv_path} is no table with commas ({error}): save it as CSV again.") from error


def _header(csv_path: Path, line: str) -> tuple[Mapping[str, int], str]:
    """Where each known column stands, and what separates them: some programs write semicolons or tabs."""
    best: dict[str, int] = {}
    separator = ","
    for delimiter in (",", ";", "\t"):
        names = next(csv.reader([line], delimiter=delimiter), [])
        found: dict[str, int] = {}
        for at, name in enumerate(names):
            found.setdefault(_ALIASES.get(name.strip().lower(), ""), at)
        if len(found) > len(best):
            best, separator = found, delimiter
    best.pop("", None)
    missing = [name for name in ("path", "label") if name not in best]
    if missing:
        raise DataError(
            f"{csv_path} lacks the column {' and '.join(missing)}: its first line should name {', '.join(COLUMNS[:3])} …"
        )
    return best, separator


def _line(folder: Path, number: int, cells: Mapping[str, str]) -> _Line | str:
    """The line, or what is wrong with it."""
    told = {name: "" if cell.lower() in _NONE else cell for name, cell in cells.items()}
    path, label, split = cells["path"], label_in(cells["label"]), told.get("split", "")
    if not path or "\0" in path:
        return "it names no picture"
    if label is None:
        return f"the label should be real or ai (or 0 or 1), not {cells['label'][:40]!r}"
    if split and not split_of([split]):
        return f"the split should be train, valid or test, not {split[:40]!r}"
    if "\\" in path and "/" not in path:
        path = path.replace("\\", "/")  # the table was written on Windows
    together = {name: told[name] for name in _TOGETHER if told.get(name)}
    return _Line(number, os.path.normpath(folder / path), label, told.get("generator", ""), split_of([split]), together)


def label_in(text: str) -> int | None:
    """The label that a table's cell names: 0 or 1, or one of the words that name class folders; None for any other."""
    if text in _NUMBERS:
        return _NUMBERS[text]
    labels = labels_of([text])
    return labels.pop() if len(labels) == 1 else None


def _without_repeats(lines: list[_Line], problems: list[Problem]) -> list[_Line]:
    """Each picture once; one that is listed with both labels is left out, since nobody knows which is right."""
    labels: dict[str, set[int]] = {}
    for line in lines:
        labels.setdefault(line.place, set()).add(line.label)
    kept: dict[str, _Line] = {}
    for line in lines:
        if len(labels[line.place]) > 1:
            problems.append(Problem(line.place, f"Line {line.number}: it is listed as real and as AI-generated: keep one line."))
        elif line.place in kept:
            problems.append(Problem(line.place, f"Line {line.number}: it is listed already in line {kept[line.place].number}."))
        else:
            kept[line.place] = line
    return list(kept.values())


def _rooted(csv_path: Path, lines: list[_Line], problems: list[Problem]) -> tuple[Path, dict[str, _Line]]:
    """The root, and the lines by their path below it."""
    root = csv_path.parent
    if csv_path.is_relative_to(data_folder()):
        outside = [line for line in lines if not Path(os.path.realpath(line.place)).is_relative_to(root)]
        problems += [
            Problem(line.place, f"Line {line.number}: it lies outside of the table's folder, which this data set may not leave.")
            for line in outside
        ]
        lines = [line for line in lines if line not in outside]
    elif any(not Path(line.place).is_relative_to(root) for line in lines):
        root = _common_folder(csv_path, lines)
    return root, {Path(line.place).relative_to(root).as_posix(): line for line in lines}


def _common_folder(csv_path: Path, lines: list[_Line]) -> Path:
    try:
        root = Path(os.path.commonpath([str(Path(line.place).parent) for line in lines]))
    except ValueError as error:  # several drives on Windows
        raise DataError(f"{csv_path} names pictures on several drives: put them below one folder.") from error
    if root == Path(root.anchor):
        raise DataError(f"{csv_path} names pictures in folders that have nothing in common: put them below one folder.")
    return root


def _check_classes(csv_path: Path, found: set[int], problems: list[Problem]) -> None:
    if len(found) == 2:
        return
    first = f" First problem: {problems[0].reason}" if problems else ""
    missing = " and no ".join(LABEL_WORDS[label] for label in (REAL, AI) if label not in found)
    raise DataError(f"{csv_path} lists no {missing} pictures that can be read; it needs both classes.{first}")


def _joining(lines: Iterable[_Line]) -> list[str]:
    """The columns whose values join pictures."""
    values = {name: [line.together[name] for line in lines if name in line.together] for name in _TOGETHER}
    return [name for name, told in values.items() if name == "group" or len(set(told)) * _SHARED_BY >= len(told)]


def _item(path: str, line: _Line, facts: ImageFacts, joining: Iterable[str]) -> Item:
    *folders, name = path.split("/")
    generator = (line.generator or generator_of(folders, name)) if line.label == AI else ""
    group = next((f"{name} {line.together[name]}" for name in joining if name in line.together), "")
    size = facts.width, facts.height
    return Item(path, line.label, generator, line.split, *size, facts.format, facts.sha256, facts.phash, group, facts.look)
