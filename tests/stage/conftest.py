"""A workspace with a deck of three pictures: a bright one, a dark one, and one of which nobody knows what it is."""

import io
from pathlib import Path

import pytest

from detector.labels import AI, REAL
from detector.stage.deck import Deck, create_deck, read_deck
from detector.stage.pictures import add_picture
from detector.stage.rounds import Round, begin
from tests.conftest import flat


def jpeg(level: int, size: tuple[int, int] = (60, 40)) -> bytes:
    """A grey picture's file."""
    buffer = io.BytesIO()
    flat(level, size).save(buffer, "JPEG")
    return buffer.getvalue()


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DETECTOR_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture
def deck(workspace: Path) -> Deck:
    name = create_deck("Open day").name
    add_picture(name, jpeg(210), "bright.jpg", AI)
    add_picture(name, jpeg(40), "dark.jpg", REAL)
    add_picture(name, jpeg(200), "unknown.jpg")
    return read_deck(name)


def started(deck: Deck) -> Round:
    """A round over all of a deck."""
    return begin(deck, "digest", [picture.sha256 for picture in deck.pictures])
