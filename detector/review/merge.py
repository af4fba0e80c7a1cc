"""Merge: an earlier export read back. What is known already is passed over, so the same file may come many times."""

import hashlib
import io
import json
import re
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from detector.data.table import label_in
from detector.review.export import TYPED, unguarded
from detector.review.images import keep_scores, put_in_order
from detector.review.queues import find_queue
from detector.review.standing import settle, stand_again
from detector.review.store import writing
from detector.review.values import (
    ANSWERS,
    FIRST,
    NOTE_LENGTH,
    SECOND,
    ReviewError,
    Score,
    checked_annotator,
    checked_tags,
)

_NEEDED = ("sha256", "annotator", "first_answer")
_Row = Mapping[str, Any]


@dataclass(frozen=True)
class Imported:
    """How many answers are new, how many were known, how many images came with them, and a line for each row left out."""

    added: int
    known: int
    images: int
    left_out: list[str]


def import_answers(queue: str, data: bytes, file_name: str) -> Imported:
    """Add the answers of an export (CSV, JSONL or Parquet) to a queue. An image it lacks is added without its file.

    Answers are known again by their tokens; rows without any (written by others) by what they say. Where a person answered
    here as well, the later answer stands. Raises ReviewError for a file that is no such table; then nothing is added.
    """
    rows = _rows(data, file_name)
    left_out: list[str] = []
    added = known = images = 0
    with writing(milestone=True) as db:
        number, found = find_queue(db, queue)
        touched: set[tuple[int, str]] = set()
        scores: dict[str, tuple[Score, ...]] = {}
        for place, row in enumerate(rows, 1):
            try:
                answers = _answers(row)
                annotator, sha256 = checked_annotator(_text(row, "annotator")), _hash(row)
                note, tags = _text(row, "note")[:NOTE_LENGTH], checked_tags(_tags(row))
            except ReviewError as error:
                left_out.append(f"Row {place}: {error}")
                continue
            item, is_new = _item(db, number, sha256, row)
            images += is_new
            scores.setdefault(sha256, _scores(row))
            new = sum(_add(db, item, annotator, *said, origin=file_name) for said in answers)
            added, known = added + new, known + len(answers) - new
            if new:
                touched.add((item, annotator))
                if note or tags:
                    _remark(db, item, annotator, note, tags)
        for item, annotator in touched:
            stand_again(db, item, annotator, FIRST)
            stand_again(db, item, annotator, SECOND)
        keep_scores(db, number, {sha256: some for sha256, some in scores.items() if some})
        for item in {item for item, _ in touched}:
            settle(db, item)
        put_in_order(db, number, found)
    return Imported(added, known, images, left_out)


def _rows(data: bytes, file_name: str) -> list[_Row]:
    """The table's rows, whichever of the three kinds it is by its content."""
    import pandas as pd

    rows: Sequence[Any]
    try:
        if data[:4] == b"PAR1":
            rows = pd.read_parquet(io.BytesIO(data)).to_dict("records")
        elif data.lstrip()[:1] == b"{":
            rows = [json.loads(line) for line in data.decode("utf-8").split("\n") if line.strip()]
        else:
            table = pd.read_csv(io.BytesIO(data), dtype=str, keep_default_na=False, encoding="utf-8-sig")
            for name in [name for name in TYPED if name in table]:
                table[name] = table[name].map(unguarded)
            rows = table.to_dict("records")
    except (ValueError, OSError, pd.errors.ParserError) as error:
        reason = " ".join(str(error).split())[:120]
        raise ReviewError(f"{file_name} cannot be read as CSV, JSONL or Parquet ({reason}): export it again.") from error
    if not rows or not all(isinstance(row, dict) for row in rows):
        raise ReviewError(f"{file_name} holds no rows: export it again.")
    missing = [name for name in _NEEDED if name not in rows[0]]
    if missing:
        raise ReviewError(f"{file_name} lacks the column {' and '.join(missing)}: it is no export of answers.")
    return list(rows)


