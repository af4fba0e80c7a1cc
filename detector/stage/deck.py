"""Deck: pictures in an order, with their truth where it is known, kept as files of their own. Knows nothing of detectors.

decks/NAME/deck.json             title, detector, and the pictures in order
decks/NAME/pictures/SHA256       a picture's bytes as they came
decks/NAME/pictures/SHA256.jpg   the same picture, no larger than a projector shows
"""

import re
import shutil
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from filelock import FileLock

from detector.errors import UserError
from detector.files import read_json, write_json
from detector.home import checked_name, home
from detector.labels import AI, REAL

TITLE_LENGTH = 120


@dataclass(frozen=True)
class Picture:
    """One picture of a deck: the hash of its bytes, its name, its true label (None where nobody knows), where it came from."""

    sha256: str
    name: str
    label: int | None = None
    source: str = ""

    @property
    def key(self) -> str:
        """A short name, in addresses and votes."""
        return self.sha256[:12]


@dataclass(frozen=True)
class Deck:
    """A deck as it was when read; `weights` is the detector chosen for it as pages write it, "" for the library's first."""

    name: str
    title: str
    pictures: tuple[Picture, ...] = ()
    weights: str = ""
    created: float = 0.0

    @property
    def folder(self) -> Path:
        """Where it lies."""
        return decks_folder() / self.name

    def file(self, picture: Picture) -> Path:
        """A picture's bytes."""
        return self.folder / "pictures" / picture.sha256

    def shown(self, picture: Picture) -> Path:
        """The same picture as a JPEG that fits a screen."""
        return self.folder / "pictures" / f"{picture.sha256}.jpg"


def decks_folder() -> Path:
    """One folder a deck."""
    return home() / "decks"


def list_decks() -> list[Deck]:
    """Every deck that can be read, the newest first."""
    found = [_read_or_none(file.parent.name) for file in decks_folder().glob("*/deck.json")]
    return sorted((deck for deck in found if deck), key=lambda deck: (-deck.created, deck.name))


def damaged_decks() -> list[str]:
    """Names of decks whose deck.json cannot be read; their pictures still lie in their folders."""
    return sorted(file.parent.name for file in decks_folder().glob("*/deck.json") if _read_or_none(file.parent.name) is None)


def read_deck(name: str) -> Deck:
    """The deck of this name; raises UserError when there is none or its file is damaged."""
    file = decks_folder() / checked_name(name) / "deck.json"
    if not file.is_file():
        raise UserError(f"There is no deck called {name}: choose another one.")
    values = read_json(file)
    try:
        pictures = tuple(_picture(each) for each in values["pictures"])
        return Deck(name, str(values["title"]), pictures, str(values["weights"]), float(values["created"]))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise UserError(f"{file} is damaged ({error!r}): its pictures lie beside it, in pictures/.") from error


def create_deck(title: str) -> Deck:
    """A new, empty deck; its folder is called after the title, with a number where that is taken."""
    said = _title(title)
    stem = re.sub(r"[^a-z0-9]+", "-", said.lower().encode("ascii", "ignore").decode()).strip("-")[:60] or "deck"
    decks_folder().mkdir(parents=True, exist_ok=True)
    name, number = stem, 2
    while True:
        try:
            (decks_folder() / name).mkdir()
            break
        except FileExistsError:
            name, number = f"{stem}-{number}", number + 1
    return _write(Deck(name, said, created=time.time()))


def rename_deck(name: str, title: str) -> Deck:
    """Another title; the folder keeps its name, so that links to the deck go on working."""
    said = _title(title)
    return change(name, lambda deck: replace(deck, title=said))


def choose_weights(name: str, weights: str) -> Deck:
    """Have another detector answer for this deck; what others answered stays."""
    return change(name, lambda deck: replace(deck, weights=weights))


def delete_deck(name: str) -> None:
    """Remove the deck with its pictures, answers, rounds and votes for good."""
    shutil.rmtree(decks_folder() / checked_name(name))


def change(name: str, edit: Callable[[Deck], Deck]) -> Deck:
    """Read, edit and write a deck, one writer at a time: an edit in another tab is never lost."""
    with FileLock(decks_folder() / checked_name(name) / "lock", timeout=10):
        return _write(edit(read_deck(name)))


def _write(deck: Deck) -> Deck:
    values = {key: value for key, value in asdict(deck).items() if key != "name"}
    write_json(deck.folder / "deck.json", values)
    return deck


def _title(title: str) -> str:
    said = " ".join(title.split())[:TITLE_LENGTH]
    if not said:
        raise UserError("A deck needs a title: type a few words.")
    return said


def _picture(values: dict[str, Any]) -> Picture:
    picture = Picture(**values)
    if not re.fullmatch(r"[0-9a-f]{64}", picture.sha256) or picture.label not in (None, REAL, AI):
        raise ValueError(f"{picture.name!r} is not described as a picture")
    return picture


def _read_or_none(name: str) -> Deck | None:
    try:
        return read_deck(name)
    except UserError:
        return None
