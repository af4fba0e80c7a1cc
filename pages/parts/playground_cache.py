"""Caches of the playground: pictures after their steps, and what detectors said of them. They go with the session."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st
from PIL import Image

from detector.errors import UserError
from detector.playground.edits import edited, working_copy
from detector.playground.steps import Step, write_steps
from pages.parts.cache import predictor, sample_png, stamp

if TYPE_CHECKING:  # the page is drawn before torch is there
    from detector.playground.answers import Answer, Known
    from detector.playground.sweep import Sweep

SHOWN_SIDE = 720
"""Longest side in pixels of a picture on the page."""
_LEAST_SIDE = 360
"""Smaller pictures are enlarged by a whole number, so that each of their pixels can be seen."""

SOURCES = "playground-sources"
SAMPLE, UPLOAD = "sample:", "upload:"


@dataclass(frozen=True)
class Subject:
    """The picture that is played with: its hash, its name, and how to get its bytes."""

    sha256: str
    name: str
    read: Callable[[], bytes]


def original_size(subject: Subject) -> tuple[int, int]:
    """Width and height of the picture itself, before it was made to fit the playground. Raises ImageError."""
    return _opened(subject.sha256, subject.read)[1]


def stepped(subject: Subject, steps: tuple[Step, ...]) -> Image.Image:
    """The picture after these steps; the one before the last step is taken from the cache. Not to be written to."""
    return _stepped(subject.sha256, write_steps(steps), steps, subject.read)


def answered(folder: Path, subject: Subject, steps: tuple[Step, ...]) -> Answer:
    """What a detector says of the picture after these steps."""
    from detector.playground.answers import answers

    return answers(predictor(folder), [stepped(subject, steps)], _known(str(folder), stamp(folder)))[0]


def swept(folder: Path, subject: Subject, steps: tuple[Step, ...], kind: str) -> Sweep:
    """What a detector says of the picture after these steps and at each notch of a kind's slider."""
    return _swept(str(folder), stamp(folder), subject.sha256, write_steps(steps), kind, steps, subject.read)


def source_picture(key: str) -> Image.Image:
    """A picture to paste from, by its key; raises UserError for one that was uploaded in another session."""
    return _source(key, _source_bytes(key))


def png(image: Image.Image) -> bytes:
    """The picture's file, losslessly."""
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()


def data_address(image: Image.Image) -> str:
    """The picture as an address that holds it, to be shown by our own components."""
    large = max(image.size)
    if large > SHOWN_SIDE:
        image = image.copy()
        image.thumbnail((SHOWN_SIDE, SHOWN_SIDE))
    buffer = io.BytesIO()
    if large <= _LEAST_SIDE:
        enlarged(image).save(buffer, "PNG")
        return f"data:image/png;base64,{base64.b64encode(buffer.getvalue()).decode()}"
    image.save(buffer, "JPEG", quality=90)
    return f"data:image/jpeg;base64,{base64.b64encode(buffer.getvalue()).decode()}"


def enlarged(image: Image.Image) -> Image.Image:
    """A small picture with each pixel as a square of several; a large one as it is."""
    times = -(-_LEAST_SIDE // max(image.size))
    return image.resize((image.width * times, image.height * times), Image.Resampling.NEAREST) if times > 1 else image


@st.cache_resource(scope="session", max_entries=8, show_spinner=False)
def _opened(sha256: str, _read: Callable[[], bytes]) -> tuple[Image.Image, tuple[int, int]]:
    from detector.data.images import open_image

    image = open_image(_read())
    return working_copy(image), image.size


@st.cache_resource(scope="session", max_entries=48, show_spinner=False)  # about 100 MB at most
def _stepped(sha256: str, word: str, _steps: tuple[Step, ...], _read: Callable[[], bytes]) -> Image.Image:
    if not _steps:
        return _opened(sha256, _read)[0]
    before = _stepped(sha256, write_steps(_steps[:-1]), _steps[:-1], _read)
    return edited(before, _steps[-1], source_picture)


@st.cache_resource(scope="session", max_entries=6, show_spinner=False)
def _known(folder: str, stamp: int) -> Known:
    return {}


@st.cache_resource(scope="session", max_entries=64, show_spinner="Asking the detector …")
def _swept(
    folder: str, stamp: int, sha256: str, word: str, kind: str, _steps: tuple[Step, ...], _read: Callable[[], bytes]
) -> Sweep:
    from detector.playground.sweep import sweep

    return sweep(predictor(Path(folder)), _stepped(sha256, word, _steps, _read), kind, _known(folder, stamp))


@st.cache_resource(scope="session", max_entries=8, show_spinner=False)
def _source(key: str, _data: bytes) -> Image.Image:
    from detector.data.images import open_image

    return working_copy(open_image(_data))


def _source_bytes(key: str) -> bytes:
    if key.startswith(SAMPLE):
        try:
            return sample_png(key.removeprefix(SAMPLE))
        except StopIteration:
            raise UserError("This link pastes from a sample that is not at hand here.") from None
    kept: dict[str, bytes] = st.session_state.get(SOURCES, {})
    if key not in kept:
        raise UserError("This link pastes from a picture that was uploaded by somebody else: upload it here and paste again.")
    return kept[key]
