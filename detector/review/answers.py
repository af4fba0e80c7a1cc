"""Answers: given, revised and taken back. Each is a row of history; none is ever overwritten."""

import json
import sqlite3
import time
from collections.abc import Sequence
from uuid import uuid4

from detector.review.queues import find_queue
from detector.review.serve import one_item
from detector.review.standing import settle, stand_again
from detector.review.store import reading, writing
from detector.review.values import (
    ANSWERS,
    COUNTED,
    FIRST,
    NOTE_LENGTH,
    SECOND,
    Item,
    ReviewError,
    checked_annotator,
    checked_tags,
)

MOST_MS = 3_600_000
"""A person who was away for hours did not look for hours."""


def answer(
    item: int,
    annotator: str,
    said: str,
    *,
    round: int = FIRST,
    note: str = "",
    tags: Sequence[str] = (),
    ms: int = 0,
    token: str = "",
    shown: bool = False,
) -> Item:
    """Keep what a person says of an image: real, ai, unsure or skip, `ms` milliseconds after it came into sight.

    The same `token`, or the same words in the same round, change nothing, so a message that is sent twice is kept once; other
    words revise. `shown` says that the verdict was in sight. Raises ReviewError for what is no answer and for no such image.
    """
    me, named = checked_annotator(annotator), checked_tags(list(tags))
    if said not in ANSWERS or round not in (FIRST, SECOND):
        raise ReviewError(f"{said!r} in round {round} is no answer: choose {', '.join(ANSWERS)}.")
    with writing() as db:
        one_item(db, item, me)  # or there is none
        _say(db, item, me, said, round, ms, token, shown)
        if note.strip() or named:
            _remark(db, item, me, note, named)
        return one_item(db, item, me)


def answer_many(items: Sequence[int], annotator: str, said: str) -> int:
    """Say the same of many images at once, as a first answer or as a revision; returns how many answers are new."""
    me = checked_annotator(annotator)
    if said not in ANSWERS:
        raise ReviewError(f"{said!r} is no answer: choose {', '.join(ANSWERS)}.")
    with writing() as db:
        new = 0
        for number in dict.fromkeys(items):
            found = one_item(db, number, me)
            blind = db.execute("SELECT blind FROM queues WHERE name = ? AND deleted IS NULL", (found.queue,)).fetchone()[0]
            second = blind and found.scores and found.first in COUNTED and said in COUNTED
            new += _say(db, number, me, said, SECOND if second else FIRST, 0, "", bool(second))
        return new


def describe(item: int, annotator: str, *, note: str | None = None, tags: Sequence[str] | None = None) -> Item:
    """Replace a person's note on an image, or their tags, or both; None leaves them. Earlier ones stay in the history."""
    me = checked_annotator(annotator)
    with writing() as db:
        now = one_item(db, item, me)
        _remark(db, item, me, now.note if note is None else note, now.tags if tags is None else checked_tags(list(tags)))
        return one_item(db, item, me)


def undo(queue: str, annotator: str) -> Item | None:
    """Take back a person's last answer; returns its image, with the answer before it if there was one, or None."""
    me = checked_annotator(annotator)
    with writing() as db:
        number, _ = find_queue(db, queue)
        row = db.execute(
            "SELECT a.id, a.item, a.round FROM answers a JOIN items i ON i.id = a.item LEFT JOIN undos u ON u.answer = a.id "
            "WHERE a.annotator = ? AND i.queue = ? AND a.origin = '' AND u.answer IS NULL ORDER BY a.id DESC LIMIT 1",
            (me, number),
        ).fetchone()
        if row is None:
            return None
        last, item, turn = row
        db.execute("INSERT INTO undos VALUES (?, ?)", (last, time.time()))
        stand_again(db, item, me, turn)
        settle(db, item)
        return one_item(db, item, me)


def annotators(queue: str) -> list[tuple[str, int]]:
    """Everybody who answered, by name, and how many images."""
    with reading() as db:
        number, _ = find_queue(db, queue)
        return db.execute(
            "SELECT annotator, count(*) FROM standing WHERE queue = ? AND round = 1 AND said <> 'skip' "
            "GROUP BY annotator ORDER BY 1",
            (number,),
        ).fetchall()


def all_annotators() -> list[str]:
    """Everybody who ever answered in any queue."""
    with reading() as db:
        return [name for (name,) in db.execute("SELECT DISTINCT annotator FROM standing ORDER BY 1")]


def history(queue: str, annotator: str = "", most: int = 200) -> list[dict[str, object]]:
    """Answers in the order they came, the newest first, also those that were revised or taken back."""
    with reading() as db:
        number, _ = find_queue(db, queue)
        rows = db.execute(  # a cross join, which makes SQLite begin with the newest answers and stop when there are enough
            "SELECT a.item, i.name, a.annotator, a.said, a.round, a.at, a.ms, u.at IS NOT NULL FROM answers a "
            "CROSS JOIN items i ON i.id = a.item LEFT JOIN undos u ON u.answer = a.id WHERE i.queue = ? "
            "AND ? IN ('', a.annotator) ORDER BY a.id DESC LIMIT ?",
            (number, annotator, most),
        ).fetchall()
    names = ("item", "name", "annotator", "said", "round", "when", "ms", "undone")
    return [dict(zip(names, row, strict=True)) | {"undone": bool(row[-1])} for row in rows]


def _say(db: sqlite3.Connection, item: int, me: str, said: str, turn: int, ms: int, token: str, shown: bool) -> bool:
    """Add a row of history and let it count, unless it is known already."""
    standing = dict(db.execute("SELECT round, said FROM standing WHERE item = ? AND annotator = ?", (item, me)).fetchall())
    known = token and db.execute("SELECT 1 FROM answers WHERE item = ? AND token = ?", (item, token)).fetchone()
    if known or standing.get(turn) == said:
        return False
    if turn == SECOND and FIRST not in standing:  # its first answer was taken back in another tab
        turn, shown = FIRST, True
    (blind,) = db.execute("SELECT q.blind FROM items i JOIN queues q ON q.id = i.queue WHERE i.id = ?", (item,)).fetchone()
    told = db.execute(
        "SELECT 1 FROM answers WHERE item = ? AND annotator = ? AND said <> 'skip' LIMIT 1", (item, me)
    ).fetchone()  # a first answer shows the verdict, also when it is taken back
    seen = shown or not blind or turn == SECOND or told is not None
    db.execute(
        "INSERT INTO answers (token, item, annotator, round, said, shown, ms, at, stale) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (token or uuid4().hex, item, me, turn, said, seen, min(max(int(ms), 0), MOST_MS), time.time(),
         turn == FIRST and SECOND in standing),
    )  # fmt: skip
    stand_again(db, item, me, turn)
    settle(db, item)
    db.execute("DELETE FROM leases WHERE item = ? AND annotator = ?", (item, me))
    return True


def _remark(db: sqlite3.Connection, item: int, me: str, note: str, tags: Sequence[str]) -> None:
    if len(note) > NOTE_LENGTH:
        raise ReviewError(f"A note has at most {NOTE_LENGTH:,} characters: shorten it.")
    db.execute(
        "INSERT INTO remarks (item, annotator, note, tags, at) VALUES (?, ?, ?, ?, ?)",
        (item, me, note.strip(), json.dumps(list(tags), ensure_ascii=False), time.time()),
    )
