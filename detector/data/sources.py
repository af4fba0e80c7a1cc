"""Sources: pictures made from one prompt, one photo or one collage, where names or a table beside them tell. Opens no picture."""

import csv
import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path, PurePosixPath

from detector.data.manifest import Item, Problem
from detector.labels import AI, REAL

TABLE = "metadata.csv"

_PATH_COLUMNS = ("path", "file_name", "filename", "file", "image")
_COLUMNS = ("group", "source", "prompt", "id")
_SHARED_BY = 8  # pictures a value, on average: more make it a kind (a style, a generator), not a prompt or a source
_QUARTER = re.compile(r"(.+)~\d+of\d+")  # as a cleaned copy names the parts of a collage
_NUMBERED = re.compile(r"(.*[^_-])[_-]([1-4])")
_SOURCE_NUMBER = re.compile(r"\d{8,}|(?=.*\d)[0-9a-fA-F-]{12,}")  # long enough not to be a count of the pictures

Sets = dict[str, list[str]]  # paths of pictures that belong together, by what joins them


def named_sets(items: Iterable[Item]) -> Sets:
    """The pictures that their names join, in three ways.

    *Collage*: `x~1of4` … `x~4of4`, or four files `x_1` … `x_4` and no `x_5`. *Prompt*: the second part of
    `generator__prompt__anything`, unless there are so few of them that it must be a style. *Source*: what follows the last `__`
    (or the whole name) when it is or ends in a number of eight digits or more or a long hexadecimal one, as in data sets made
    from known photos.
    """
    items = list(items)
    prompts = {label: _prompts(item for item in items if item.label == label) for label in (REAL, AI)}
    sources = {item.path: _source(item) for item in items}
    sets: dict[str, list[str]] = defaultdict(list)
    for kind, named in (("prompt", prompts[REAL] | prompts[AI]), ("source", sources), ("collage", _collages(items))):
        _collect(sets, kind, named)
    return {name: paths for name, paths in sets.items() if len(paths) > 1}


def table_sets(root: Path, items: Iterable[Item]) -> tuple[Sets, list[Problem]]:
    """The pictures that `metadata.csv` in the root joins: those with the same group, source, prompt or id.

    The table has a column of paths below the root. A column that says the same of many pictures (such as the name of a data
    set as their source) joins nothing, unless it is called group; this and an unreadable table are told as problems.
    """
    known = {item.path for item in items}
    try:
        values = _read_table(root / TABLE, known)
    except FileNotFoundError:
        return {}, []
    except (OSError, ValueError, csv.Error) as error:
        reason = " ".join(str(error).split())
        return {}, [Problem(TABLE, f"It is no table that says what belongs together ({reason}): it is not used.")]
    sets: dict[str, list[str]] = defaultdict(list)
    problems = []
    for column, named in values.items():
        if column == "group" or _names_things(named.values()):
            _collect(sets, column, named)
        else:
            problems.append(
                Problem(TABLE, f"Its column {column} has {len(set(named.values()))} values for {len(named)} pictures: not used.")
            )
    return {name: paths for name, paths in sets.items() if len(paths) > 1}, problems


def _collect(sets: dict[str, list[str]], kind: str, named: Mapping[str, str]) -> None:
    for path, value in named.items():
        if value:
            sets[f"{kind} {_short(value)}"].append(path)


def _prompts(items: Iterable[Item]) -> dict[str, str]:
    """The prompt of each picture that is named after one; none if these names look like styles."""
    named = {item.path: parts[1] for item in items if len(parts := _stem(item).split("__")) > 2 and parts[1]}
    return named if _names_things(named.values()) else {}


def _source(item: Item) -> str:
    """The long number or the hexadecimal name that a picture's name ends in, or ""."""
    last = _stem(item).rpartition("__")[2]
    found = re.search(r"(?:^|[^0-9A-Za-z-])([0-9A-Za-z-]+)$", last)
    return found[1].lower() if found and _SOURCE_NUMBER.fullmatch(found[1]) else ""


def _collages(items: Iterable[Item]) -> dict[str, str]:
    """The collage that each quarter was cut from, as the path it had."""
    cut: dict[str, str] = {}
    numbered: dict[str, dict[str, str]] = defaultdict(dict)
    beside: Counter[str] = Counter()
    for item in items:
        folder, stem = item.path.rpartition("/")[0], _stem(item)
        beside[folder] += 1
        if quarter := _QUARTER.fullmatch(stem):
            cut[item.path] = f"{folder}/{quarter[1]}"
        elif part := re.fullmatch(r"(.*\D)(\d+)", stem):
            numbered[f"{folder}/{part[1]}"][item.path] = part[2]
    for base, numbers in numbered.items():
        whole = _NUMBERED.fullmatch(f"{base}1")
        four = sorted(numbers.values()) == ["1", "2", "3", "4"]
        if whole and four and beside[base.rpartition("/")[0]] > 4:  # a folder of four pictures is just that
            cut |= dict.fromkeys(numbers, whole[1])
    return cut


def _stem(item: Item) -> str:
    return PurePosixPath(item.path).stem


def _names_things(values: Collection[str]) -> bool:
    """Whether the values are names of single things: at least three, and one for every eight pictures."""
    different = len(set(values))
    return different >= 3 and different * _SHARED_BY >= len(values)


def _short(value: str) -> str:
    """The value on one line, and not longer than a table's cell; still different for different ones."""
    line = " ".join(value.split())
    return line if len(line) <= 60 else f"{line[:43]}… {hashlib.sha256(line.encode()).hexdigest()[:16]}"


def _read_table(file: Path, known: Collection[str]) -> dict[str, dict[str, str]]:
    """What each column says of the known pictures, by path; raises OSError, ValueError or csv.Error for no such table."""
    with file.open(encoding="utf-8-sig", newline="") as lines:
        reader = csv.DictReader(lines)
        names = {(name or "").strip().lower(): name for name in reader.fieldnames or ()}
        place = next((names[name] for name in _PATH_COLUMNS if name in names), None)
        columns = [name for name in _COLUMNS if name in names]
        if place is None:
            raise ValueError("it has no column path")
        values: dict[str, dict[str, str]] = {column: {} for column in columns}
        for path, row in _rows(reader, place):
            if path in known:
                for column in columns:
                    if value := (row[names[column]] or "").strip():
                        values[column][path] = value
    return {column: named for column, named in values.items() if named}


def _rows(reader: "csv.DictReader[str]", place: str) -> Iterator[tuple[str, dict[str, str | None]]]:
    for row in reader:
        yield PurePosixPath((row[place] or "").strip().replace("\\", "/")).as_posix(), dict(row)
