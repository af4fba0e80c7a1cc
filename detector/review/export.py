"""Export: what people said, a row a person and image, with everything needed to know later what the answer was about."""

import io
import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from detector.home import home
from detector.labels import LABEL_NAMES
from detector.review.queues import find_queue
from detector.review.store import reading
from detector.review.values import FIRST, SECOND, ReviewError

if TYPE_CHECKING:
    import pandas as pd

KINDS: Final = {"csv": "text/csv", "jsonl": "application/x-ndjson", "parquet": "application/vnd.apache.parquet"}
"""What an export can be, with its media type."""

COLUMNS: Final = (
    "queue", "sha256", "name", "path", "label", "truth", "generator", "group", "sentinel",
    "model", "weights", "probability", "threshold", "verdict",
    "second_model", "second_weights", "second_probability", "second_threshold", "second_verdict",
    "annotator", "first_answer", "first_when", "first_ms", "first_shown", "first_token",
    "final_answer", "final_when", "final_ms", "final_token", "note", "tags",
)  # fmt: skip
"""`label` is what most people finally said, "" for a tie; `truth` the class known before. `first_shown` says that the verdict was
in sight at the first answer. Times are in UTC, milliseconds from sight to key. A token is an answer's own, by which an import
knows it again."""

TYPED: Final = ("name", "path", "annotator", "note", "tags")
"""What people typed, or named."""

_FORMULA = ("=", "+", "-", "@", "\t")
_SCORE = ("detector", "weights", "probability", "threshold", "verdict")


def export_table(queue: str) -> "pd.DataFrame":
    """One row a person and image, with `COLUMNS`; images that nobody answered are left out."""
    import pandas as pd

    return pd.DataFrame(export_rows(queue), columns=list(COLUMNS))


def export_bytes(queue: str, kind: str) -> bytes:
    """The table as the content of a CSV, JSONL or Parquet file. Tags are a list in JSONL and text with "; " elsewhere."""
    if kind not in KINDS:
        raise ReviewError(f"{kind!r} is no kind of export: choose {', '.join(KINDS)}.")
    if kind == "jsonl":
        return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in export_rows(queue)).encode()
    table = export_table(queue)
    table["tags"] = table["tags"].map("; ".join)
    buffer = io.BytesIO()
    if kind == "csv":
        for name in TYPED:
            table[name] = table[name].map(guarded)
        table.to_csv(buffer, index=False, lineterminator="\n")
    else:
        for name in ("probability", "threshold", "second_probability", "second_threshold"):
            table[name] = table[name].astype("float64")
        table.to_parquet(buffer, index=False)
    return buffer.getvalue()


def export_rows(queue: str) -> list[dict[str, Any]]:
    """The rows of `export_table`, in the queue's order and then by person."""
    with reading() as db:
        number, found = find_queue(db, queue)
        scores: dict[tuple[int, str], tuple[Any, ...]] = {
            (item, score[0]): tuple(score)
            for item, *score in db.execute(
                f"SELECT s.item, {', '.join(f's.{name}' for name in _SCORE)} FROM items i JOIN scores s ON s.item = i.id "
                "WHERE i.queue = ?",
                (number,),
            )
        }
        remarks = {
            (item, annotator): (note, json.loads(tags))
            for item, annotator, note, tags in db.execute(
                "SELECT r.item, r.annotator, r.note, r.tags FROM remarks r JOIN items i ON i.id = r.item WHERE i.queue = ? "
                "ORDER BY r.id",
                (number,),
            )
        }
        rows = db.execute(
            "SELECT i.id, i.sha256, i.name, i.place, i.consensus, i.label, i.generator, i.kin, i.sentinel, s.annotator, "
            "a.said, a.at, a.ms, a.shown, a.token, b.said, b.at, b.ms, b.token FROM standing s JOIN answers a ON a.id = s.answer "
            "JOIN items i ON i.id = s.item LEFT JOIN standing t ON t.queue = s.queue AND t.annotator = s.annotator "
            "AND t.item = s.item AND t.round = ? LEFT JOIN answers b ON b.id = t.answer WHERE s.queue = ? AND s.round = ? "
            "ORDER BY i.rank, i.id, s.annotator",
            (SECOND, number, FIRST),
        ).fetchall()
    table = []
    nothing = ("", "", None, None, "")
    for item, sha256, name, place, consensus, truth, generator, kin, sentinel, annotator, *said in rows:
        own = [scores[item, each] for each in found.detectors if (item, each) in scores]
        first, again = said[:5], said[5:] if said[5] else [said[0], said[1], said[2], said[4]]
        values = (
            queue, sha256, name, str(home() / place) if place else "", consensus, "" if truth is None else LABEL_NAMES[truth],
            generator, kin, bool(sentinel), *(own[0] if own else nothing), *(own[1] if len(own) > 1 else nothing), annotator,
            first[0], _when(first[1]), first[2], bool(first[3]), first[4], again[0], _when(again[1]), again[2], again[3],
            *remarks.get((item, annotator), ("", [])),
        )  # fmt: skip
        table.append(dict(zip(COLUMNS, values, strict=True)))
    return table


def guarded(text: str) -> str:
    """A text for a CSV file, so that no spreadsheet runs it as a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def unguarded(text: str) -> str:
    """The inverse of `guarded`."""
    return text[1:] if text.startswith("'") and text[1:].startswith(_FORMULA) else text


def _when(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds")
