"""Images of a queue: taken in by hash, once each, put in order, and read back as they were."""

import hashlib
import os
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from detector.data.images import sha256_of
from detector.errors import ImageError
from detector.home import home
from detector.review.copies import keep_copy
from detector.review.order import Placed, ranks
from detector.review.queues import add_detector, find_queue
from detector.review.standing import settle
from detector.review.store import writing
from detector.review.values import Item, NewImage, Queue, ReviewError, Score


def add_images(queue: str, images: Iterable[NewImage], *, sentinels: bool = False) -> int:
    """Put images into a queue and its order; returns how many were not in it yet.

    Sentinels have a known class, come between the others and are shown to everybody. Raises ReviewError for a sentinel without
    its class, ImageError for a file that cannot be read; then none is added.
    """
    root = home()
    prepared = [_prepared(image, sentinels, root) for image in images]
    with writing(milestone=True) as db:
        number, found = find_queue(db, queue)
        before = _count(db, number)
        db.executemany(
            # one that came with an import is known by its hash alone, until somebody brings the file
            "INSERT INTO items (queue, sha256, name, place, label, generator, kin, sentinel) VALUES (?, ?, ?, ?, ?, ?, ?, ?) "
            "ON CONFLICT (queue, sha256) DO UPDATE SET place = excluded.place, label = coalesce(label, excluded.label) "
            "WHERE items.place = ''",
            [
                (number, image.sha256, image.name, image.place, image.label, image.generator, image.group, sentinels)
                for image in prepared
            ],
        )
        added = _count(db, number) - before
        for (item,) in db.execute("SELECT id FROM items WHERE queue = ? AND place <> '' AND open = 0", (number,)).fetchall():
            settle(db, item)
        keep_scores(db, number, {image.sha256: image.scores for image in prepared if image.scores})
        put_in_order(db, number, found)
    return added


def keep_scores(db: sqlite3.Connection, queue: int, scores: Mapping[str, Sequence[Score]]) -> None:
    """Note what detectors say of images, by hash; the first score of a detector stays, since people may have seen it."""
    for name in dict.fromkeys(score.detector for some in scores.values() for score in some):
        add_detector(db, queue, name)
    numbers = {sha256: item for item, sha256 in db.execute("SELECT id, sha256 FROM items WHERE queue = ?", (queue,))}
    rows = [
        (numbers[sha256], score.detector, score.weights, score.probability, score.threshold, score.verdict)
        for sha256, some in scores.items()
        if sha256 in numbers
        for score in some
    ]
    db.executemany("INSERT OR IGNORE INTO scores VALUES (?, ?, ?, ?, ?, ?)", rows)
    answered = [item for (item,) in db.execute("SELECT id FROM items WHERE queue = ? AND answered > 0", (queue,))]
    for item in set(answered) & {row[0] for row in rows}:
        settle(db, item)


def put_in_order(db: sqlite3.Connection, number: int, queue: Queue) -> None:
    """Rank all images of the queue anew."""
    points: dict[int, dict[str, tuple[float, float]]] = {}
    for item, detector, probability, threshold in db.execute(
        "SELECT s.item, s.detector, s.probability, s.threshold FROM items i JOIN scores s ON s.item = i.id WHERE i.queue = ?",
        (number,),
    ):
        points.setdefault(item, {})[detector] = (probability, threshold)
    names = [name for (name,) in db.execute("SELECT j.value FROM queues q, json_each(q.detectors) j WHERE q.id = ?", (number,))]
    placed = [
        Placed(item, sha256, bool(sentinel), tuple(own[name] for name in names if name in own))
        for item, sha256, sentinel in db.execute("SELECT id, sha256, sentinel FROM items WHERE queue = ?", (number,)).fetchall()
        for own in [points.get(item, {})]
    ]
    found = ranks(queue.order, placed, queue.seed)
    db.executemany("UPDATE items SET rank = ? WHERE id = ?", [(rank, item) for item, rank in found.items()])


def item_bytes(item: Item) -> bytes:
    """The image's file; raises ImageError when it has gone, or is not the one that was reviewed any more."""
    if not item.place:
        raise ImageError(f"{item.name} came with an import and its file is not here: add the picture to the queue.")
    try:
        data = item.file.read_bytes()
    except OSError as error:
        raise ImageError(f"{item.name} cannot be read ({error.strerror}): put it back to {item.place}.") from error
    if hashlib.sha256(data).hexdigest() != item.sha256:
        raise ImageError(f"{item.name} has changed since it was put into the queue: answers are about the old picture.")
    return data


def _prepared(image: NewImage, sentinel: bool, root: Path) -> NewImage:
    """The image with its hash, and its place below the workspace or else absolute; bytes without a place are copied."""
    if sentinel and image.label is None:
        raise ReviewError(f"{image.name} cannot be a sentinel: its true class must be known.")
    place, sha256 = image.place, image.sha256
    if place:
        absolute = Path(os.path.normpath(root / place))
        sha256 = sha256 or sha256_of(absolute)
        place = absolute.relative_to(root).as_posix() if absolute.is_relative_to(root) else absolute.as_posix()
    elif image.data:
        sha256 = hashlib.sha256(image.data).hexdigest()
        place = keep_copy(image.data, sha256).relative_to(root).as_posix()
    elif not sha256:
        raise ReviewError(f"{image.name} has neither a place nor bytes nor a hash.")
    name = " ".join(image.name.split())
    return replace(image, name=name, place=place, data=b"", sha256=sha256)


def _count(db: sqlite3.Connection, number: int) -> int:
    return int(db.execute("SELECT count(*) FROM items WHERE queue = ?", (number,)).fetchone()[0])
