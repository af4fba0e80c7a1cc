"""Pins: single images that every detector is shown, kept as they are with their true class. Runs no network.

Each pin is a file of bytes named by its hash and a JSON file beside it, so that two writers never meet in one file.
"""

import hashlib
import json
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from detector.data.images import open_image
from detector.errors import ImageError, UserError
from detector.files import atomic_path, read_json, write_json
from detector.home import home
from detector.labels import AI, LABEL_WORDS, REAL

MOST_PINS = 1000
MOST_BYTES = 25_000_000
NOTE_LENGTH, SOURCE_LENGTH = 500, 300


@dataclass(frozen=True)
class Pin:
    """An image with its true label, a note, where it came from, and when it was pinned (seconds since 1970)."""

    sha256: str
    label: int
    name: str
    note: str = ""
    source: str = ""
    when: float = 0.0

    @property
    def file(self) -> Path:
        """Its bytes."""
        return pins_folder() / "images" / self.sha256


def pins_folder() -> Path:
    """Where pins lie."""
    return home() / "pins"


def list_pins() -> list[Pin]:
    """All pins, the oldest first; one whose description is damaged or whose image has gone is left out."""
    found = [_read(file) for file in (pins_folder() / "about").glob("*.json")]
    return sorted((pin for pin in found if pin is not None), key=lambda pin: (pin.when, pin.sha256))


def any_pins() -> bool:
    """Whether there are any, without reading them."""
    return _count() > 0


def is_pinned(sha256: str) -> bool:
    """Whether this image is pinned."""
    return _about(sha256).is_file()


def add_pin(data: bytes, label: int, name: str, note: str = "", source: str = "") -> Pin:
    """Keep a copy of this picture; one that is pinned already keeps its place and gets the new label and words.

    Raises UserError for what is no picture, for one too large, and when there are as many pins as are kept.
    """
    if label not in (REAL, AI):
        raise UserError(f"A pin is {LABEL_WORDS[REAL]} or {LABEL_WORDS[AI]}: say which.")
    if len(data) > MOST_BYTES:
        raise UserError(f"{name} has {len(data) / 1e6:.0f} MB; at most {MOST_BYTES // 1_000_000} MB are pinned: save it smaller.")
    try:
        open_image(data)
    except ImageError as error:
        raise UserError(f"{name} cannot be pinned: {error}") from error
    digest = hashlib.sha256(data).hexdigest()
    old = _read(_about(digest))
    if old is None and _count() >= MOST_PINS:
        raise UserError(f"There are {MOST_PINS:,} pins, which is as many as are kept: remove some first.")
    words = [" ".join(text.split()) for text in (name, note, source)]
    pin = Pin(digest, label, words[0][:SOURCE_LENGTH], words[1][:NOTE_LENGTH], words[2][:SOURCE_LENGTH],
              old.when if old else time.time())  # fmt: skip
    with atomic_path(pin.file) as temporary:
        temporary.write_bytes(data)
    write_json(_about(digest), asdict(pin))
    return pin


def remove_pin(sha256: str) -> tuple[Pin, bytes]:
    """Take a pin away; returns it with its bytes, so that it can be put back. Raises UserError when there is none."""
    pin = find_pin(sha256)
    data = pin.file.read_bytes()
    _about(pin.sha256).unlink(missing_ok=True)
    pin.file.unlink(missing_ok=True)
    return pin, data


def put_back(pin: Pin, data: bytes) -> None:
    """The inverse of `remove_pin`."""
    with atomic_path(pin.file) as temporary:
        temporary.write_bytes(data)
    write_json(_about(pin.sha256), asdict(pin))


def find_pin(start: str) -> Pin:
    """The one pin whose hash starts so; raises UserError when there is none or more than one."""
    found = [pin for pin in list_pins() if start and pin.sha256.startswith(start.lower())]
    if len(found) != 1:
        raise UserError(f"{'No pin has' if not found else f'{len(found)} pins have'} a hash that starts with {start[:64]!r}.")
    return found[0]


def _count() -> int:
    """How many there are, without reading them."""
    return sum(1 for _ in (pins_folder() / "about").glob("*.json"))


def _about(sha256: str) -> Path:
    return pins_folder() / "about" / f"{sha256}.json"


def _read(file: Path) -> Pin | None:
    try:
        values: dict[str, Any] = read_json(file)
        pin = Pin(**values)
    except (UserError, TypeError, json.JSONDecodeError):
        return None
    whole = pin.sha256 == file.stem and pin.label in (REAL, AI) and pin.file.is_file()
    return pin if whole else None
