"""Archive: a zip of pictures from anywhere, unpacked into the workspace. Nothing in it is believed until it is measured.

Only pictures and metadata.csv are written. Whatever could reach out of the folder, fill the disk or fool a reader of names
refuses the whole zip, in one line; other files are left out and counted.
"""

import errno
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

from detector.data.archive_entries import MAX_ENTRIES, Entry, wanted_entries
from detector.data.images import MAX_FILE_BYTES
from detector.data.staging import check_space, free_name, staged
from detector.errors import DataError

MAX_TOTAL_BYTES: Final = 20 * 2**30
MAX_RATIO: Final = 200
"""Bytes out for a byte in, of one file beyond the first megabyte; pictures are packed already and stay near 1."""
MAX_TOTAL_RATIO: Final = 50
"""The same of the whole zip."""

_FREE_RATIO_BYTES = 2**20  # small blank pictures pack very well, and harm nobody
_FREE_TOTAL_BYTES = 64 * 2**20
_MAX_DIRECTORY_BYTES = MAX_ENTRIES * 256  # what zipfile reads into memory at once
_CHUNK = 2**18
_END, _END64 = b"PK\x05\x06", b"PK\x06\x06"


@dataclass(frozen=True)
class Unpacked:
    """Where the pictures are, how many files were written, and how many were left out because they are no pictures."""

    folder: Path
    written: int
    left_out: int


def unpack(source: Path | IO[bytes], name: str, progress: Callable[[int, int], None] | None = None) -> Unpacked:
    """Unpack a zip into the workspace as the data set `name`; `progress(done, total)` counts bytes.

    Raises DataError or UserError in one line when the zip is refused or the name is bad or taken; then nothing is left on disk.
    """
    target = free_name(name)
    with _refusing(), staged(target) as folder:
        written, left_out = unpack_into(source, folder, progress)
    return Unpacked(target, written, left_out)


def unpack_into(source: Path | IO[bytes], folder: Path, progress: Callable[[int, int], None] | None = None) -> tuple[int, int]:
    """Unpack a zip into an empty folder; returns how many files were written, and how many left out as no pictures.

    Raises DataError as `unpack` does; what was written until then is the caller's to remove.
    """
    with _readable(source) as file, _refusing():
        size = file.seek(0, 2)
        _check_directory(file, size)
        with zipfile.ZipFile(file) as archive:
            infos = archive.infolist()
            entries = wanted_entries(infos)
            total = sum(entry.info.file_size for entry in entries)
            _check_total(total, size)
            check_space(total)
            done = 0
            for entry in entries:
                for count in _write(archive, entry, folder, size):
                    done += count
                    _check_total(done, size)
                    if progress:
                        progress(min(done, total), total)
    files = sum(not info.is_dir() for info in infos)
    return len(entries), files - len(entries)


def _write(archive: zipfile.ZipFile, entry: Entry, folder: Path, archive_size: int) -> Iterator[int]:
    """Write one file, and yield the bytes of each piece; raises DataError when it turns out larger than it may be."""
    place = folder / entry.path
    place.parent.mkdir(parents=True, exist_ok=True)
    packed, written = min(entry.info.compress_size, archive_size), 0
    with archive.open(entry.info) as content, place.open("xb") as file:
        while piece := content.read(_CHUNK):
            if not written and piece.startswith((b"PK\x03\x04", b"PK\x05\x06")):
                raise DataError(f"The zip holds another zip disguised as {entry.shown}: unpack that one first.")
            written += len(piece)
            if written > MAX_FILE_BYTES:
                raise DataError(f"{entry.shown} in the zip has more than {MAX_FILE_BYTES // 2**20} MB: leave it out.")
            if written > _FREE_RATIO_BYTES and written > MAX_RATIO * packed:
                raise DataError(
                    f"{entry.shown} unpacks to more than {MAX_RATIO} times its size, as no picture does: leave it out."
                )
            file.write(piece)
            yield len(piece)
    if written != entry.info.file_size:
        raise DataError(f"The zip says a wrong size for {entry.shown}: it is damaged or made to deceive; get it again.")


def _check_total(unpacked: int, archive_size: int) -> None:
    if unpacked > MAX_TOTAL_BYTES:
        raise DataError(f"The zip unpacks to more than {MAX_TOTAL_BYTES // 2**30} GB: divide it into smaller ones.")
    if unpacked > _FREE_TOTAL_BYTES and unpacked > MAX_TOTAL_RATIO * archive_size:
        raise DataError(f"The zip unpacks to more than {MAX_TOTAL_RATIO} times its size, as pictures do not: it is refused.")


def _check_directory(file: IO[bytes], size: int) -> None:
    """Refuse a zip whose list of files alone would fill the memory, before anything reads that list."""
    file.seek(max(0, size - 2**16 - 22 - 76))  # the end record, the longest comment, and the 64-bit records before it
    tail = file.read()
    at, at64 = tail.rfind(_END), tail.rfind(_END64)
    if at < 0 or at + 22 > len(tail):
        raise DataError("The file is no zip, or it was cut short: make or download it again.")
    directory = int(struct.unpack_from("<L", tail, at + 12)[0])
    if directory == 0xFFFFFFFF and 0 <= at64 <= len(tail) - 48:
        directory = int(struct.unpack_from("<Q", tail, at64 + 40)[0])
    if directory > _MAX_DIRECTORY_BYTES:
        raise DataError(f"The zip lists too many files: at most {MAX_ENTRIES:,} are unpacked; divide it into smaller ones.")
    file.seek(0)


@contextmanager
def _readable(source: Path | IO[bytes]) -> Iterator[IO[bytes]]:
    if not isinstance(source, Path):
        yield source
        return
    try:
        if not source.expanduser().is_file():
            raise DataError(f"{source} is no file: give a zip.")
        with source.expanduser().open("rb") as file:
            yield file
    except (PermissionError, RuntimeError) as error:
        raise DataError(f"{source} cannot be read: check its name and permissions.") from error


@contextmanager
def _refusing() -> Iterator[None]:
    """Whatever the reader of zips raises on a damaged one, as one line."""
    try:
        yield
    except DataError:
        raise
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise DataError("The disk is full: make room and try again. Nothing was kept.") from error
        raise DataError(f"The zip cannot be unpacked ({error.strerror or 'damaged'}): make or download it again.") from error
    except UnicodeDecodeError as error:
        raise DataError("The zip holds a name that is no valid Unicode: rename the file and make the zip again.") from error
    except (zipfile.BadZipFile, zlib.error, EOFError, struct.error, NotImplementedError, RuntimeError, ValueError) as error:
        reason = " ".join(str(error).split())[:120]
        raise DataError(f"The zip is damaged or not what it says ({reason}): make or download it again.") from error
