"""Edits: what a person decided about single pictures of a data set, as a log that can be replayed. Originals are never touched.

A *drop* takes effect whenever the data set is opened. A *crop* or a *split* needs new pixels: it takes effect in a cleaned copy.
"""

import hashlib
import json
import time
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Literal

from filelock import FileLock

from detector.data.manifest import Manifest
from detector.data.preprocess import Box
from detector.errors import DataError
from detector.files import write_text
from detector.home import notes_folder

Do = Literal["drop", "crop", "split"]


@dataclass(frozen=True)
class Edit:
    """One decision about one picture, known by its path below the root and by its content.

    `boxes` are the parts to keep, in pixels of the upright picture as left, top, right, bottom: none for a drop, one for a crop,
    several for a split. `why` is the proposal that was accepted, `when` seconds since 1970.
    """

    do: Do
    path: str
    sha256: str
    boxes: tuple[Box, ...] = ()
    why: str = ""
    when: float = 0.0


def edits_file(root: Path) -> Path:
    """Where the edits of the data set in this folder are kept."""
    return notes_folder() / "edits" / f"{hashlib.sha256(str(root.resolve()).encode()).hexdigest()[:24]}.jsonl"


def read_log(file: Path) -> tuple[Edit, ...]:
    """The edits in a log, oldest first, none where there is no file; raises DataError for a damaged one, with the line."""
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return ()
    edits = []
    for number, line in enumerate(lines, 1):
        try:
            edits.append(_edit(json.loads(line)))
        except (ValueError, TypeError, KeyError) as error:
            raise DataError(
                f"{file}, line {number}, is no edit ({error}): delete the line, or the file to start over."
            ) from error
    return tuple(edits)


def write_log(file: Path, edits: Iterable[Edit]) -> None:
    """Replace the log by these edits."""
    write_text(file, "".join(json.dumps(asdict(edit), ensure_ascii=False) + "\n" for edit in edits))


def read_edits(root: Path) -> tuple[Edit, ...]:
    """The edits of the data set in this folder; raises DataError as `read_log` does."""
    return read_log(edits_file(root))


def add_edits(root: Path, edits: Iterable[Edit]) -> None:
    """Append to the log; a later edit of a picture replaces an earlier one."""
    new = {edit.path: replace(edit, when=edit.when or time.time()) for edit in edits}
    with _locked(root):
        write_log(edits_file(root), [*(edit for edit in read_edits(root) if edit.path not in new), *new.values()])


def undo_edits(root: Path, paths: Iterable[str]) -> None:
    """Forget what was decided about these pictures."""
    gone = set(paths)
    with _locked(root):
        write_log(edits_file(root), [edit for edit in read_edits(root) if edit.path not in gone])


def without_dropped(manifest: Manifest, edits: Iterable[Edit]) -> Manifest:
    """The manifest without the pictures that were dropped; a picture whose file has changed since then is back."""
    dropped = {(edit.path, edit.sha256) for edit in edits if edit.do == "drop"}
    return replace(manifest, items=tuple(item for item in manifest.items if (item.path, item.sha256) not in dropped))


def _locked(root: Path) -> FileLock:
    """Two tabs may decide at the same moment, and neither decision may be lost."""
    file = edits_file(root)
    file.parent.mkdir(parents=True, exist_ok=True)
    return FileLock(file.with_suffix(".lock"))


def _edit(line: dict[str, object]) -> Edit:
    edit = Edit(**line)  # type: ignore[arg-type]  # checked in the next lines
    boxes = tuple(tuple(int(side) for side in box) for box in edit.boxes)
    kept = {"drop": not boxes, "crop": len(boxes) == 1, "split": len(boxes) > 1}
    if not kept.get(edit.do) or any(len(box) != 4 for box in boxes) or not isinstance(edit.path, str):
        raise ValueError("unknown kind, or boxes that do not fit it")
    return replace(edit, boxes=boxes)  # type: ignore[arg-type]  # four numbers each, as just checked
