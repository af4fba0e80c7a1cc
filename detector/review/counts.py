"""Counts of a queue: how many images are done, and what one person has still before them."""

import sqlite3
import time

from detector.review.values import FIRST, Progress

NO_ONE = ""


def counted(db: sqlite3.Connection, queue: int, annotator: str = NO_ONE) -> Progress:
    """The progress of a queue; what is one person's is 0 where no annotator is named."""
    images, answers, done = db.execute(
        "SELECT count(*), coalesce(sum(i.answered), 0), coalesce(sum(i.answered >= q.answers), 0) "
        "FROM queues q JOIN items i ON i.queue = q.id WHERE q.id = ?",
        (queue,),
    ).fetchone()
    if not annotator:
        return Progress(images, done, answers)
    mine, skipped = db.execute(
        "SELECT count(*), coalesce(sum(said = 'skip'), 0) FROM standing WHERE queue = ? AND annotator = ? AND round = ?",
        (queue, annotator, FIRST),
    ).fetchone()
    (left,) = db.execute(
        "SELECT count(*) FROM items i WHERE i.queue = ? AND i.open = 1 AND NOT EXISTS (SELECT 1 FROM standing s "
        "WHERE s.queue = i.queue AND s.annotator = ? AND s.item = i.id AND s.round = ?)",
        (queue, annotator, FIRST),
    ).fetchone()
    (leased,) = db.execute(
        "SELECT count(DISTINCT l.item) FROM leases l JOIN items i ON i.id = l.item WHERE i.queue = ? AND l.annotator <> ? "
        "AND l.until > ? AND i.open = 1 AND NOT i.sentinel",
        (queue, annotator, time.time()),
    ).fetchone()
    return Progress(images, done, answers, mine - skipped, skipped, left, leased)
