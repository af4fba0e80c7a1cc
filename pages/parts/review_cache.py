"""Caches of the review page: pictures as the browser gets them, and maps laid over them."""

from __future__ import annotations

import base64
import io
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING

import streamlit as st
from PIL import Image

from detector.data.images import open_image, thumbnail
from detector.errors import UserError
from detector.explain.methods import METHODS, methods_for
from detector.explain.overlay import overlay
from detector.labels import label_of
from detector.models.digests import weights_hash
from detector.models.library import find_weights
from detector.review.desk import item_bytes
from detector.words import map_sentence
from pages.parts.cache import SHOWN_SIDE, predictor

if TYPE_CHECKING:
    from detector.predict import Predictor
    from detector.review.desk import Item, Score

SENT_BYTES = 600_000
"""Files up to this size, in a format that every browser shows, go there as they are: what is judged is not saved again."""
ORIGINAL_BYTES = 12_000_000
ORIGINAL_SIDE = 6000
OPACITY = 0.6
MAPS_KEPT = 48
_AS_THEY_ARE = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}


@dataclass(frozen=True)
class Shown:
    """A picture for the browser: a data address, the true width and height, and whether it was made smaller."""

    url: str
    width: int
    height: int
    reduced: bool


def picture(item: Item) -> Shown:
    """The picture at a size that a page needs; raises ImageError as `item_bytes` does."""
    return _picture(item.sha256, item)


@st.cache_data(max_entries=48, show_spinner=False)
def _picture(sha256: str, _item: Item) -> Shown:
    data = item_bytes(_item)
    image = open_image(data)
    reduced = max(image.size) > SHOWN_SIDE
    if not reduced and len(data) <= SENT_BYTES and (kind := _kind(data)):
        return Shown(_url(data, kind), *image.size, reduced=False)
    return Shown(_url(thumbnail(image, SHOWN_SIDE), "image/jpeg"), *image.size, reduced=True)


def original(item: Item) -> str:
    """The data address of the file itself, or of all its pixels as PNG where no browser shows its format."""
    return _original(item.sha256, item)


@st.cache_data(max_entries=4, show_spinner=False)
def _original(sha256: str, _item: Item) -> str:
    data = item_bytes(_item)
    if len(data) <= ORIGINAL_BYTES and (kind := _kind(data)):
        return _url(data, kind)
    image = open_image(data)
    if max(image.size) > ORIGINAL_SIDE:
        return _url(thumbnail(image, ORIGINAL_SIDE), "image/jpeg")
    buffer = io.BytesIO()
    image.save(buffer, "PNG", compress_level=1)
    return _url(buffer.getvalue(), "image/png")


def small(item: Item, side: int = 168) -> str:
    """The data address of a thumbnail."""
    return _small(item.sha256, side, item)


@st.cache_data(max_entries=2048, show_spinner=False)
def _small(sha256: str, side: int, _item: Item) -> str:
    return _url(thumbnail(open_image(item_bytes(_item)), side), "image/jpeg")


@dataclass(frozen=True)
class Maps:
    """A thread that draws maps, one after another: no answer waits for a network, which may take seconds."""

    thread: ThreadPoolExecutor
    loading: Future[ModuleType]
    drawn: dict[tuple[str, ...], Future[tuple[str, str]]]


@st.cache_resource(show_spinner=False)
def maps() -> Maps:
    """The thread, which begins by loading what draws maps."""
    thread = ThreadPoolExecutor(1)
    return Maps(thread, thread.submit(import_module, "detector.predict"), {})


def map_over(item: Item, score: Score, method: str) -> tuple[str, str] | None:
    """The picture under the map of what speaks for the label that the detector gave it, and what that map says.

    None while it is being drawn: ask again. Raises UserError where the weights or the file have gone.
    """
    work = maps()
    if not work.loading.done():
        return None
    folder = find_weights(score.detector)
    if score.weights and weights_hash(folder) != score.weights:
        raise UserError(f"{score.detector} has changed since it scored this picture, so its map would be another detector's.")
    key = (str(folder), score.weights, item.sha256, score.label, method)
    if key not in work.drawn:
        for other in [each for each, future in list(work.drawn.items()) if future.cancel()]:
            work.drawn.pop(other, None)  # nobody looks at that picture any more, or will ask again
        while len(work.drawn) >= MAPS_KEPT:
            work.drawn.pop(next(iter(work.drawn)), None)
        work.drawn[key] = work.thread.submit(_draw, predictor(folder), item_bytes(item), score, method)
    return work.drawn[key].result() if work.drawn[key].done() else None


def _draw(detector: Predictor, data: bytes, score: Score, method: str) -> tuple[str, str]:
    suitable = methods_for(detector.config.architecture, detector.config.backbone)
    chosen, label = method if method in suitable else suitable[0], label_of(score.label)
    image = open_image(data)
    told = detector.explain(image, label, chosen)
    small = Image.open(io.BytesIO(thumbnail(image, SHOWN_SIDE)))
    across, down = small.width / image.width, small.height / image.height
    left, top, right, bottom = told.box
    box = round(left * across), round(top * down), round(right * across), round(bottom * down)
    buffer = io.BytesIO()
    overlay(small, told.heat, box, OPACITY).save(buffer, "JPEG", quality=88)
    said = map_sentence(METHODS[chosen].title, label, not told.heat.any(), box != (0, 0, *small.size))
    return _url(buffer.getvalue(), "image/jpeg"), f"{score.detector}: {said}"


def _kind(data: bytes) -> str:
    """The type of a file that every browser shows, upright, as Pillow does; empty for any other."""
    with Image.open(io.BytesIO(data)) as image:
        turned = image.format != "JPEG" and image.getexif().get(0x0112, 1) != 1
        moves = getattr(image, "n_frames", 1) > 1
        return "" if turned or moves or image.mode == "CMYK" else _AS_THEY_ARE.get(image.format or "", "")


def _url(data: bytes, kind: str) -> str:
    return f"data:{kind};base64,{base64.b64encode(data).decode()}"
