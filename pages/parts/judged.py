"""Judged pictures: what the detector says of each, kept in the session so that nothing is asked twice."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import streamlit as st

from detector.data.images import open_image, thumbnail
from detector.data.input_checks import check_input, objections, warnings
from detector.errors import ImageError
from pages.parts.cache import predictor, stamp

BATCH = 16
THUMBNAIL_SIDE = 96

Row = dict[str, Any]
"""What is known of a picture: sha256, thumbnail, verdict, label, probability, threshold, and error, empty where all went well.

`reasons` say why it is inconclusive, `warnings` what else is odd about its file, and `near` holds the fields of the training
pictures (`Neighbour`) that look most like it.

A plain dict, since the session should hold nothing that a changed class could make unreadable.
"""


@dataclass(frozen=True)
class Picture:
    """A picture on the page: a key that tells it from all others, its file's name, and how to get its bytes."""

    key: str
    name: str
    read: Callable[[], bytes]


def judge(pictures: Sequence[Picture], folder: Path) -> list[Row]:
    """A row for each picture, in order; raises WeightsError when the detector in `folder` cannot be loaded."""
    store: dict[tuple[str, int], dict[str, Row]] = st.session_state.setdefault("judged", {})
    known = store.setdefault((str(folder), stamp(folder)), {})
    missing = [picture for picture in pictures if picture.key not in known]
    if missing:
        bar = st.progress(0.0, "Asking the detector")
        for rows in _batches(missing, folder):
            known |= rows  # batch by batch, so that a click in the middle loses nothing
            done = sum(picture.key in known for picture in missing)
            bar.progress(done / len(missing), f"Asking the detector: {done} of {len(missing)}")
        bar.empty()
    return [known[picture.key] for picture in pictures]


def forget(keep: Sequence[Picture]) -> None:
    """Drop what is known of pictures that were taken away."""
    keys = {picture.key for picture in keep}
    for rows in st.session_state.get("judged", {}).values():
        for key in rows.keys() - keys:
            del rows[key]


def _batches(pictures: Sequence[Picture], folder: Path) -> Iterator[dict[str, Row]]:
    """Rows, some pictures at a time. Only the network's small views are held, never many decoded pictures."""
    detector = predictor(folder)
    for start in range(0, len(pictures), BATCH):
        rows, views, doubts = {}, {}, {}
        look = detector.config.preprocess
        for picture in pictures[start : start + BATCH]:
            data = picture.read()
            row = rows[picture.key] = _row(data)
            try:
                image = open_image(data)
                row["thumbnail"] = thumbnail(image, THUMBNAIL_SIDE)
                found = check_input(data, image, look, detector.calibration.inputs)
                row["warnings"], doubts[picture.key] = warnings(found), objections(found)
                views[picture.key] = look.arrays(image)
            except ImageError as error:
                row["error"] = str(error)
        for key, (verdict, near) in zip(views, detector.compared(list(views.values())), strict=True):
            rows[key] |= asdict(detector.objected(verdict, doubts[key])) | {"near": [asdict(each) for each in near]}
        yield rows


def _row(data: bytes) -> Row:
    empty = {"thumbnail": b"", "verdict": "", "label": "", "probability": None, "threshold": None, "error": ""}
    return {"sha256": hashlib.sha256(data).hexdigest(), **empty, "reasons": (), "warnings": (), "near": []}
