"""Queues: made, listed, hidden and brought back. Images and answers are other files' business."""

import json
import sqlite3
import time
from collections.abc import Sequence

from detector.review.copies import sweep_copies
from detector.review.counts import counted
from detector.review.store import database, reading, writing
from detector.review.values import NAME_LENGTH, ORDERS, Progress, Queue, ReviewError

MOST_ANSWERS = 20

_COLUMNS = "name, ordering, answers, blind, method, detectors, seed, created"


def create_queue(
    name: str,
    order: str = "uncertain",
    *,
    answers: int = 1,
    blind: bool = False,
    method: str = "",
    seed: int = 0,
    detectors: Sequence[str] = (),
) -> Queue:
    """A new queue without images; each of them is to be seen by `answers` people. Raises ReviewError for a bad or taken name."""
    plain = " ".join(name.split())
    if not plain or len(plain) > NAME_LENGTH or not plain.isprintable():
        raise ReviewError(f"A queue needs a name of at most {NAME_LENGTH} characters.")
    if order not in ORDERS:
        raise ReviewError(f"{order!r} is no order: choose {', '.join(ORDERS)}.")
    if not 1 <= answers <= MOST_ANSWERS:
        raise ReviewError(f"Each image can be shown to 1 to {MOST_ANSWERS} people, not {answers}.")
    new = Queue(plain, order, answers, blind, method, tuple(detectors), seed, time.time())
    row = (plain, order, answers, blind, method, json.dumps(new.detectors), seed, new.created)
    with writing() as db:
        _check_free(db, plain)
        db.execute(f"INSERT INTO queues ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)
    return new


def list_queues() -> list[tuple[Queue, Progress]]:
    """Every queue with its progress, the newest first; those that were deleted are left out."""
    if not database().exists():
        return []
    with reading() as db:
        rows = db.execute(f"SELECT id, {_COLUMNS} FROM queues WHERE deleted IS NULL ORDER BY created DESC, id DESC").fetchall()
        return [(_queue(row[1:]), counted(db, row[0])) for row in rows]


def queue(name: str) -> Queue:
    """The queue of that name; raises ReviewError, naming those there are, when there is none."""
    with reading() as db:
        return find_queue(db, name)[1]


def find_queue(db: sqlite3.Connection, name: str) -> tuple[int, Queue]:
    """Its number in the database, and the queue; raises as `queue`."""
    row = db.execute(f"SELECT id, {_COLUMNS} FROM queues WHERE name = ? AND deleted IS NULL", (name,)).fetchone()
    if row is None:
        known = [each for (each,) in db.execute("SELECT name FROM queues WHERE deleted IS NULL ORDER BY created DESC LIMIT 12")]
        raise ReviewError(f"There is no queue named {name[:80]!r}. There are: {', '.join(known) or 'none yet'}.")
    return int(row[0]), _queue(row[1:])


def delete_queue(name: str) -> None:
    """Hide the queue; `restore_queue` brings it back with every answer."""
    with writing() as db:
        number, _ = find_queue(db, name)
        db.execute("UPDATE queues SET deleted = ? WHERE id = ?", (time.time(), number))


def restore_queue(name: str) -> Queue:
    """The queue that was deleted last under this name, back; raises ReviewError when there is none or the name is taken."""
    with writing() as db:
        _check_free(db, name)
        row = _latest_deleted(db, name)
        db.execute("UPDATE queues SET deleted = NULL WHERE id = ?", (row,))
        return find_queue(db, name)[1]


def deleted_queues() -> list[str]:
    """The names of those that can be brought back, the last deleted first."""
    if not database().exists():
        return []
    with reading() as db:
        rows = db.execute("SELECT name FROM queues WHERE deleted IS NOT NULL ORDER BY deleted DESC").fetchall()
    return list(dict.fromkeys(name for (name,) in rows))


def erase_queue(name: str) -> None:
    """Remove a deleted queue with its answers, and copies of pictures that no other queue has, for good."""
    with writing(milestone=True) as db:
        db.execute("DELETE FROM queues WHERE id = ?", (_latest_deleted(db, name),))
    with reading() as db:
        sweep_copies(db)


def add_detector(db: sqlite3.Connection, number: int, detector: str) -> None:
    """Note that a queue's images are scored by this detector; the first one noted is the one people are compared with."""
    known = json.loads(db.execute("SELECT detectors FROM queues WHERE id = ?", (number,)).fetchone()[0])
    if detector not in known:
        db.execute("UPDATE queues SET detectors = ? WHERE id = ?", (json.dumps([*known, detector]), number))


def _check_free(db: sqlite3.Connection, name: str) -> None:
    if db.execute("SELECT 1 FROM queues WHERE name = ? AND deleted IS NULL", (name,)).fetchone():
        raise ReviewError(f"There is a queue named {name!r} already: choose another name.")


def _latest_deleted(db: sqlite3.Connection, name: str) -> int:
    row = db.execute(
        "SELECT id FROM queues WHERE name = ? AND deleted IS NOT NULL ORDER BY deleted DESC LIMIT 1", (name,)
    ).fetchone()
    if row is None:
        raise ReviewError(f"No deleted queue is named {name[:80]!r}.")
    return int(row[0])


def _queue(row: Sequence[object]) -> Queue:
    name, order, answers, blind, method, detectors, seed, created = row
    names = tuple(json.loads(str(detectors)))
    return Queue(str(name), str(order), int(str(answers)), bool(blind), str(method), names, int(str(seed)), float(str(created)))
