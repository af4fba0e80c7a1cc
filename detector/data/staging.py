"""Staging: a data set is made where no list looks and appears in the workspace whole, or not at all."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from detector.errors import DataError
from detector.home import checked_name, data_folder

SPARE_BYTES = 500 * 2**20  # left free for everything else on the disk


def free_name(name: str) -> Path:
    """Where a new data set of this name goes; raises UserError when the name is bad or taken, in any spelling."""
    folder = data_folder() / checked_name(name)
    taken = {"lab", *(path.name.lower() for path in data_folder().glob("*"))}
    if name.lower() in taken:
        raise DataError(f"There is a data set named {name} already: choose another name, or delete that one.")
    return folder


def check_space(needed: int) -> None:
    """Raise DataError when the workspace's disk lacks room for this many bytes."""
    place = next(path for path in (data_folder(), *data_folder().parents) if path.exists())
    free = shutil.disk_usage(place).free
    if needed + SPARE_BYTES > free:
        raise DataError(
            f"It needs {needed / 2**20:,.0f} MB and the disk has {free / 2**20:,.0f} MB free, of which "
            f"{SPARE_BYTES // 2**20} stay free: make room, or move the workspace with DETECTOR_HOME."
        )


@contextmanager
def staged(target: Path) -> Iterator[Path]:
    """A new folder that becomes `target` when the block ends well, and vanishes when it does not.

    What a killed process left is swept the next time. Raises DataError when `target` has come into being meanwhile.
    """
    with staging_place() as place:
        new = place / "new"
        new.mkdir()
        yield new
        if target.exists():
            raise DataError(f"There is a data set named {target.name} already: choose another name.")
        new.rename(target)


def discard(folder: Path) -> None:
    """Delete a data set in one step for readers: it is moved aside first."""
    with staging_place() as place:
        folder.rename(place / "old")


@contextmanager
def staging_place() -> Iterator[Path]:
    """A temporary folder on the workspace's disk; its lock tells other processes that it is in use."""
    area = data_folder() / ".staging"
    area.mkdir(parents=True, exist_ok=True)
    _sweep(area)
    handle, name = tempfile.mkstemp(dir=area, suffix=".lock")
    os.close(handle)
    lock = Path(name)
    place = lock.with_suffix("")
    try:
        with FileLock(lock):
            place.mkdir()
            try:
                yield place
            finally:
                shutil.rmtree(place, ignore_errors=True)
    finally:
        lock.unlink(missing_ok=True)
        _remove_if_empty(area)


def _sweep(area: Path) -> None:
    """Delete what processes left that were killed: their locks are free."""
    for lock in area.glob("*.lock"):
        try:
            with FileLock(lock, timeout=0):
                shutil.rmtree(lock.with_suffix(""), ignore_errors=True)
                lock.unlink(missing_ok=True)
        except (Timeout, OSError):
            continue  # in use, or just gone


def _remove_if_empty(area: Path) -> None:
    try:
        area.rmdir()
    except OSError:
        return  # another process stages something
