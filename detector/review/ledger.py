"""Ledger: images on which people contradict the model are pinned, so that every later detector is shown them."""

from dataclasses import dataclass

from detector.errors import UserError
from detector.labels import LABEL_NAMES, LABEL_WORDS, label_of
from detector.review.images import item_bytes
from detector.review.queues import find_queue
from detector.review.serve import all_items
from detector.review.store import reading
from detector.review.values import Item


@dataclass(frozen=True)
class Sent:
    """How many images were pinned, and why others were not, a line each."""

    pinned: int
    left_out: list[str]


def send_to_ledger(queue: str) -> Sent:
    """Pin every image that the first detector calls otherwise than its known class, or, where none is known, than most people.

    Where people and the known class differ the known class is pinned. Images that people are divided on have no class to pin.
    """
    from detector.evaluation.pins import add_pin

    with reading() as db:
        images = all_items(db, *find_queue(db, queue))
    pinned, left_out = 0, []
    for image in images:
        label = _label(image)
        if label is None:
            if image.split:
                left_out.append(f"{image.name}: people are divided, so there is no class to hold a detector to.")
            continue
        if not image.scores or image.scores[0].label == LABEL_NAMES[label]:
            continue
        try:
            add_pin(item_bytes(image), label, image.name, _note(image), f"review {queue}")
            pinned += 1
        except UserError as error:
            left_out.append(f"{image.name}: {error}")
    return Sent(pinned, left_out)


def _label(image: Item) -> int | None:
    """The class to hold a detector to; None where nobody answered, or people are divided and nothing is known."""
    if not image.answered or not (image.consensus or image.label is not None):
        return None
    return label_of(image.consensus) if image.label is None else image.label


def _note(image: Item) -> str:
    score = image.scores[0]
    people = f"people said {LABEL_WORDS[label_of(image.consensus)]}" if image.consensus else "people were divided"
    return f"{people}; {score.detector} scored it {score.probability:.2f} ({LABEL_WORDS[label_of(score.label)]})"
