"""A deck's pictures: add, take away and put back, move, mix, say what they truly are. Each edit is on disk when it returns."""

import hashlib
from dataclasses import replace

import numpy as np

from detector.data.images import open_image, thumbnail
from detector.errors import ImageError, UserError
from detector.files import atomic_path
from detector.stage.deck import Deck, Picture, change, read_deck

MOST_PICTURES = 100
MOST_BYTES = 50_000_000
SHOWN_SIDE = 1920
"""Longest side in pixels of what is shown: a projector's."""
NAME_LENGTH = 200


def add_picture(name: str, data: bytes, called: str, label: int | None = None, source: str = "") -> Picture:
    """Put a copy of a picture at the deck's end; raises UserError for what is no picture, a copy, or one too many."""
    if len(data) > MOST_BYTES:
        raise UserError(f"{called} has {len(data) / 1e6:.0f} MB; a deck takes {MOST_BYTES // 1_000_000} MB a picture.")
    try:
        image = open_image(data)
    except ImageError as error:
        raise UserError(f"{called} cannot be shown: {error}") from error
    picture = Picture(hashlib.sha256(data).hexdigest(), " ".join(called.split())[:NAME_LENGTH], label, source[:NAME_LENGTH])
    _may_join(read_deck(name), picture)
    return _keep(name, picture, data, thumbnail(image, SHOWN_SIDE), place=MOST_PICTURES)


def remove_picture(name: str, sha256: str) -> tuple[Picture, int, bytes]:
    """Take a picture and all that was made from it away; returns it with its place and bytes, for `put_back`."""
    deck = read_deck(name)
    place, picture = _find(deck, sha256)
    data = deck.file(picture).read_bytes()
    change(name, lambda deck: replace(deck, pictures=tuple(each for each in deck.pictures if each.sha256 != sha256)))
    for file in (deck.file(picture), deck.shown(picture), *deck.folder.glob(f"ready/*/{picture.sha256}.*")):
        file.unlink(missing_ok=True)
    return picture, place, data


def put_back(name: str, picture: Picture, place: int, data: bytes) -> None:
    """The inverse of `remove_picture`."""
    _keep(name, picture, data, thumbnail(open_image(data), SHOWN_SIDE), place)


def move_picture(name: str, sha256: str, place: int) -> None:
    """Give a picture another place, counted from 0; a place beyond the ends is the nearest one."""

    def moved(deck: Deck) -> Deck:
        _, picture = _find(deck, sha256)
        others = [each for each in deck.pictures if each.sha256 != sha256]
        others.insert(max(place, 0), picture)
        return replace(deck, pictures=tuple(others))

    change(name, moved)


def mix(name: str, seed: int) -> None:
    """Bring the pictures into an order by chance."""

    def mixed(deck: Deck) -> Deck:
        order = np.random.default_rng(seed).permutation(len(deck.pictures))
        return replace(deck, pictures=tuple(deck.pictures[index] for index in order))

    change(name, mixed)


def reorder(name: str, hashes: list[str]) -> None:
    """Bring the pictures into the order of these hashes, such as one they had before; others follow as they are."""

    def ordered(deck: Deck) -> Deck:
        places = {sha256: place for place, sha256 in enumerate(hashes)}
        return replace(deck, pictures=tuple(sorted(deck.pictures, key=lambda each: places.get(each.sha256, len(places)))))

    change(name, ordered)


def set_label(name: str, sha256: str, label: int | None) -> None:
    """Say what a picture truly is, or that nobody knows."""

    def told(deck: Deck) -> Deck:
        place, picture = _find(deck, sha256)
        return replace(deck, pictures=(*deck.pictures[:place], replace(picture, label=label), *deck.pictures[place + 1 :]))

    change(name, told)


def _keep(name: str, picture: Picture, data: bytes, shown: bytes, place: int) -> Picture:
    def joined(deck: Deck) -> Deck:
        _may_join(deck, picture)
        for file, content in ((deck.file(picture), data), (deck.shown(picture), shown)):
            with atomic_path(file) as temporary:
                temporary.write_bytes(content)
        return replace(deck, pictures=(*deck.pictures[:place], picture, *deck.pictures[place:]))

    change(name, joined)
    return picture


def _may_join(deck: Deck, picture: Picture) -> None:
    if any(each.sha256 == picture.sha256 for each in deck.pictures):
        raise UserError(f"{picture.name} is in the deck already.")
    if len(deck.pictures) >= MOST_PICTURES:
        raise UserError(f"A deck takes {MOST_PICTURES} pictures at most: remove some, or make a second deck.")


def _find(deck: Deck, sha256: str) -> tuple[int, Picture]:
    for place, picture in enumerate(deck.pictures):
        if picture.sha256 == sha256:
            return place, picture
    raise UserError("This picture has left the deck, perhaps in another tab: load the page again.")
