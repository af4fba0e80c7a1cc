"""Folders of weights that appear, are replaced and vanish whole: a reader never finds one half-written."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def atomic_folder(folder: Path) -> Iterator[Path]:
    """A new folder that takes the place of `folder` when the block ends well, and vanishes when it does not."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with _hidden_beside(folder) as hidden:
        new = hidden / "new"
        new.mkdir()
        yield new
        if folder.exists():
            folder.replace(hidden / "old")  # a rename cannot replace a folder that holds files
        new.replace(folder)


def remove_folder(folder: Path) -> None:
    """Delete a folder in one step for readers: it is moved aside first."""
    with _hidden_beside(folder) as hidden:
        folder.replace(hidden / "old")


@contextmanager
def _hidden_beside(folder: Path) -> Iterator[Path]:
    """A temporary folder on the same disk, so that renaming into it is one step; lists skip names with a dot in front."""
    hidden = Path(tempfile.mkdtemp(dir=folder.parent, prefix=f".{folder.name}."))
    try:
        yield hidden
    finally:
        shutil.rmtree(hidden, ignore_errors=True)
