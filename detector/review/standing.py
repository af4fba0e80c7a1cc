"""Standing: which answer of the history counts, by person, image and round, and what people together say of an image."""

import sqlite3

from detector.labels import LABEL_NAMES
from detector.review.values import COUNTED, FIRST

Connection = sqlite3.Connection


def stand_again(db: Connection, item: int, annotator: str, turn: int) -> None:
    """Let the latest answer of this round that was not taken back count, if there is one.

    A first answer that came after the second one (from a tab left open) is history only.
    """
    found = db.execute(
        "SELECT a.id, a.said, a.shown, a.ms FROM answers a LEFT JOIN undos u ON u.answer = a.id WHERE a.item = ? "
        "AND a.annotator = ? AND a.round = ? AND NOT a.stale AND u.answer IS NULL ORDER BY a.at DESC, a.id DESC LIMIT 1",
        (item, annotator, turn),
    ).fetchone()
    queue = db.execute("SELECT queue FROM items WHERE id = ?", (item,)).fetchone()[0]
    if found:
        db.execute("INSERT OR REPLACE INTO standing VALUES (?, ?, ?, ?, ?, ?, ?, ?)", (queue, annotator, item, turn, *found))
    else:
        db.execute(
            "DELETE FROM standing WHERE queue = ? AND annotator = ? AND item = ? AND round = ?", (queue, annotator, item, turn)
        )


def settle(db: Connection, item: int) -> None:
    """Count an image's answers anew, and say whether it needs more of them.

    `disputed` is set where people say both real and AI-generated, `against` where most of them say the opposite of the first
    detector. A sentinel is shown to everybody and so never has enough; an image whose file is not here is shown to nobody.
    """
    first: dict[str, str] = {}
    final: dict[str, str] = {}
    rows = db.execute("SELECT annotator, round, said FROM standing WHERE item = ? ORDER BY round", (item,)).fetchall()
    for annotator, turn, said in rows:
        final[annotator] = said
        if turn == FIRST:
            first[annotator] = said
    answered = sum(said in COUNTED for said in first.values())
    real, ai = (sum(said == name for said in final.values()) for name in LABEL_NAMES)
    consensus = "" if real == ai else LABEL_NAMES[ai > real]
    wanted, sentinel, place, detectors = db.execute(
        "SELECT q.answers, i.sentinel, i.place, q.detectors FROM items i JOIN queues q ON q.id = i.queue WHERE i.id = ?", (item,)
    ).fetchone()
    score = db.execute(
        "SELECT probability >= threshold FROM scores WHERE item = ? AND detector = json_extract(?, '$[0]')", (item, detectors)
    ).fetchone()
    against = bool(consensus and score and LABEL_NAMES[score[0]] != consensus)
    db.execute(
        "UPDATE items SET answered = ?, consensus = ?, disputed = ?, against = ?, open = ? WHERE id = ?",
        (answered, consensus, bool(real and ai), against, bool(place and (sentinel or answered < wanted)), item),
    )
