"""Votes by phone: one a phone and picture, changeable until the answer is out. SQLite, so that a hundred may come at once.

A phone is a random word that its browser was given; no name, no address is kept.
"""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from detector.errors import UserError
from detector.home import checked_name
from detector.labels import AI, LABEL_NAMES, REAL
from detector.stage.deck import decks_folder

MOST_PHONES = 1000
"""In one round: more would be somebody playing tricks."""

_TABLE = """CREATE TABLE IF NOT EXISTS votes (
    round TEXT, picture TEXT, phone TEXT, label INTEGER, at REAL, PRIMARY KEY (round, picture, phone)
) WITHOUT ROWID"""


def cast(deck: str, round_name: str, picture: str, phone: str, label: int) -> None:
    """Count a phone's vote; a second one on the same picture replaces the first. Raises UserError when too many phones vote."""
    with _open(deck) as database:
        database.execute("BEGIN IMMEDIATE")
        known = database.execute("SELECT 1 FROM votes WHERE round = ? AND phone = ? LIMIT 1", (round_name, phone)).fetchone()
        if known is None and _phones(database, round_name) >= MOST_PHONES:
            raise UserError(f"{MOST_PHONES:,} phones have voted, which is as many as count.")
        database.execute(
            "INSERT INTO votes VALUES (?, ?, ?, ?, ?) "
            "ON CONFLICT (round, picture, phone) DO UPDATE SET label = excluded.label, at = excluded.at",
            (round_name, picture, phone, label, time.time()),
        )


def vote_of(deck: str, round_name: str, picture: str, phone: str) -> str:
    """What a phone said of a picture: "real", "ai", or "" when it has not voted."""
    with _open(deck) as database:
        row = database.execute(
            "SELECT label FROM votes WHERE round = ? AND picture = ? AND phone = ?", (round_name, picture, phone)
        ).fetchone()
    return LABEL_NAMES[row[0]] if row else ""


def counts(deck: str, round_name: str) -> dict[str, tuple[int, int]]:
    """Votes (real, AI-generated) by picture, of pictures that have any."""
    found: dict[str, list[int]] = {}
    if not _file(deck).exists():
        return {}
    with _open(deck) as database:
        rows = database.execute(
            "SELECT picture, label, COUNT(*) FROM votes WHERE round = ? GROUP BY picture, label", (round_name,)
        ).fetchall()
    for picture, label, count in rows:
        found.setdefault(picture, [0, 0])[label] = count
    return {picture: (both[REAL], both[AI]) for picture, both in found.items()}


def phones(deck: str, round_name: str) -> int:
    """How many phones have voted at least once."""
    if not _file(deck).exists():
        return 0
    with _open(deck) as database:
        return _phones(database, round_name)


def forget(deck: str, round_name: str) -> None:
    """Remove the votes of a round for good."""
    if _file(deck).exists():
        with _open(deck) as database:
            database.execute("DELETE FROM votes WHERE round = ?", (round_name,))


def _phones(database: sqlite3.Connection, round_name: str) -> int:
    return int(database.execute("SELECT COUNT(DISTINCT phone) FROM votes WHERE round = ?", (round_name,)).fetchone()[0])


@contextmanager
def _open(deck: str) -> Iterator[sqlite3.Connection]:
    """A connection for one piece of work: committed when it ends well, and closed either way; UserError when that cannot be."""
    database = None
    try:
        database = sqlite3.connect(_file(deck), timeout=30)
        database.execute("PRAGMA journal_mode=WAL")
        database.execute("PRAGMA synchronous=NORMAL")  # a power cut may cost the last second of votes, never the file
        database.execute(_TABLE)
        with database:
            yield database
    except sqlite3.Error as error:
        raise UserError(
            f"The votes in {_file(deck)} cannot be kept ({error}): move that file away and begin a new round."
        ) from error
    finally:
        if database:
            database.close()


def _file(deck: str) -> Path:
    return decks_folder() / checked_name(deck) / "votes.sqlite"
