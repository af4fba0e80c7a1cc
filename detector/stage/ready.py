"""Answer: what a detector said of a deck's picture, kept with the deck so that the stage asks no network. Imports no torch.

decks/NAME/ready/WEIGHTS/SHA256.json   the answer, by the hash of the weights that gave it
decks/NAME/ready/WEIGHTS/SHA256.jpg    the picture under its heat map
"""

from dataclasses import asdict, dataclass
from pathlib import Path

from detector.errors import UserError
from detector.files import atomic_path, read_json, write_json
from detector.stage.deck import Deck, Picture


@dataclass(frozen=True)
class Answer:
    """A verdict in words, and the check of its map: `badge` is "" where there is no map, and `problem` says why.

    `seen` says whether the detector was trained or chosen on this very picture.
    """

    sha256: str
    detector: str
    verdict: str
    probability: float
    threshold: float
    headline: str
    detail: str
    map_words: str = ""
    badge: str = ""
    check: str = ""
    problem: str = ""
    seen: bool = False


def read_answer(deck: Deck, picture: Picture, digest: str) -> Answer | None:
    """What the detector of this digest said of a picture; None where it was never asked or the file is damaged."""
    try:
        answer = Answer(**read_json(_file(deck, picture, digest)))
    except (UserError, TypeError):
        return None
    whole = answer.sha256 == picture.sha256 and (not answer.badge or map_file(deck, picture, digest).is_file())
    return answer if whole else None


def write_answer(deck: Deck, picture: Picture, digest: str, answer: Answer, overlay: bytes = b"") -> None:
    """Keep an answer and, where there is one, the picture under its map; the answer last, so that it is never there alone."""
    if overlay:
        with atomic_path(map_file(deck, picture, digest)) as temporary:
            temporary.write_bytes(overlay)
    write_json(_file(deck, picture, digest), asdict(answer))


def map_file(deck: Deck, picture: Picture, digest: str) -> Path:
    """The picture under its map, a JPEG of the size shown."""
    return deck.folder / "ready" / digest / f"{picture.sha256}.jpg"


def answers(deck: Deck, digest: str) -> dict[str, Answer]:
    """Every answer there is, by the picture's hash."""
    found = {picture.sha256: read_answer(deck, picture, digest) for picture in deck.pictures}
    return {sha256: answer for sha256, answer in found.items() if answer}


def missing(deck: Deck, digest: str) -> list[Picture]:
    """The pictures that this detector has not been asked about, in order."""
    known = answers(deck, digest)
    return [picture for picture in deck.pictures if picture.sha256 not in known]


def _file(deck: Deck, picture: Picture, digest: str) -> Path:
    return deck.folder / "ready" / digest / f"{picture.sha256}.json"
