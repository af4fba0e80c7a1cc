"""Store: the review database, opened for reading or for writing, and what goes wrong with it told in one line."""

import atexit
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from detector.home import home
from detector.review.backup import EVERY_SECONDS, back_up, recover
from detector.review.migrations import VERSION, migrate
from detector.review.values import ReviewError

BUSY_SECONDS: Final = 5.0

_idle: dict[tuple[str, int], sqlite3.Connection] = {}
_idle_lock = threading.RLock()

_BUSY = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
_UNWRITABLE = (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR)
_CLOSED = (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM, sqlite3.SQLITE_AUTH)
_DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


def database() -> Path:
    """Where all reviews are kept."""
    return home() / "reviews.sqlite"


@contextmanager
def reading() -> Iterator[sqlite3.Connection]:
    """The database as it is now, whatever others write meanwhile."""
    with _opened() as db:
        db.execute("BEGIN")
        try:
            yield db
        finally:
            if db.in_transaction:
                db.execute("ROLLBACK")


@contextmanager
def writing(*, milestone: bool = False, lasting: bool = True) -> Iterator[sqlite3.Connection]:
    """A transaction that is on disk when the block ends well, and never was when it does not.

    A `milestone` is backed up at once. What need not be `lasting`, such as a lease, may be lost in a power cut, and does not wait
    for the disk.
    """
    with _opened() as db:
        if not lasting:
            db.execute("PRAGMA synchronous = NORMAL")
        db.execute("BEGIN IMMEDIATE")
        try:
            yield db
            db.execute("COMMIT")
        except BaseException:
            if db.in_transaction:  # a full disk has rolled back by itself
                db.execute("ROLLBACK")
            raise
        back_up(db, database(), 0.0 if milestone else EVERY_SECONDS)


@contextmanager
def _opened() -> Iterator[sqlite3.Connection]:
    """A connection of its own, so that threads and processes never share one; raises ReviewError for what can be mended."""
    path = database()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        db = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)
        try:
            db.execute("PRAGMA foreign_keys = ON")
            if db.execute("PRAGMA user_version").fetchone()[0] != VERSION:
                db.execute("PRAGMA journal_mode = WAL")
                migrate(db)
            _stay_open(path)
            yield db
        finally:
            db.close()
    except sqlite3.DatabaseError as error:
        raise _explained(error, path) from error
    except OSError as error:
        raise ReviewError(
            f"{path.parent} cannot be written ({error.strerror}): make room or choose another workspace."
        ) from error


def _stay_open(path: Path) -> None:
    """Hold a connection that nobody uses: when the last one closes SQLite tidies up, which makes the next answer wait twice."""
    with _idle_lock:
        file = (str(path), path.stat().st_ino)
        if file not in _idle:
            let_go()
            _idle[file] = sqlite3.connect(path, check_same_thread=False)
            _idle[file].execute("SELECT count(*) FROM sqlite_master").fetchone()


def let_go() -> None:
    """Close the idle connection: the workspace has moved, or the file is about to."""
    while _idle:
        _idle.popitem()[1].close()


def _explained(error: sqlite3.DatabaseError, path: Path) -> Exception:
    """The error as a line that says what to do; one that nobody can mend stays as it is."""
    code = (getattr(error, "sqlite_errorcode", None) or 0) & 0xFF
    if code in _BUSY:
        return ReviewError(
            f"Another program has kept the review database locked for {BUSY_SECONDS:.0f} seconds: close it and try again. "
            "Nothing was lost, and nothing was written."
        )
    if code in _UNWRITABLE:
        return ReviewError(
            f"The review database cannot be written ({error}): the disk is probably full. Make room and try again; "
            "what was there before is safe."
        )
    if code in _CLOSED:
        return ReviewError(f"{path} cannot be opened for writing ({error}): check its permissions, then try again.")
    if code not in _DAMAGED:
        return error
    with _idle_lock:
        let_go()
        return recover(path, BUSY_SECONDS)


atexit.register(let_go)
