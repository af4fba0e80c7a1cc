"""The work of a batch: each picture of the list is read, judged and written down, in order, a few at a time."""

import hashlib
import os
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from detector.batches.batch import Batch
from detector.batches.images import find_images
from detector.batches.results import COLUMNS, Row, append, every_row, mend
from detector.batches.teller import Stopped, Teller
from detector.data.images import file_bytes, open_image
from detector.data.preprocess import Preprocess
from detector.errors import ImageError, RunError
from detector.models.digests import weights_hash
from detector.models.library import find_weights
from detector.predict import Predictor
from detector.training.status import RunStatus

CHUNK: Final = 16
"""Pictures between two writes: a killed worker loses no more than these, and no more views are held in memory."""


@dataclass(frozen=True, eq=False)
class _Seen:
    """A row with what was read of its picture, and what the network will see; None for one that cannot be used."""

    row: Row
    view: NDArray[np.uint8] | None


def work(batch: Batch, listener: Callable[[RunStatus], None] = lambda status: None) -> RunStatus:
    """Classify what has no result yet; returns the last status, which is also written. The caller holds the batch's lock.

    Raises UserError when the pictures cannot be found or the detector is not the one that the batch was begun with.
    """
    done = mend(batch.results_file)
    teller = Teller(batch, listener)
    try:
        total = find_images(batch, teller.phase)
        teller.phase("Loading the detector")
        predictor = _detector(batch, total)
        teller.begin(done, total)
        for images in _chunks(batch.images(done)):
            rows = _classified(predictor, images)
            append(batch.results_file, rows)
            done += len(rows)
            teller.count(done)
    except Stopped:
        return teller.close("stopped", f"Stopped: {done:,} pictures are classified.")
    failed = sum(bool(row["error"]) for row in every_row(batch.results_file))
    unusable = f" {failed:,} of them could not be used." if failed else ""
    return teller.close("finished", f"All {total:,} pictures are done.{unusable}")


def _detector(batch: Batch, total: int) -> Predictor:
    """The batch's detector; raises RunError when it has changed since the first result: rows of two would lie in one table."""
    plan, about = batch.plan(), batch.about()
    digest = weights_hash(find_weights(plan.weights))
    if about.get("weights_hash", digest) != digest:
        raise RunError(f"The detector {plan.weights} has changed since this batch was begun: make a new batch.")
    predictor = Predictor.load(plan.weights, plan.device)
    facts: dict[str, Any] = {"weights": predictor.name, "weights_hash": digest, "threshold": predictor.config.threshold}
    batch.note(**facts, images=total)
    return predictor


def _chunks(images: Iterator[dict[str, str]]) -> Iterator[list[dict[str, str]]]:
    while chunk := list(islice(images, CHUNK)):
        yield chunk


def _classified(predictor: Predictor, images: list[dict[str, str]]) -> list[Row]:
    """A row a picture, in order. Decoding runs on all cores; of each picture only the network's view is kept."""
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        seen = list(pool.map(partial(_read, predictor.config.preprocess), images))
    begun = time.perf_counter()
    usable = [(one.row, one.view) for one in seen if one.view is not None]
    verdicts = predictor.verdicts([view for _, view in usable], CHUNK)
    share = 1000 * (time.perf_counter() - begun) / max(len(usable), 1)
    for (row, _), verdict in zip(usable, verdicts, strict=True):
        row |= {"probability": round(verdict.probability, 6), "verdict": verdict.verdict, "label": verdict.label}
        row["ms"] = round(row["ms"] + share, 1)
    return [one.row for one in seen]


def _read(preprocess: Preprocess, image: dict[str, str]) -> _Seen:
    begun = time.perf_counter()
    row: Row = dict.fromkeys(COLUMNS, "") | image
    row |= {"bytes": None, "width": None, "height": None, "probability": None, "reasons": []}
    view = None
    try:
        data = file_bytes(Path(image["path"]))
        row |= {"sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data)}
        picture = open_image(data)
        row["width"], row["height"] = picture.size
        view = preprocess.arrays(picture)
    except ImageError as error:
        row["error"] = str(error)
    row["ms"] = round(1000 * (time.perf_counter() - begun), 1)
    return _Seen(row, view)
