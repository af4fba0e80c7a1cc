"""Caches of pictures and of what detectors say of them; a person's own are cached for their session only and go with it."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st
from PIL import Image, ImageOps

from detector.data.parallel import in_order
from detector.errors import UserError

if TYPE_CHECKING:  # pages that only list things must not wait for torch
    from detector.evidence.claim import Claim
    from detector.explain.faces import Face
    from detector.explain.study import Study
    from detector.predict import Explanation, Predictor

SHOWN_SIDE = 1024
"""Longest side in pixels of a picture on a page: the browser need not carry twelve megapixels at every click."""
SAMPLE_SIDE = 300


def stamp(folder: Path) -> int:
    """When anything in a weights folder last changed, so that a cache notices (nanoseconds)."""
    return max((file.stat().st_mtime_ns for file in folder.iterdir() if file.is_file()), default=0)


def predictor(folder: Path) -> Predictor:
    """The detector in a weights folder, loaded once; raises WeightsError as `Predictor.load` does."""
    return _predictor(str(folder), stamp(folder))


@st.cache_resource(max_entries=3, show_spinner="Loading the detector …")
def _predictor(folder: str, stamp: int) -> Predictor:
    from detector.predict import Predictor

    return Predictor.load(folder)


def explanation(
    folder: Path, sha256: str, label: int, method: str, read: Callable[[], bytes], layer: str | None = None, signed: bool = False
) -> Explanation:
    """The heat map of a picture for a label: computed once, whatever happens to opacity and palette."""
    return _explanation(str(folder), stamp(folder), sha256, label, method, layer, signed, read)


@st.cache_data(scope="session", max_entries=128, show_spinner="Finding where the detector looks …")
def _explanation(
    folder: str, stamp: int, sha256: str, label: int, method: str, layer: str | None, signed: bool, _read: Callable[[], bytes]
) -> Explanation:
    from detector.data.images import open_image

    return predictor(Path(folder)).explain(open_image(_read()), label, method, layer, signed=signed)


@st.cache_data(scope="session", max_entries=128, show_spinner=False)
def evidence(sha256: str, _read: Callable[[], bytes]) -> tuple[Claim, ...]:
    """What a picture's file says about itself."""
    from detector.evidence.read import read_evidence

    return read_evidence(_read())


@st.cache_data(scope="session", max_entries=64, show_spinner=False)
def largest_face(sha256: str, _read: Callable[[], bytes]) -> Face | None:
    """The largest face of a picture that looks at the camera; None where there is none."""
    from detector.data.images import open_image
    from detector.explain.faces import find_faces

    return next(iter(find_faces(open_image(_read()))), None)


@st.cache_data(scope="session", max_entries=64, show_spinner=False)
def shown(sha256: str, _read: Callable[[], bytes]) -> tuple[bytes, tuple[int, int]]:
    """A picture as a JPEG that fits a page, and its real width and height."""
    from detector.data.images import open_image, thumbnail

    image = open_image(_read())
    return thumbnail(image, SHOWN_SIDE), image.size


@st.cache_data(max_entries=32, show_spinner=False)
def sample_png(name: str) -> bytes:
    """A sample picture, losslessly."""
    buffer = io.BytesIO()
    _sample(name).save(buffer, "PNG")
    return buffer.getvalue()


@st.cache_data(max_entries=32, show_spinner=False)
def sample_thumbnail(name: str) -> bytes:
    """The square middle of a sample picture as a small JPEG, so that a row of them is even."""
    buffer = io.BytesIO()
    ImageOps.fit(_sample(name), (SAMPLE_SIDE, SAMPLE_SIDE)).save(buffer, "JPEG", quality=88)
    return buffer.getvalue()


def _sample(name: str) -> Image.Image:
    from detector.samples import SAMPLES

    return next(sample for sample in SAMPLES if sample.name == name).image()


def file_thumbnail(path: Path, side: int = 256) -> bytes:
    """A small JPEG of a picture on disk."""
    return _file_thumbnail(str(path), path.stat().st_mtime_ns, side)


def file_thumbnails(paths: Sequence[Path], side: int = 256) -> list[bytes | None]:
    """Small JPEGs of pictures on disk, made by all cores at once; None for a file that cannot be read."""
    return list(in_order(partial(_thumbnail_or_none, side), paths))


def _thumbnail_or_none(side: int, path: Path) -> bytes | None:
    try:
        return file_thumbnail(path, side)
    except (OSError, UserError):
        return None


@st.cache_data(max_entries=2048, show_spinner=False)  # about 20 MB
def _file_thumbnail(path: str, mtime: int, side: int) -> bytes:
    from detector.data.images import open_image, thumbnail

    return thumbnail(open_image(Path(path)), side)


def file_sha256(path: Path) -> str:
    """The SHA-256 of a file's bytes, in hex; raises ImageError when it cannot be read."""
    return _file_sha256(str(path), path.stat().st_mtime_ns)


@st.cache_data(max_entries=4096, show_spinner=False)
def _file_sha256(path: str, mtime: int) -> str:
    from detector.data.images import sha256_of

    return sha256_of(Path(path))


def study(path: Path) -> Study:
    """A study of faces on disk; raises UserError as `read_study` does."""
    return _study(str(path), path.stat().st_mtime_ns)


@st.cache_data(max_entries=8, show_spinner=False)
def _study(path: str, mtime: int) -> Study:
    from detector.explain.study import read_study

    return read_study(Path(path))


def check_seconds(folder: Path) -> float:
    """About how long a check takes with this detector, from the time of one batch."""
    return _check_seconds(str(folder), stamp(folder))


@st.cache_data(max_entries=32, show_spinner=False)
def _check_seconds(folder: str, stamp: int) -> float:
    from detector.explain.checks import seconds_for

    return seconds_for(predictor(Path(folder)))
