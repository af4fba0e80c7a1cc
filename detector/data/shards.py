"""Shards: pictures out of a Parquet file of a public data set, byte for byte as they were put in."""

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from detector.data.catalog import HubTable
from detector.data.images import MAX_FILE_BYTES
from detector.data.names import labels_of
from detector.errors import DataError
from detector.labels import AI, LABEL_NAMES

_ROWS = 64  # read at once, which bounds the memory
_MAGIC = {b"\xff\xd8\xff": ".jpg", b"\x89PNG": ".png", b"GIF8": ".gif", b"BM": ".bmp", b"II*\0": ".tif", b"MM\0*": ".tif"}


@dataclass(frozen=True)
class Extracted:
    """How many pictures of each label were written, and how many rows held none."""

    written: Counter[int]
    left_out: int


def extract(
    file: Path, called: str, table: HubTable, folder: Path, stem: str, room: Mapping[int, int] | None = None
) -> Extracted:
    """Write the pictures of a Parquet file into `folder`/real and `folder`/ai, at most `room` of each label.

    `called` is the file's name for messages. The pictures' names are generator__stem-row, so that the generator is known and a
    second time gives the same names. Raises DataError for a file that cannot be read or lacks what the catalogue expects.
    """
    import pyarrow

    written: Counter[int] = Counter()
    left_out = 0
    try:
        for index, (label, generator, content) in enumerate(_rows(file, called, table)):
            suffix = _suffix(content)
            if not suffix:
                left_out += 1
            elif room is None or written[label] < room[label]:
                place = folder / LABEL_NAMES[label] / f"{generator}{'__' * bool(generator)}{stem}-{index:06}{suffix}"
                place.parent.mkdir(parents=True, exist_ok=True)
                place.write_bytes(content)
                written[label] += 1
            elif all(written[each] >= room[each] for each in room):
                break
    except (pyarrow.ArrowException, OSError) as error:
        raise DataError(f"{called} of {table.repository} is damaged ({_line(error)}): fetch it again.") from error
    return Extracted(written, left_out)


def _rows(file: Path, called: str, table: HubTable) -> Iterator[tuple[int, str, bytes]]:
    """Label, generator and bytes of each row, a few rows in memory at a time."""
    from pyarrow.parquet import ParquetFile

    with ParquetFile(file) as parquet:
        columns = [name for name in (table.image, table.label, table.generator) if name]
        missing = set(columns) - set(parquet.schema_arrow.names)
        if missing:
            raise DataError(f"{called} of {table.repository} lacks the column {', '.join(sorted(missing))}: it has changed.")
        names = _class_names(parquet.schema_arrow.metadata)
        labels, generators = names.get(table.label, []), names.get(table.generator, [])
        for batch in parquet.iter_batches(_ROWS, columns=columns):
            for row in batch.to_pylist():
                label = _label(called, table, _named(row[table.label], labels))
                generator = _named(row[table.generator], generators) if table.generator else table.made_by
                yield label, _plain(generator) if label == AI else "", _content(row[table.image])


def _class_names(metadata: Mapping[bytes, bytes] | None) -> dict[str, list[str]]:
    """What the numbers of each column are called, as the `datasets` library notes it in the file."""
    try:
        features = json.loads((metadata or {}).get(b"huggingface", b"{}"))["info"]["features"]
        return {column: list(feature["names"]) for column, feature in features.items() if "names" in feature}
    except (ValueError, KeyError, TypeError, AttributeError):
        return {}


def _named(value: Any, names: list[str]) -> str:
    return str(names[value]) if isinstance(value, int) and 0 <= value < len(names) else str(value)


def _label(called: str, table: HubTable, name: str) -> int:
    label = table.labels.get(name)
    if label is None or labels_of([name]) - {label}:
        raise DataError(f"{called} of {table.repository} has the label {name[:40]!r}, which is not known: it has changed.")
    return label


def _content(image: Any) -> bytes:
    content = image.get("bytes") if isinstance(image, dict) else image
    return content if isinstance(content, bytes) and len(content) <= MAX_FILE_BYTES else b""


def _suffix(content: bytes) -> str:
    """The ending that fits the first bytes, or "" for what is no picture."""
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return ".webp"
    return next((suffix for magic, suffix in _MAGIC.items() if content.startswith(magic)), "")


def _plain(generator: str) -> str:
    """The generator as part of a file's name."""
    return re.sub(r"[^A-Za-z0-9.-]+", "-", generator).strip("-.")[:40]


def _line(error: Exception) -> str:
    return " ".join(str(error).split())[:100]
