"""Serving: which images an annotator gets next, and lists of a queue's images with what was said of them."""

import json
import sqlite3
import time
from collections.abc import Sequence
from typing import Any

from detector.review.counts import counted
from detector.review.queues import find_queue
from detector.review.store import reading, writing
from detector.review.values import COUNTED, FIRST, SECOND, Item, Progress, Queue, ReviewError, Score, checked_annotator

LEASE_SECONDS = 300.0
"""For so long an image that was handed out is not handed to others whom it does not need."""

_COLUMNS = "i.id, i.sha256, i.name, i.place, i.label, i.generator, i.kin, i.sentinel, i.answered, i.consensus, i.disputed"
_MINE = "EXISTS (SELECT 1 FROM standing s WHERE s.queue = i.queue AND s.annotator = :me AND s.item = i.id AND s.round = 1{})"
_SHOWN = {
    "all": "1",
    "unanswered": "i.answered = 0",
    "mine": _MINE.format(" AND s.said <> 'skip'"),
    "skipped": _MINE.format(" AND s.said = 'skip'"),
    "disputed": "i.disputed",
    "against": "i.against",
}


def next_items(queue: str, annotator: str, n: int = 6, besides: Sequence[int] = ()) -> list[Item]:
    """The next images for this person, at most `n`, in the queue's order; they are theirs for `LEASE_SECONDS`.

    Of a blind queue those come first whose verdict the person has seen without answering again. `besides` are numbers of images
    that the person has before them already, whose lease goes on. An empty list means that nothing is left, or that others are at
    what is left.
    """
    me, now = checked_annotator(annotator), time.time()
    with writing(lasting=False) as db:
        number, found = find_queue(db, queue)
        db.execute("DELETE FROM leases WHERE until < ?", (now,))
        told = {"queue": number, "me": me, "besides": json.dumps(list(besides)), "n": n, "wanted": found.answers}
        rows = _half_answered(db, told) if found.blind else []
        rows += db.execute(
            f"SELECT {_COLUMNS} FROM items i WHERE i.queue = :queue AND i.open = 1 "
            f"AND i.id NOT IN (SELECT value FROM json_each(:besides)) AND NOT {_MINE.format('')} AND (i.sentinel OR i.answered + "
            "(SELECT count(*) FROM leases l WHERE l.item = i.id AND l.annotator <> :me) < :wanted) ORDER BY i.rank LIMIT :n",
            told,
        ).fetchall()
        held = [*besides, *(row[0] for row in rows[:n])]
        db.executemany(
            "INSERT OR REPLACE INTO leases SELECT id, ?, ? FROM items WHERE id = ?",
            [(me, now + LEASE_SECONDS, item) for item in held],
        )
        return _items(db, found, rows[:n], me)


def item(number: int, annotator: str = "") -> Item:
    """An image by its number, with what this person said of it; raises ReviewError when there is none."""
    with reading() as db:
        return one_item(db, number, annotator)


def items(
    queue: str,
    annotator: str = "",
    show: str = "all",
    verdict: str = "",
    page: int = 0,
    per: int = 60,
    search: str = "",
) -> tuple[list[Item], int]:
    """One page of a queue's images, in its order, and how many there are in all.

    `show` is all, unanswered, mine, skipped, disputed (people differ) or against (most people against the first detector);
    `verdict` is that detector's: real, ai or inconclusive; `search` is a part of the name.
    """
    if show not in _SHOWN:
        raise ReviewError(f"{show!r} cannot be shown: choose {', '.join(_SHOWN)}.")
    with reading() as db:
        number, found = find_queue(db, queue)
        conditions = ["i.queue = :queue", _SHOWN[show]]
        told = {"queue": number, "me": annotator, "skip": page * per, "per": per}
        if verdict:
            conditions.append("(SELECT verdict FROM scores c WHERE c.item = i.id AND c.detector = :detector) = :verdict")
            told |= {"detector": next(iter(found.detectors), ""), "verdict": verdict}
        if search.strip():
            conditions.append("instr(lower(i.name), lower(:search)) > 0")
            told["search"] = search.strip()
        where = " AND ".join(conditions)
        (total,) = db.execute(f"SELECT count(*) FROM items i WHERE {where}", told).fetchone()
        rows = db.execute(
            f"SELECT {_COLUMNS} FROM items i WHERE {where} ORDER BY i.rank LIMIT :per OFFSET :skip", told
        ).fetchall()
        return _items(db, found, rows, annotator), int(total)


