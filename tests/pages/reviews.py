"""Queues to be reviewed, and messages as a browser sends them."""

from detector.review.desk import NewImage, Queue, Score, add_images, create_queue, items, queue
from tests.workspaces import picture


def made(name: str, blind: bool = False) -> Queue:
    create_queue(name, "uncertain", blind=blind, detectors=("stripes",))
    score = (Score("stripes", "0" * 12, 0.9, 0.5, "ai"),)
    add_images(name, [NewImage(f"{n} <i>.png", data=picture(n, (40, 30)), label=n % 2, scores=score) for n in range(8)])
    return queue(name)


def first(name: str) -> int:
    return items(name)[0][0].id


def entry(number: int, said: str = "real", token: str = "a", **more: object) -> dict[str, object]:
    return {
        "id": token,
        "kind": "answer",
        "item": str(number),
        "value": said,
        "round": 1,
        "ms": 900,
        "note": "",
        "tags": [],
        **more,
    }


def sent(*entries: dict[str, object]) -> dict[str, object]:
    return {"entries": list(entries), "have": [], "maps": [], "originals": [], "want": {}}
