"""Pixel store: the folder of decoded pixels, kept below a size. Knows files, their age and their readers; nothing of pictures."""

import contextlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

import numpy as np
from filelock import FileLock
from numpy.typing import NDArray

from detector.errors import DataError

try:
    import fcntl
except ImportError:  # Windows, where a file that is mapped cannot be removed anyway
    fcntl = None  # type: ignore[assignment]

DEFAULT_LIMIT_GB = 20.0
_LEFT_FREE = 500 * 10**6  # bytes: a full disk would stop whatever else is at work
_LOCK = ".store.lock"


def limit_bytes() -> int:
    """How much the pixels may take on disk: DETECTOR_CACHE_GB, 20 without it; raises DataError when that is no number."""
    text = os.environ.get("DETECTOR_CACHE_GB", "").strip()
    try:
        limit = float(text) if text else DEFAULT_LIMIT_GB
    except ValueError:
        limit = -1.0
    if not 0 < limit < 1e6:
        raise DataError(f"DETECTOR_CACHE_GB should be a number of gigabytes above 0, such as 20, not {text!r}.")
    return int(limit * 1e9)


def read_pixels(path: Path, shape: tuple[int, ...]) -> NDArray[np.uint8] | None:
    """The array in a .npy file, mapped and read-only, or None when there is no whole one of this shape.

    While the array lives, `reserve` does not remove its file. Raises OSError when the file cannot be opened.
    """
    try:
        file = path.open("rb")
    except FileNotFoundError:
        return None
    with file:
        _hold(file)
        try:
            np.lib.format.read_magic(file)
            found, fortran, kind = np.lib.format.read_array_header_1_0(file)
            whole = os.fstat(file.fileno()).st_size == file.tell() + int(np.prod(shape))
            if found != shape or fortran or kind != np.uint8 or not whole:
                return None
        except (ValueError, EOFError):
            return None
        with contextlib.suppress(OSError):  # a cache that may only be read still serves
            os.utime(path)
        # mmap keeps a copy of the descriptor, and with it the hold, until the last view of the array is gone.
        return np.memmap(file, np.uint8, "r", offset=file.tell(), shape=shape)


@contextlib.contextmanager
def reserve(path: Path, shape: tuple[int, ...]) -> Iterator[IO[bytes]]:
    """A file open for writing pixels of this shape, header done; it becomes `path` when the block ends well, else it vanishes.

    The pixels longest unused make room for it, those in use never. Raises DataError, before anything is written, when there is
    not enough room, and OSError as writing does.
    """
    temporary = path.with_name(f".{path.stem}.{os.getpid()}.tmp")
    try:
        with _claim(temporary, shape) as file:
            yield file
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def _claim(path: Path, shape: tuple[int, ...]) -> IO[bytes]:
    """The new file, held and as large as it will be: others that look for room at the same moment count it and keep off."""
    needed = int(np.prod(shape))
    path.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(path.parent / _LOCK):
        _make_room(path.parent, needed)
        file = path.open("wb")
        _hold(file)
        np.lib.format.write_array_header_1_0(file, {"descr": "|u1", "fortran_order": False, "shape": shape})
        file.truncate(file.tell() + needed)
    return file


def _make_room(folder: Path, needed: int) -> None:
    """Remove the files longest unused until `needed` bytes fit the limit and the disk; raises DataError when they cannot."""
    limit, kept = limit_bytes(), _by_age(folder)
    taken = sum(status.st_size for _, status in kept)
    if needed > limit:
        raise DataError(
            f"These pictures take {_words(needed)} as pixels, more than the {_words(limit)} that the cache may hold: use fewer "
            "images or a smaller image size, or set DETECTOR_CACHE_GB to more."
        )
    if needed <= _free(folder) + taken:
        for path, _ in kept:
            if taken + needed <= limit and needed <= _free(folder):
                break
            taken -= _remove(path)
    if needed > _free(folder):
        raise DataError(
            f"These pictures take {_words(needed)} as pixels, and {folder} has {_words(max(0, _free(folder)))} to spare: free "
            "space there, or use fewer images or a smaller image size."
        )
    if taken + needed > limit:
        raise DataError(
            f"These pictures take {_words(needed)} as pixels, and other runs use {_words(taken)} of the {_words(limit)} that the "
            "cache may hold: wait for them, or set DETECTOR_CACHE_GB to more."
        )


def _by_age(folder: Path) -> list[tuple[Path, os.stat_result]]:
    """The files of pixels, half-written ones too, the one longest unused first."""
    found = []
    for path in (*folder.glob("*.npy"), *folder.glob(".*.tmp")):
        with contextlib.suppress(FileNotFoundError):
            found.append((path, path.stat()))
    return sorted(found, key=lambda pair: pair[1].st_mtime_ns)


def _remove(path: Path) -> int:
    """Remove a file that nobody uses; the bytes that this gave back, 0 when it is in use."""
    try:
        with path.open("rb") as file:
            if fcntl:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            size = os.fstat(file.fileno()).st_size
        path.unlink()  # one who opens it this very moment keeps what is read: the pixels go with the last descriptor
    except OSError:  # held by a reader or a writer, or gone already
        return 0
    return size


def _hold(file: IO[Any]) -> None:
    """Mark the open file as in use until its last descriptor is closed, which the kernel does for a killed process."""
    if fcntl:
        fcntl.flock(file, fcntl.LOCK_SH)


def _free(folder: Path) -> int:
    """Bytes that may be written to the folder's disk."""
    return shutil.disk_usage(folder).free - _LEFT_FREE


def _words(size: int) -> str:
    return f"{size / 1e9:.1f} GB" if size >= 1e8 else f"{size / 1e6:.1f} MB"
