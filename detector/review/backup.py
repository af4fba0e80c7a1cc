"""Backup: a good copy of the review database is kept beside it, and takes its place when that is found damaged."""

import logging
import sqlite3
import time
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Final

from filelock import FileLock, Timeout

from detector.files import atomic_path
from detector.review.values import ReviewError

EVERY_SECONDS: Final = 300.0
_COPIED = ("queues", "items", "scores", "answers", "undos", "remarks")

log = logging.getLogger(__name__)


def backup_file(path: Path) -> Path:
    """Where the last good copy is."""
    return path.with_name(f"{path.stem}-backup{path.suffix}")


def back_up(db: sqlite3.Connection, path: Path, every: float) -> None:
    """Replace the copy by what is in the database, unless it is younger than this; a failure is only noted.

    The copy is checked before it takes the old one's place, so that damage does not spread.
    """
    file = backup_file(path)
    try:
        if file.exists() and 0 <= time.time() - file.stat().st_mtime < every:
            return
        with atomic_path(file) as temporary:
            with closing(sqlite3.connect(temporary)) as copy:
                db.backup(copy)
                copy.execute("PRAGMA journal_mode = DELETE")
            if not _is_sound(temporary):
                raise sqlite3.DatabaseError("the copy is not sound")
    except (sqlite3.Error, OSError) as error:  # the answer itself is safe
        log.warning("the reviews could not be backed up: %s", error)


def recover(path: Path, patience: float) -> ReviewError:
    """Put the damaged database aside, go on from the last good copy and from what can still be read; returns what to tell."""
    try:
        with FileLock(path.with_suffix(".lock"), timeout=10 * patience):
            if path.is_file() and _is_sound(path):
                return ReviewError("The review database was damaged and has been restored just now: try again.")
            return _restored(path)
    except (sqlite3.OperationalError, OSError, Timeout) as error:
        return ReviewError(f"The review database is damaged and cannot be restored now ({error}): close what uses it, try again.")


def _restored(path: Path) -> ReviewError:
    """The damaged database moved aside, and the last good copy in its place."""
    aside = _free(path.with_name(f"{path.stem}-damaged-{datetime.now():%Y%m%d-%H%M%S}{path.suffix}"))
    for end in ("-wal", "-shm", ""):  # the database last: until it is moved, all of this may be done again
        part = Path(f"{path}{end}")
        if part.exists():
            part.rename(f"{aside}{end}")
    copy = backup_file(path)
    if not (copy.is_file() and _is_sound(copy)):
        saved = _salvage(aside, path)
        return ReviewError(
            f"The review database was damaged and is kept as {aside.name}. There was no good copy: "
            f"{_rescued(saved)} Try again, or import an export."
        )
    since = datetime.fromtimestamp(copy.stat().st_mtime)
    with atomic_path(path) as temporary:
        temporary.write_bytes(copy.read_bytes())
    saved = _salvage(aside, path)
    return ReviewError(
        f"The review database was damaged and is kept as {aside.name}. Reviews go on from the copy of {since:%d %b, %H:%M}; "
        f"{_rescued(saved)} Try again."
    )


def _rescued(answers: int) -> str:
    return (
        f"{answers:,} answers were read from the damaged file."
        if answers
        else "nothing more could be read from the damaged file."
    )


def _salvage(damaged: Path, path: Path) -> int:
    """Copy the rows that can still be read and that the database lacks; returns how many answers that were.

    The damaged file is opened for reading only. A table is read until the damage; what refers to something lost is left out.
    """
    from detector.review.migrations import VERSION, migrate
    from detector.review.standing import settle, stand_again

    saved = 0
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute("PRAGMA journal_mode = WAL")
        migrate(db)
        try:
            with closing(sqlite3.connect(f"file:{damaged}?mode=ro", uri=True)) as old:
                if old.execute("PRAGMA user_version").fetchone()[0] != VERSION:
                    return 0
                db.execute("PRAGMA foreign_keys = ON")
                db.execute("BEGIN IMMEDIATE")
                for table in _COPIED:
                    added = _copy_rows(old, db, table)
                    saved = added if table == "answers" else saved
        except sqlite3.DatabaseError as error:
            log.warning("the damaged reviews cannot be read: %s", error)
        if not db.in_transaction:
            return 0
        for item, annotator, turn in db.execute("SELECT DISTINCT item, annotator, round FROM answers").fetchall():
            stand_again(db, item, annotator, turn)
        for (item,) in db.execute("SELECT id FROM items").fetchall():
            settle(db, item)
        db.execute("COMMIT")
    return saved


def _copy_rows(old: sqlite3.Connection, db: sqlite3.Connection, table: str) -> int:
    """The rows of a table one by one, as far as they can be read."""
    added = 0
    try:
        columns = [row[1] for row in db.execute(f"PRAGMA table_info({table})")]
        marks = ", ".join("?" * len(columns))
        for row in old.execute(f"SELECT {', '.join(columns)} FROM {table}"):
            try:
                added += db.execute(f"INSERT OR IGNORE INTO {table} VALUES ({marks})", row).rowcount
            except sqlite3.IntegrityError:
                continue
    except sqlite3.DatabaseError as error:
        log.warning("%s of the damaged reviews can be read in part only: %s", table, error)
    return added


def _is_sound(path: Path) -> bool:
    """Whether the whole database can be read."""
    try:
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as db:
            return bool(db.execute("PRAGMA quick_check(1)").fetchone()[0] == "ok")
    except sqlite3.OperationalError:  # busy or out of reach, which says nothing of what is in it
        raise
    except sqlite3.DatabaseError:
        return False


def _free(path: Path) -> Path:
    """The path, or with a number where that is taken."""
    number, free = 2, path
    while free.exists():
        free, number = path.with_name(f"{path.stem}-{number}{path.suffix}"), number + 1
    return free