def progress(queue: str, annotator: str = "") -> Progress:
    """How far a queue is, and this person in it."""
    with reading() as db:
        return counted(db, find_queue(db, queue)[0], annotator)


def all_items(db: sqlite3.Connection, number: int, queue: Queue) -> list[Item]:
    """All images of a queue in its order, without anybody's answers."""
    rows = db.execute(f"SELECT {_COLUMNS} FROM items i WHERE i.queue = ? ORDER BY i.rank", (number,)).fetchall()
    return _items(db, queue, rows, "")


def one_item(db: sqlite3.Connection, number: int, annotator: str) -> Item:
    """As `item`, on an open database."""
    row = db.execute(f"SELECT {_COLUMNS} FROM items i WHERE i.id = ?", (number,)).fetchone()
    name = db.execute(
        "SELECT q.name FROM items i JOIN queues q ON q.id = i.queue WHERE i.id = ? AND q.deleted IS NULL", (number,)
    ).fetchone()
    if row is None or name is None:
        raise ReviewError("This image is in no queue any more: go back to the list of queues.")
    return _items(db, find_queue(db, name[0])[1], [row], annotator)[0]


def _half_answered(db: sqlite3.Connection, told: dict[str, object]) -> list[tuple[Any, ...]]:
    """Images that the person answered blind, and has not answered again."""
    return db.execute(
        f"SELECT {_COLUMNS} FROM standing s JOIN items i ON i.id = s.item WHERE s.queue = :queue AND s.annotator = :me "
        "AND s.round = 1 AND s.said <> 'skip' AND i.place <> '' AND i.id NOT IN (SELECT value FROM json_each(:besides)) "
        "AND EXISTS (SELECT 1 FROM scores c WHERE c.item = i.id) AND NOT EXISTS (SELECT 1 FROM standing t "
        "WHERE t.queue = s.queue AND t.annotator = s.annotator AND t.item = s.item AND t.round = 2) ORDER BY s.answer LIMIT :n",
        told,
    ).fetchall()


def _items(db: sqlite3.Connection, queue: Queue, rows: Sequence[Sequence[Any]], annotator: str) -> list[Item]:
    """The rows as items, with their scores and what this person said, three questions in all."""
    told = {"chosen": json.dumps([row[0] for row in rows]), "me": annotator}
    among = "item IN (SELECT value FROM json_each(:chosen))"
    scores: dict[int, dict[str, Score]] = {}
    for number, *score in db.execute(
        f"SELECT item, detector, weights, probability, threshold, verdict FROM scores WHERE {among}", told
    ):
        scores.setdefault(number, {})[score[0]] = Score(*score)
    said = {
        (number, turn): words
        for number, turn, words in db.execute(f"SELECT item, round, said FROM standing WHERE {among} AND annotator = :me", told)
    }
    remarks = {
        number: (note, tuple(json.loads(tags)))
        for number, note, tags in db.execute(
            f"SELECT item, note, tags FROM remarks WHERE {among} AND annotator = :me ORDER BY id", told
        )
    }  # the last of each stays
    found = []
    for number, sha256, name, place, label, generator, kin, sentinel, answered, consensus, disputed in rows:
        own = scores.get(number, {})
        first, second = (said.get((number, turn), "") for turn in (FIRST, SECOND))
        new = Item(number, queue.name, sha256, name, place, label, generator, kin, bool(sentinel),
                   tuple(own[each] for each in queue.detectors if each in own), answered, consensus, bool(disputed),
                   first, second or first, queue.blind and first in COUNTED and not second and bool(own),
                   *remarks.get(number, ("", ())))  # fmt: skip
        found.append(new)
    return found
