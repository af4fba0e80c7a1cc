"""Round: one showing of a deck. Where the presenter stands, what was counted by hand, and which answers are out; all on disk.

A place is "welcome", "score", or a picture's key and a step, such as "0f3a…:guess".
"""

import secrets
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from filelock import FileLock

from detector.errors import UserError
from detector.files import read_json, write_json
from detector.home import checked_name
from detector.stage.deck import Deck, decks_folder

STEPS = ("look", "guess", "verdict", "map", "check")
WELCOME, SCORE = "welcome", "score"
LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""Without those that are read wrongly from the back row: I, O, 0 and 1."""
MOST_HANDS = 9999


@dataclass(frozen=True)
class Round:
    """A round as it was when read. `hands` counts (real, AI-generated) by picture; votes on `revealed` pictures count no more.

    `code` lets phones in, at `host`:`port`; port 0 while there is no voting by phone.
    """

    deck: str
    id: str
    code: str
    weights: str
    pictures: tuple[str, ...]
    started: float
    place: str = WELCOME
    hands: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    revealed: tuple[str, ...] = ()
    host: str = ""
    port: int = 0

    @property
    def open_picture(self) -> str:
        """The picture that is being guessed, or "" when none is."""
        key, _, step = self.place.partition(":")
        return key if step == "guess" and key in self.pictures and key not in self.revealed else ""


def list_rounds(deck: str) -> list[Round]:
    """A deck's rounds, the newest first; damaged ones are left out."""
    found = []
    for file in sorted(_folder(deck).glob("*.json"), reverse=True):
        try:
            found.append(read_round(deck, file.stem))
        except UserError:
            continue
    return found


def begin(deck: Deck, weights: str, ready: Collection[str]) -> Round:
    """A new round over those pictures of a deck whose hashes are `ready`, answered by the weights of this digest."""
    pictures = tuple(picture.key for picture in deck.pictures if picture.sha256 in ready)
    if not pictures:
        raise UserError("No picture of this deck is ready: get it ready first.")
    stem, number = time.strftime("%Y%m%d-%H%M%S"), 1
    code = "".join(secrets.choice(LETTERS) for _ in range(4))
    with FileLock(deck.folder / "lock", timeout=10):
        name = stem
        while (_folder(deck.name) / f"{name}.json").exists():
            number += 1
            name = f"{stem}-{number:02}"
        made = Round(deck.name, name, code, weights, pictures, time.time())
        return _write(made)


def read_round(deck: str, name: str) -> Round:
    """The round of this name; raises UserError when there is none or its file is damaged."""
    values = read_json(_folder(deck) / f"{checked_name(name)}.json")
    try:
        return _round(deck, name, values)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise UserError(f"The round {name} is damaged ({error!r}): begin a new one.") from error


def tell(deck: str, name: str, told: Mapping[str, Any]) -> Round:
    """Note what the stage says: its place, pictures revealed and hands counted. What is no such thing is left out.

    What was revealed stays so, and hands count no more from then on, unless none were counted before.
    """

    def noted(before: Round) -> Round:
        place = told.get("place")
        revealed = [key for key in before.pictures if key in before.revealed or key in _texts(told.get("revealed"))]
        hands = dict(before.hands)
        for key, counts in _pairs(told.get("hands")):
            if key in before.pictures and (key not in before.revealed or key not in hands):
                hands[key] = counts
        return replace(
            before,
            place=place if isinstance(place, str) and is_place(before, place) else before.place,
            revealed=tuple(revealed),
            hands=hands,
        )

    return change(deck, name, noted)


def is_place(shown: Round, place: str) -> bool:
    """Whether a round has this place."""
    key, _, step = place.partition(":")
    return place in (WELCOME, SCORE) or (key in shown.pictures and step in STEPS)


def change(deck: str, name: str, edit: Callable[[Round], Round]) -> Round:
    """Read, edit and write a round, one writer at a time."""
    with FileLock(decks_folder() / checked_name(deck) / "lock", timeout=10):
        return _write(edit(read_round(deck, name)))


def delete_round(deck: str, name: str) -> None:
    """Remove a round for good; its votes are `detector.stage.votes`' to forget."""
    (_folder(deck) / f"{checked_name(name)}.json").unlink(missing_ok=True)


def _round(deck: str, name: str, values: dict[str, Any]) -> Round:
    known = {key: values[key] for key in ("code", "weights", "started", "place", "host", "port")}
    return Round(
        deck,
        name,
        pictures=tuple(map(str, values["pictures"])),
        revealed=tuple(map(str, values["revealed"])),
        hands={key: (int(real), int(ai)) for key, (real, ai) in values["hands"].items()},
        **known,
    )


def _pairs(told: Any) -> list[tuple[str, tuple[int, int]]]:
    """Hands by picture, as far as they are whole numbers that a room can have."""
    found = []
    for key, counts in told.items() if isinstance(told, Mapping) else ():
        whole = isinstance(counts, list | tuple) and len(counts) == 2 and all(type(count) is int for count in counts)
        if whole and 0 <= min(counts) <= max(counts) <= MOST_HANDS:
            found.append((str(key), (counts[0], counts[1])))
    return found


def _texts(told: Any) -> set[str]:
    return {each for each in told if isinstance(each, str)} if isinstance(told, list | tuple) else set()


def _write(shown: Round) -> Round:
    values = {key: value for key, value in asdict(shown).items() if key not in ("deck", "id")}
    write_json(_folder(shown.deck) / f"{shown.id}.json", values)
    return shown


def _folder(deck: str) -> Path:
    return decks_folder() / checked_name(deck) / "rounds"
