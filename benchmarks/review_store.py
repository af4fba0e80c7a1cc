"""The review database with 50,000 answers: milliseconds of every question that a page of the desk asks, and of each page in all.

python -m benchmarks.review_store [ANSWERS]

Half as many images as answers; three people answered in the queue's order, so each image has two answers and the desk is near its
end, where there is most to pass over. The answers come in by the import, as a colleague's would. Beside the desk's own questions
stand the same two asked of the history alone, with every index dropped.
"""

import hashlib
import json
import os
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing

import numpy as np

PEOPLE = ("Ann", "Bo", "Cy")
LEFT = 100  # images that nobody has answered
TIMES = 7

NAIVE_DONE = (
    "WITH latest AS (SELECT item, annotator, round, max(id) AS id FROM answers WHERE id NOT IN (SELECT answer FROM undos) "
    "GROUP BY item, annotator, round), done AS (SELECT l.item, sum(a.said <> 'skip') AS n, max(a.annotator = :me) AS mine "
    "FROM latest l JOIN answers a ON a.id = l.id WHERE l.round = 1 GROUP BY l.item) "
)
NAIVE_NEXT = NAIVE_DONE + (
    "SELECT i.id FROM items i LEFT JOIN done d ON d.item = i.id WHERE i.queue = 1 AND coalesce(d.n, 0) < 2 "
    "AND NOT coalesce(d.mine, 0) ORDER BY i.rank LIMIT 6"
)
NAIVE_PROGRESS = NAIVE_DONE + (
    "SELECT count(*), sum(coalesce(d.n, 0) >= 2), sum(coalesce(d.n, 0)), sum(coalesce(d.mine, 0)) FROM items i "
    "LEFT JOIN done d ON d.item = i.id WHERE i.queue = 1"
)


def main() -> None:
    answers = int(sys.argv[1]) if len(sys.argv) > 1 else 50_000
    with tempfile.TemporaryDirectory() as home:
        os.environ["DETECTOR_HOME"] = home
        fill(answers)
        pages(answers)


def fill(answers: int) -> None:
    """A queue of images whose files nobody opens, with its answers."""
    from detector.review.desk import NewImage, Score, add_images, create_queue, import_answers, items

    random = np.random.default_rng(0)
    images = answers // 2 + LEFT
    create_queue("many", answers=2)
    start, worked = time.perf_counter(), time.process_time()
    new = [
        NewImage(f"{n:06}.jpg", f"data/set/{n:06}.jpg", b"", hashlib.sha256(b"%d" % n).hexdigest(), n % 2,
                 scores=(Score("first", "0123456789ab", float(score), 0.5, "ai" if score > 0.7 else "inconclusive"),))
        for n, score in enumerate(random.random(images))
    ]  # fmt: skip
    add_images("many", new)
    print(
        f"{images:,} images put into a queue: {time.perf_counter() - start:.1f} s (processor {time.process_time() - worked:.1f})"
    )
    order, _ = items("many", per=images)
    lines = []
    for place, item in enumerate(order[: answers // 2]):
        for who in (PEOPLE[place % 3], PEOPLE[(place + 1) % 3]):
            said = ("real", "ai", "unsure")[int(random.choice(3, p=(0.45, 0.45, 0.1)))]
            row = {"sha256": item.sha256, "annotator": who, "first_answer": said, "first_ms": int(random.integers(300, 5000))}
            lines.append(json.dumps(row | {"first_when": f"2024-05-01T{place // 3600:02}:{place // 60 % 60:02}:{place % 60:02}"}))
    start, worked = time.perf_counter(), time.process_time()
    found = import_answers("many", "\n".join(lines).encode(), "answers.jsonl")
    print(f"{found.added:,} answers imported: {time.perf_counter() - start:.1f} s (processor {time.process_time() - worked:.1f})")


def pages(answers: int) -> None:
    """Every page with its questions, then the naive ones."""
    from detector.review import desk
    from detector.review.store import database

    name, me = "many", PEOPLE[0]
    last_page = answers // 2 // 60
    waiting = iter([item.id for item in desk.next_items(name, me, 60)])
    took: dict[str, float] = {}  # of the processor: the clock also counts what else the machine does

    def page(title: str, **questions: Callable[[], object]) -> None:
        times = {question: timed(ask) for question, ask in questions.items()}
        whole, worked = (sum(each) for each in zip(*times.values(), strict=True))
        print(f"{title}: {whole:.0f} ms (processor {worked:.0f})")
        for question, (clock, processor) in times.items():
            took[question] = processor
            print(f"    {question:<26} {clock:8.1f} ms  (processor {processor:.1f})")

    page("List of queues", list_queues=desk.list_queues, deleted_queues=desk.deleted_queues, all_annotators=desk.all_annotators)
    page(
        "Desk, opened",
        queue=lambda: desk.queue(name),
        next_items=lambda: desk.next_items(name, me),
        progress=lambda: desk.progress(name, me),
        annotators=lambda: desk.annotators(name),
    )
    page(
        "Desk, one answer",
        answer=lambda: desk.answer(next(waiting), me, "ai", ms=900),
        next_after_it=lambda: desk.next_items(name, me),
        progress_after_it=lambda: desk.progress(name, me),
    )
    page("Desk, undo", undo=lambda: desk.undo(name, me), next_after_undo=lambda: desk.next_items(name, me))
    page("Grid, first page", items=lambda: desk.items(name, me))
    page("Grid, last page", items_at_the_end=lambda: desk.items(name, me, page=last_page))
    page("Grid, disputed", items_disputed=lambda: desk.items(name, me, "disputed"))
    page("Grid, mine, AI-generated, searched", items_chosen=lambda: desk.items(name, me, "mine", "ai", search="77"))
    page("Results", stats=lambda: desk.stats(name), history=lambda: desk.history(name))
    with closing(sqlite3.connect(":memory:")) as bare:
        with closing(sqlite3.connect(database())) as db:
            db.backup(bare)
        for (index,) in bare.execute("SELECT name FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL").fetchall():
            bare.execute(f"DROP INDEX {index}")
        for question, naive in (("next_items", NAIVE_NEXT), ("progress", NAIVE_PROGRESS)):
            _, worked = timed(lambda naive=naive: bare.execute(naive, {"me": me}).fetchall())
            print(f"naive {question}: processor {worked:.1f} ms, {worked / took[question]:.1f} times as long, without writing")


def timed(ask: Callable[[], object]) -> tuple[float, float]:
    """The median milliseconds of several askings, by the clock and of the processor."""
    clocks, processor = [], []
    for _ in range(TIMES):
        start, worked = time.perf_counter(), time.process_time()
        ask()
        clocks.append(1000 * (time.perf_counter() - start))
        processor.append(1000 * (time.process_time() - worked))
    return statistics.median(clocks), statistics.median(processor)


if __name__ == "__main__":
    main()
