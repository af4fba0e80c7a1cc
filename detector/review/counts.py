"""Counts of a queue: how many images are done, and what one person has still before them."""

import sqlite3
import time

from detector.review.values import FIRST, Progress

NO_ONE = ""


def counted(db: sqlite3.Connection, queue: int, annotator: str = NO_ONE) -> Progress:
    """The progress of a queue; what is one person's is 0 where no annotator is named."""
    images, waiting, answers, done = db.execute(
        "SELECT count(*), coalesce(sum(i.open AND i.place <> ''), 0), coalesce(sum(i.answered), 0), "
        "coalesce(sum(i.answered >= q.answers), 0) FROM items i JOIN queues q ON q.id = i.queue WHERE i.queue = ?",
        (queue,),
    ).fetchone()
    if not annotator:
        return Progress(images, done, answers)
    said = db.execute(
        "SELECT count(*), coalesce(sum(s.said = 'skip'), 0), coalesce(sum(i.open AND i.place <> ''), 0) FROM standing s "
        "JOIN items i ON i.id = s.item WHERE s.queue = ? AND s.annotator = ? AND s.round = ?",
        (queue, annotator, FIRST),
    ).fetchone()
    (leased,) = db.execute(
        "SELECT count(DISTINCT l.item) FROM leases l JOIN items i ON i.id = l.item WHERE i.queue = ? AND l.annotator <> ? "
        "AND l.until > ? AND i.open AND NOT i.sentinel",
        (queue, annotator, time.time()),
    ).fetchone()
    mine, skipped, closed = said
    return Progress(images, done, answers, mine - skipped, skipped, waiting - closed, leased)
