"""Migrations: the schema of the review database, version by version. A step that was released is never changed."""

import sqlite3
from typing import Final

from detector.review.values import ReviewError

_FIRST = """
CREATE TABLE queues (
    id INTEGER PRIMARY KEY, name TEXT NOT NULL, ordering TEXT NOT NULL, answers INTEGER NOT NULL, blind INTEGER NOT NULL,
    method TEXT NOT NULL, seed INTEGER NOT NULL, detectors TEXT NOT NULL, created REAL NOT NULL, deleted REAL
);
CREATE UNIQUE INDEX queue_names ON queues (name) WHERE deleted IS NULL;
CREATE TABLE items (
    id INTEGER PRIMARY KEY, queue INTEGER NOT NULL REFERENCES queues ON DELETE CASCADE, sha256 TEXT NOT NULL,
    name TEXT NOT NULL, place TEXT NOT NULL, label INTEGER, generator TEXT NOT NULL, kin TEXT NOT NULL,
    sentinel INTEGER NOT NULL, rank REAL NOT NULL DEFAULT 0, UNIQUE (queue, sha256)
);
CREATE TABLE scores (
    item INTEGER NOT NULL REFERENCES items ON DELETE CASCADE, detector TEXT NOT NULL, weights TEXT NOT NULL,
    probability REAL NOT NULL, threshold REAL NOT NULL, verdict TEXT NOT NULL, PRIMARY KEY (item, detector)
) WITHOUT ROWID;
CREATE TABLE answers (
    id INTEGER PRIMARY KEY AUTOINCREMENT, token TEXT NOT NULL, item INTEGER NOT NULL REFERENCES items ON DELETE CASCADE,
    annotator TEXT NOT NULL, round INTEGER NOT NULL, said TEXT NOT NULL, shown INTEGER NOT NULL, ms INTEGER NOT NULL,
    at REAL NOT NULL, stale INTEGER NOT NULL DEFAULT 0, origin TEXT NOT NULL DEFAULT '',
    UNIQUE (item, token)
);
CREATE INDEX answers_of_item ON answers (item, annotator, round);
CREATE TABLE undos (answer INTEGER PRIMARY KEY REFERENCES answers ON DELETE CASCADE, at REAL NOT NULL);
CREATE TABLE remarks (
    id INTEGER PRIMARY KEY, item INTEGER NOT NULL REFERENCES items ON DELETE CASCADE, annotator TEXT NOT NULL,
    note TEXT NOT NULL, tags TEXT NOT NULL, at REAL NOT NULL
);
CREATE INDEX remarks_of_item ON remarks (item, annotator);
CREATE TABLE leases (
    item INTEGER NOT NULL REFERENCES items ON DELETE CASCADE, annotator TEXT NOT NULL, until REAL NOT NULL,
    PRIMARY KEY (item, annotator)
) WITHOUT ROWID;
"""

# With tens of thousands of answers a desk cannot search the history at every key: what stands is kept beside it.
_STANDING = """
CREATE TABLE standing (
    queue INTEGER NOT NULL REFERENCES queues ON DELETE CASCADE, annotator TEXT NOT NULL,
    item INTEGER NOT NULL REFERENCES items ON DELETE CASCADE, round INTEGER NOT NULL,
    answer INTEGER NOT NULL REFERENCES answers ON DELETE CASCADE, said TEXT NOT NULL, shown INTEGER NOT NULL, ms INTEGER NOT NULL,
    PRIMARY KEY (queue, annotator, item, round)
) WITHOUT ROWID;
CREATE INDEX standing_of_item ON standing (item);
CREATE INDEX standing_of_answer ON standing (answer);
ALTER TABLE items ADD COLUMN answered INTEGER NOT NULL DEFAULT 0;
ALTER TABLE items ADD COLUMN consensus TEXT NOT NULL DEFAULT '';
ALTER TABLE items ADD COLUMN disputed INTEGER NOT NULL DEFAULT 0;
ALTER TABLE items ADD COLUMN against INTEGER NOT NULL DEFAULT 0;
ALTER TABLE items ADD COLUMN open INTEGER NOT NULL DEFAULT 1;
CREATE INDEX items_to_do ON items (queue, open, rank, sentinel, answered);
CREATE INDEX items_by_rank ON items (queue, rank);
CREATE INDEX answers_of_annotator ON answers (annotator, id);
CREATE INDEX leases_by_annotator ON leases (annotator, until);
"""


def _fill_standing(db: sqlite3.Connection) -> None:
    """Work out what stands from the history that version 1 left."""
    from detector.review.standing import settle, stand_again

    for item, annotator, turn in db.execute("SELECT DISTINCT item, annotator, round FROM answers").fetchall():
        stand_again(db, item, annotator, turn)
    for (item,) in db.execute("SELECT id FROM items").fetchall():
        settle(db, item)


_STEPS: Final = ((_FIRST, None), (_STANDING, _fill_standing))
VERSION: Final = len(_STEPS)


def migrate(db: sqlite3.Connection, to: int = VERSION) -> None:
    """Bring the database to the schema of this program, step by step; each is done whole or not at all.

    Raises ReviewError for a database of a newer program.
    """
    while (version := _version(db)) < to:
        db.execute("BEGIN IMMEDIATE")
        try:
            if _version(db) == version:  # else another process was faster
                schema, fill = _STEPS[version]
                for statement in filter(str.strip, schema.split(";")):
                    db.execute(statement)
                if fill:
                    fill(db)
                db.execute(f"PRAGMA user_version = {version + 1}")
            db.execute("COMMIT")
        except BaseException:
            db.execute("ROLLBACK")
            raise
    if version > VERSION:
        raise ReviewError(
            f"The reviews were written by a newer Telltale (version {version} of the database, this one knows {VERSION}): "
            "bring the program up to date."
        )


def _version(db: sqlite3.Connection) -> int:
    return int(db.execute("PRAGMA user_version").fetchone()[0])
