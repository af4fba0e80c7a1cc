"""Caches of data sets: what was read of them, their copies, and pictures as they would be after a change."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import streamlit as st

from detector.data.known import stamp_of

if TYPE_CHECKING:
    from detector.data.duplicates import CopyGroup
    from detector.data.equalise import Equalise
    from detector.data.manifest import Item, Manifest
    from detector.data.preprocess import Box

DATA_SETS = 4


def data_set(spec: str, read: Callable[[], Manifest]) -> Manifest:
    """A data set that was read, until its files or the decisions about it change.

    Reading draws a progress bar, which no cached function may, so only what it returns is kept.
    """
    kept, mark = _data_sets(), stamp_of(spec)
    if kept.get(spec, ("", None))[0] != mark:
        kept[spec] = (mark, read())
        while len(kept) > DATA_SETS:
            kept.pop(next(iter(kept)), None)
    return kept[spec][1]


def forget_data_set(spec: str) -> None:
    """Read it anew the next time."""
    _data_sets().pop(spec, None)


@st.cache_resource(show_spinner=False)
def _data_sets() -> dict[str, tuple[str, Manifest]]:
    return {}


def equalised(path: Path, equalise: Equalise) -> tuple[bytes, bytes, int]:
    """A picture on disk as a thumbnail, its file after equalising, and the JPEG quality that it got."""
    return _equalised(str(path), path.stat().st_mtime_ns, equalise.to_dict())


@st.cache_data(max_entries=64, show_spinner=False)
def _equalised(path: str, mtime: int, rule: dict[str, Any]) -> tuple[bytes, bytes, int]:
    from detector.data.equalise import Equalise
    from detector.data.images import open_image, thumbnail

    image, equalise = open_image(Path(path)), Equalise.from_dict(rule)
    return thumbnail(image), *equalise.encoded(image)


def made_anew(path: Path, sha256: str, operator: str) -> tuple[bytes, bytes]:
    """A picture on disk as a thumbnail, and one of what an operator of matched fakes makes of it."""
    return _made_anew(str(path), path.stat().st_mtime_ns, sha256, operator)


@st.cache_data(max_entries=64, show_spinner="Making the picture anew …")
def _made_anew(path: str, mtime: int, sha256: str, operator: str) -> tuple[bytes, bytes]:
    import numpy as np

    from detector.aligned.operators import regenerate
    from detector.data.images import open_image, thumbnail

    image = open_image(Path(path), sha256)
    return thumbnail(image), thumbnail(regenerate(image, operator, np.random.default_rng(int(sha256[:15], 16))))


def before_and_after(path: Path, boxes: tuple[Box, ...], side: int = 320) -> tuple[bytes, bytes | None]:
    """A small JPEG of a picture with the boxes to keep outlined, and one of what they hold; None where nothing is kept."""
    return _before_and_after(str(path), path.stat().st_mtime_ns, boxes, side)


@st.cache_data(max_entries=512, show_spinner=False)
def _before_and_after(path: str, mtime: int, boxes: tuple[Box, ...], side: int) -> tuple[bytes, bytes | None]:
    from detector.data.cleaning.shown import after, before
    from detector.data.images import open_image, thumbnail

    image = open_image(Path(path))
    return thumbnail(before(image, boxes, side), side), thumbnail(after(image, boxes, side), side) if boxes else None


def copies(manifest: Manifest) -> tuple[list[CopyGroup], list[CopyGroup]]:
    """The files of a data set that are in both classes, and its other groups of exact and near-copies."""
    return _copies(manifest.fingerprint, manifest.items)


@st.cache_data(max_entries=4, show_spinner="Looking for copies …")
def _copies(fingerprint: str, _items: Sequence[Item]) -> tuple[list[CopyGroup], list[CopyGroup]]:
    from detector.data.duplicates import conflicts, near_copies

    unsettled = conflicts(_items)
    first = {path for group in unsettled for path in group.paths}
    return unsettled, [group for group in near_copies(_items) if first.isdisjoint(group.paths)]
