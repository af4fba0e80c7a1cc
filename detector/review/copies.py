"""Copies: pictures that were uploaded or came in a zip, kept in the workspace under the hash of their content."""

import sqlite3
from pathlib import Path

from detector.files import atomic_path
from detector.home import home
from detector.review.values import ReviewError


def copies_folder() -> Path:
    """Where they are, each named by its hash."""
    return home() / "reviews" / "images"


def keep_copy(source: bytes | Path, sha256: str) -> Path:
    """A copy of a picture; raises ReviewError where the disk has no room for it."""
    file = copies_folder() / sha256
    try:
        if not file.is_file():
            with atomic_path(file) as temporary:
                temporary.write_bytes(source if isinstance(source, bytes) else source.read_bytes())
    except OSError as error:
        raise ReviewError(f"The image cannot be copied ({error.strerror}): make room on the disk and try again.") from error
    return file


def sweep_copies(db: sqlite3.Connection) -> None:
    """Delete copies of pictures that are in no queue any more."""
    needed = {sha256 for (sha256,) in db.execute("SELECT DISTINCT sha256 FROM items")}
    for file in copies_folder().glob("*"):
        if len(file.name) == 64 and file.name not in needed:
            file.unlink(missing_ok=True)
