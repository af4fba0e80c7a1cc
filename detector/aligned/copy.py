"""Aligned copy: a data set of real pictures and the same pictures made anew, all written as one kind of JPEG."""

import csv
import io
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from detector.aligned.operators import OPERATORS, regenerate
from detector.data.equalise import Equalise
from detector.data.images import open_image
from detector.data.manifest import Item, Manifest, Problem
from detector.data.parallel import in_order
from detector.data.staging import check_space, staged
from detector.errors import DataError, ImageError
from detector.files import write_json, write_text
from detector.labels import REAL

_BYTES_A_PIXEL = 0.7


@dataclass(frozen=True)
class _Made:
    """A picture's number and name in the copy, and its files by their path: the real one and those made from it."""

    item: Item
    files: dict[str, bytes]


def write_aligned(
    manifest: Manifest,
    operators: Sequence[str],
    equalise: Equalise,
    folder: Path,
    progress: Callable[[int, int], None] | None = None,
) -> tuple[Problem, ...]:
    """Write each real picture and what one operator made of it into a new folder; returns those that could not be read.

    Operators take turns, by the pictures' hashes. Both files go through `equalise`, and a picture and its fake share a group, so
    that no split parts them. The folder appears whole or not at all. Raises DataError when it exists, the disk lacks room or no
    real picture can be read, UserError for an unknown operator.
    """
    items = [item for item in manifest.items if item.label == REAL]
    _check(items, operators, folder)
    check_space(round(2 * len(items) * equalise.side**2 * _BYTES_A_PIXEL))

    def made(numbered: tuple[int, Item]) -> _Made | Problem:
        number, item = numbered
        seed = int(item.sha256[:15], 16)
        operator = operators[seed % len(operators)]
        try:
            image = open_image(manifest.path(item), item.sha256)
        except ImageError as error:
            return Problem(item.path, str(error))
        name = f"{number:06}-{Path(item.path).stem[:80]}.jpg"
        fake = regenerate(image, operator, np.random.default_rng(seed))
        return _Made(item, {f"real/{name}": equalise.encode(image), f"ai/{operator}__{name}": equalise.encode(fake)})

    rows: list[tuple[str, str, str]] = []
    problems: list[Problem] = []
    try:
        with staged(folder) as new:
            for kind in ("real", "ai"):
                (new / kind).mkdir(parents=True)
            for done, found in enumerate(_in_turn(made, items), 1):
                if isinstance(found, Problem):
                    problems.append(found)
                else:
                    rows += _write(new, found)
                if progress:
                    progress(done, len(items))
            if not rows:
                raise DataError(f"No real picture of {manifest.root.name} could be read, so no copy was written.")
            _write_notes(new, manifest, operators, equalise, rows)
    except OSError as error:
        raise DataError(
            f"{folder} cannot be written ({error.strerror or error}): free space there, or mend its rights."
        ) from error
    return tuple(problems)


def _in_turn(made: Callable[[tuple[int, Item]], _Made | Problem], items: Sequence[Item]) -> Iterator[_Made | Problem]:
    return in_order(made, list(enumerate(items)))


def _write(folder: Path, made: _Made) -> list[tuple[str, str, str]]:
    """Write the files and return their rows of the table: path, group, source."""
    group = made.item.group or made.item.sha256[:16]
    for path, data in made.files.items():
        (folder / path).write_bytes(data)
    return [(path, group, made.item.path) for path in made.files]


def _check(items: Sequence[Item], operators: Sequence[str], folder: Path) -> None:
    if folder.exists():
        raise DataError(f"There is a data set named {folder.name} already: choose another name.")
    if not items:
        raise DataError("This data set holds no real pictures, from which matched fakes could be made.")
    unknown = [name for name in operators if name not in OPERATORS]
    if unknown or not operators:
        raise DataError(f"There is no operator {', '.join(unknown) or 'chosen'}: choose from {', '.join(OPERATORS)}.")


def _write_notes(
    folder: Path, manifest: Manifest, operators: Sequence[str], equalise: Equalise, rows: Sequence[tuple[str, str, str]]
) -> None:
    """metadata.csv with groups and originals, aligned.json for programs, README.md for people."""
    buffer = io.StringIO()
    table = csv.writer(buffer, lineterminator="\n")
    table.writerows((("path", "group", "source"), *rows))
    write_text(folder / "metadata.csv", buffer.getvalue())
    write_json(
        folder / "aligned.json",
        {
            "from": manifest.root.name,
            "fingerprint": manifest.fingerprint,
            "operators": list(operators),
            "equalise": equalise.to_dict(),
            "pictures": len(rows),
            "created": time.strftime("%Y-%m-%d %H:%M:%S"),
        },
    )
    made = "\n".join(f"- `{name}`: {OPERATORS[name].help}" for name in operators)
    write_text(
        folder / "README.md",
        f"# {folder.name}\n\nReal pictures of {manifest.root.name}, and the same pictures made anew. Each fake has the content, "
        f"the size and the compression of its original, so that nothing but the making tells them apart.\n\n{made}\n",
    )
