"""Rows as a file: CSV for spreadsheets, JSON lines for scripts, Parquet for data frames. Never all in memory."""

import csv
import io
import json
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import IO, Any, Final

from detector.batches.results import Row
from detector.errors import UserError
from detector.files import atomic_path

KINDS: Final = ("csv", "jsonl", "parquet")
MIME: Final = {"csv": "text/csv", "jsonl": "application/x-ndjson", "parquet": "application/vnd.apache.parquet"}

_GROUP = 10_000  # rows of a Parquet file that are held at once
_WHOLE, _REAL = ("bytes", "width", "height"), ("probability", "ms")


def kind_of(path: Path) -> str:
    """The kind of table a file's name asks for; raises UserError for any other."""
    kind = path.suffix.lower().removeprefix(".")
    if kind not in KINDS:
        raise UserError(f"{path.name} should end in .csv, .jsonl or .parquet, to say which kind of table is wanted.")
    return kind


def write_rows(rows: Iterable[Row], columns: Sequence[str], path: Path) -> None:
    """Write rows to a file whose name tells its kind, in one step; raises UserError when it cannot be written."""
    kind = kind_of(path)
    try:
        with atomic_path(path) as temporary, temporary.open("wb") as file:
            _WRITERS[kind](rows, columns, file)
    except OSError as error:
        raise UserError(f"{path} cannot be written ({error.strerror}): choose another place for it.") from error


def encoded(rows: Iterable[Row], columns: Sequence[str], kind: str) -> bytes:
    """Rows as the content of a file of this kind."""
    buffer = io.BytesIO()
    _WRITERS[kind](rows, columns, buffer)
    return buffer.getvalue()


def printable(path: str) -> str:
    """The path as text that UTF-8 can write: names on disk are bytes, and may be none."""
    return os.fsencode(path).decode("utf-8", "replace")


def _plain(rows: Iterable[Row], columns: Sequence[str]) -> Iterator[dict[str, Any]]:
    """Rows with these columns and no others, and every text fit to be written."""
    for row in rows:
        yield {name: printable(value) if isinstance(value := row.get(name), str) else value for name in columns}


def _csv(rows: Iterable[Row], columns: Sequence[str], file: IO[bytes]) -> None:
    text = io.TextIOWrapper(file, encoding="utf-8", newline="", write_through=True)
    table = csv.DictWriter(text, columns, lineterminator="\n")
    table.writeheader()
    for row in _plain(rows, columns):
        table.writerow({name: _cell(value) for name, value in row.items()})
    text.detach()


def _cell(value: Any) -> Any:
    """A value of a CSV file: lists joined, and no text that a spreadsheet would run as a formula."""
    if isinstance(value, list | tuple):
        value = "; ".join(map(str, value))
    return f"'{value}" if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t") else value


def _jsonl(rows: Iterable[Row], columns: Sequence[str], file: IO[bytes]) -> None:
    for row in _plain(rows, columns):
        file.write((json.dumps(row, ensure_ascii=False) + "\n").encode())


def _parquet(rows: Iterable[Row], columns: Sequence[str], file: IO[bytes]) -> None:
    import pyarrow as pa
    from pyarrow import parquet

    kinds = {**dict.fromkeys(_WHOLE, pa.int64()), **dict.fromkeys(_REAL, pa.float64()), "reasons": pa.list_(pa.string())}
    schema = pa.schema([(name, kinds.get(name, pa.string())) for name in columns])
    plain = _plain(rows, columns)
    with parquet.ParquetWriter(file, schema) as writer:
        while group := list(islice(plain, _GROUP)):
            numbers = [{name: None if value == "" and name in _REAL else value for name, value in row.items()} for row in group]
            writer.write_table(pa.Table.from_pylist(numbers, schema=schema))


_WRITERS: dict[str, Callable[[Iterable[Row], Sequence[str], IO[bytes]], None]] = {
    "csv": _csv,
    "jsonl": _jsonl,
    "parquet": _parquet,
}