def _answers(row: _Row) -> list[tuple[int, str, bool, int, float, str]]:
    """The row's answers as (round, said, shown, ms, at, token); raises ReviewError when one makes no sense."""
    first, final = _text(row, "first_answer").lower(), _text(row, "final_answer").lower()
    shown = _text(row, "first_shown").lower() in ("true", "1")
    found = [(FIRST, first, shown, _number(row, "first_ms"), _time(row, "first_when"), _text(row, "first_token"))]
    token = _text(row, "final_token")
    if final and (token != found[0][5] if token else final != first):  # an export repeats a first answer that stands alone
        found.append((SECOND, final, True, _number(row, "final_ms"), _time(row, "final_when"), token))
    for _, said, *_ in found:
        if said not in ANSWERS:
            raise ReviewError(f"{said[:40]!r} is no answer: it should be {', '.join(ANSWERS)}.")
    return found


def _add(
    db: sqlite3.Connection, item: int, annotator: str, turn: int, said: str, shown: bool, ms: int, at: float, token: str,
    *, origin: str,
) -> bool:  # fmt: skip
    """Add a row of history; returns whether it was new."""
    own = token or hashlib.sha256(f"{item} {annotator} {turn} {said} {at}".encode()).hexdigest()[:32]
    return bool(
        db.execute(
            "INSERT OR IGNORE INTO answers (token, item, annotator, round, said, shown, ms, at, origin) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (own, item, annotator, turn, said, shown, ms, at, origin or "import"),
        ).rowcount
    )


def _item(db: sqlite3.Connection, queue: int, sha256: str, row: _Row) -> tuple[int, bool]:
    """The image's number in the queue, and whether it had to be added."""
    known = db.execute("SELECT id FROM items WHERE queue = ? AND sha256 = ?", (queue, sha256)).fetchone()
    if known:
        return int(known[0]), False
    sentinel = _text(row, "sentinel").lower() in ("true", "1")
    values = (queue, sha256, _text(row, "name") or sha256[:12], label_in(_text(row, "truth")), _text(row, "generator"))
    cursor = db.execute(
        "INSERT INTO items (queue, sha256, name, place, label, generator, kin, sentinel) VALUES (?, ?, ?, '', ?, ?, ?, ?)",
        (*values, _text(row, "group"), sentinel and values[3] is not None),
    )
    return int(cursor.lastrowid or 0), True


def _scores(row: _Row) -> tuple[Score, ...]:
    found = []
    for prefix in ("", "second_"):
        detector, probability = _text(row, f"{prefix}model"), _real(row, f"{prefix}probability")
        if detector and probability is not None and 0 <= probability <= 1:
            threshold = _real(row, f"{prefix}threshold")
            known = 0.5 if threshold is None else threshold
            weights, verdict = _text(row, f"{prefix}weights"), _text(row, f"{prefix}verdict")
            found.append(Score(detector, weights, probability, known, verdict))
    return tuple(found)


def _remark(db: sqlite3.Connection, item: int, annotator: str, note: str, tags: Iterable[str]) -> None:
    db.execute(
        "INSERT INTO remarks (item, annotator, note, tags, at) SELECT ?, ?, ?, ?, 0 WHERE NOT EXISTS "
        "(SELECT 1 FROM remarks WHERE item = ? AND annotator = ?)",  # words written here are not replaced
        (item, annotator, note, json.dumps(list(tags), ensure_ascii=False), item, annotator),
    )


def _hash(row: _Row) -> str:
    sha256 = _text(row, "sha256").lower()
    if not re.fullmatch("[0-9a-f]{64}", sha256):
        raise ReviewError(f"{sha256[:20]!r} is no sha256 of an image.")
    return sha256


def _tags(row: _Row) -> list[str]:
    tags = row.get("tags")
    return [str(tag) for tag in tags] if isinstance(tags, list) else _text(row, "tags").split(";")


def _text(row: _Row, name: str) -> str:
    value = row.get(name)
    return "" if value is None or value != value else str(value).strip()  # nan differs from itself


def _real(row: _Row, name: str) -> float | None:
    try:
        return float(_text(row, name))
    except ValueError:
        return None


def _number(row: _Row, name: str) -> int:
    value = _real(row, name)
    return max(0, int(value)) if value is not None and value == value and abs(value) < 1e9 else 0


def _time(row: _Row, name: str) -> float:
    """Seconds since 1970; 0, which is before any answer given here, where no time is told."""
    try:
        when = datetime.fromisoformat(_text(row, name))
    except ValueError:
        return 0.0
    return (when if when.tzinfo else when.replace(tzinfo=UTC)).timestamp()
