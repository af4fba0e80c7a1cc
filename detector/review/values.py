"""Values of a review: queue, image, score, answer and progress, as pages and commands see them. Knows no database."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from detector.errors import UserError
from detector.home import home
from detector.labels import LABEL_NAMES

FIRST: Final = 1
SECOND: Final = 2
"""The round after the verdict was shown: the same answer again keeps it, another one revises it."""

ANSWERS: Final = (*LABEL_NAMES, "unsure", "skip")
COUNTED: Final = (*LABEL_NAMES, "unsure")
"""Answers that count towards the number an image is to get; a skip does not."""

ORDERS: Final = {
    "uncertain": "Least certain score first",
    "disagreement": "Where two detectors differ most first",
    "confident": "Most certain score first",
    "random": "At random",
}

NAME_LENGTH: Final = 120
ANNOTATOR_LENGTH: Final = 60
NOTE_LENGTH: Final = 2000
TAG_LENGTH, MOST_TAGS = 40, 20


class ReviewError(UserError):
    """A review that cannot go on as asked; the message says what to do."""


@dataclass(frozen=True)
class Queue:
    """A list of images to review. `answers` is how many people see each; `method` is the heat map's, "" for the usual one."""

    name: str
    order: str = "uncertain"
    answers: int = 1
    blind: bool = False
    method: str = ""
    detectors: tuple[str, ...] = ()
    seed: int = 0
    created: float = 0.0


@dataclass(frozen=True)
class Score:
    """What a detector said of an image. `weights` is the start of their hash; `verdict` is real, ai, inconclusive or ""."""

    detector: str
    weights: str
    probability: float
    threshold: float = 0.5
    verdict: str = ""

    @property
    def label(self) -> str:
        """What the threshold makes of it: real or ai."""
        return LABEL_NAMES[self.probability >= self.threshold]


@dataclass(frozen=True)
class NewImage:
    """An image for a queue: a file's place, or its bytes, which are then copied. `label` is its true class where that is known.

    Images that share a `group` (near-copies, one prompt) stay together in a data set made of the answers.
    """

    name: str
    place: str = ""
    data: bytes = b""
    sha256: str = ""
    label: int | None = None
    generator: str = ""
    group: str = ""
    scores: tuple[Score, ...] = ()


@dataclass(frozen=True)
class Item:
    """An image of a queue, with what one annotator said of it.

    `first` is the answer of round 1, `final` that of round 2 or else of round 1, both "" without one. `answered` counts the
    people who answered, `consensus` is what most of them finally said ("" for a tie or nothing), `split` whether they differ.
    `blind_open` means that the first answer is there and the verdict may be shown, but the second answer is not there yet.
    """

    id: int
    queue: str
    sha256: str
    name: str
    place: str
    label: int | None
    generator: str
    group: str
    sentinel: bool
    scores: tuple[Score, ...]
    answered: int
    consensus: str
    split: bool
    first: str = ""
    final: str = ""
    blind_open: bool = False
    note: str = ""
    tags: tuple[str, ...] = ()

    @property
    def file(self) -> Path:
        """Where its file should be; the workspace itself for an image that is known by its hash alone."""
        return home() / self.place


@dataclass(frozen=True)
class Progress:
    """How far a queue is. `done` images have all the answers they need; the last four are one annotator's.

    `left` images still need that annotator's answer; `leased` ones are before somebody else's eyes now.
    """

    images: int = 0
    done: int = 0
    answers: int = 0
    mine: int = 0
    skipped: int = 0
    left: int = 0
    leased: int = 0


def checked_annotator(name: str) -> str:
    """The name on one line; raises ReviewError for an empty or a very long one."""
    plain = " ".join(name.split())
    if not plain or len(plain) > ANNOTATOR_LENGTH or not plain.isprintable():
        raise ReviewError(f"Give your name, in at most {ANNOTATOR_LENGTH} characters: answers are kept under it.")
    return plain


def checked_tags(tags: tuple[str, ...] | list[str]) -> tuple[str, ...]:
    """The tags, each once and on one line; raises ReviewError for too many or too long ones."""
    plain = tuple(dict.fromkeys(tag for tag in (" ".join(tag.split()) for tag in tags) if tag))
    if len(plain) > MOST_TAGS or any(len(tag) > TAG_LENGTH for tag in plain):
        raise ReviewError(f"An image takes {MOST_TAGS} tags of at most {TAG_LENGTH} characters: shorten them.")
    return plain
