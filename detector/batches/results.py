"""Results: a file of JSON lines that one worker appends to and many may read meanwhile. A line counts once it is whole."""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final

Row = dict[str, Any]
"""A picture: COLUMNS, where those that are not known are empty, and `reasons` is a list of sentences.

`generator` is what names of files and folders tell; `looks_like` is the detector's guess, if it has one.
"""
COLUMNS: Final = (
    "path", "sha256", "bytes", "width", "height", "probability", "verdict", "label", "looks_like", "generator",
    "reasons", "error", "ms",
)  # fmt: skip

_CHUNK: Final = 2**20


def whole_lines(file: Path) -> int:
    """How many lines are whole; 0 where there is no file. The file is not held in memory."""
    return sum(piece.count(b"\n") for piece in _pieces(file))


def mend(file: Path) -> int:
    """Cut off a line that was torn when its writer was killed; returns how many whole lines there are."""
    lines, whole, read = 0, 0, 0
    for piece in _pieces(file):
        lines += piece.count(b"\n")
        end = piece.rfind(b"\n")
        whole = read + end + 1 if end >= 0 else whole
        read += len(piece)
    if whole < read:
        with file.open("r+b") as torn:
            torn.truncate(whole)
    return lines


def append(file: Path, rows: Iterable[Row]) -> None:
    """Add rows as lines, in one piece. Names on disk are bytes: what is no text in them is escaped, and comes back."""
    text = "".join(json.dumps(row) + "\n" for row in rows)
    with file.open("ab") as lines:
        lines.write(text.encode("ascii"))


def rows_from(file: Path, start: int = 0) -> tuple[list[Row], int]:
    """The whole rows from this byte on, and the byte where the next ones will begin."""
    try:
        with file.open("rb") as lines:
            lines.seek(start)
            data = lines.read()
    except FileNotFoundError:
        return [], 0
    data = data[: data.rfind(b"\n") + 1]
    return [_row(line) for line in data.split(b"\n")[:-1]], start + len(data)


def every_row(file: Path) -> Iterator[Row]:
    """The whole rows one by one, with none but one in memory."""
    try:
        with file.open("rb") as lines:
            for line in lines:
                if line.endswith(b"\n"):
                    yield _row(line)
    except FileNotFoundError:
        return


def _row(line: bytes) -> Row:
    """The row, or one that says that the line was damaged: the lines after it must keep their numbers."""
    try:
        row = json.loads(line)
    except ValueError:
        row = None
    return row if isinstance(row, dict) else {"path": "", "error": "This line of results.jsonl is damaged."}


def _pieces(file: Path) -> Iterator[bytes]:
    try:
        with file.open("rb") as content:
            while piece := content.read(_CHUNK):
                yield piece
    except FileNotFoundError:
        return
