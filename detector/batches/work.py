"""The work of a batch: each picture of the list is read, judged and written down, in order, a few at a time."""

import hashlib
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

from detector.batches.batch import Batch
from detector.batches.images import find_images
from detector.batches.judging import CHUNK, judge_files
from detector.batches.results import append, every_row, mend
from detector.batches.teller import Stopped, Teller
from detector.errors import RunError
from detector.evaluation.calibration import FILE as CALIBRATION
from detector.models.digests import weights_hash
from detector.models.library import find_weights
from detector.predict import Predictor
from detector.training.status import RunStatus


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
            rows = judge_files(predictor, [Path(image["path"]) for image in images])
            for row, image in zip(rows, images, strict=True):
                row["generator"] = image["generator"]
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
    folder = find_weights(plan.weights)
    mark = _mark(folder)
    if about.get("detector", mark) != mark:
        raise RunError(f"The detector {plan.weights} has changed since this batch was begun: make a new batch.")
    predictor = Predictor.load(plan.weights, plan.device)
    digest, threshold = weights_hash(folder), predictor.config.threshold
    batch.note(detector=mark, weights=predictor.name, weights_hash=digest, threshold=threshold, images=total)
    return predictor


def _mark(folder: Path) -> str:
    """What changes when the detector's verdicts may: its tensors, its settings, its calibration."""
    files = [path.read_bytes() for path in (folder / "config.json", folder / CALIBRATION) if path.is_file()]
    return f"{weights_hash(folder)}-{hashlib.sha256(b''.join(files)).hexdigest()[:12]}"


def _chunks(images: Iterator[dict[str, str]]) -> Iterator[list[dict[str, str]]]:
    while chunk := list(islice(images, CHUNK)):
        yield chunk
