"""Scoring: a detector looks at the images of a queue that it has not scored yet, and the order follows."""

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from detector.data.images import open_image
from detector.errors import ImageError
from detector.review.images import item_bytes, keep_scores, put_in_order
from detector.review.queues import find_queue
from detector.review.serve import all_items
from detector.review.store import reading, writing
from detector.review.values import Item, ReviewError, Score

if TYPE_CHECKING:
    from detector.predict import Predictor

BATCH = 16


def score_queue(queue: str, detector: str, progress: Callable[[int, int], None] | None = None, device: str = "auto") -> list[str]:
    """Score what this detector has not scored yet; returns a line for each image that could not be read.

    It is written down batch by batch, so that whoever breaks off loses little. Raises ReviewError when other weights of that
    name have scored some of the images, WeightsError when it cannot be loaded.
    """
    from detector.models.digests import weights_hash
    from detector.models.library import find_weights
    from detector.predict import Predictor

    digest = weights_hash(find_weights(detector))
    predictor = Predictor.load(detector, device)
    with reading() as db:
        number, found = find_queue(db, queue)
        images = all_items(db, number, found)
    by_others = next((own.weights for image in images for own in _of(image, predictor.name) if own.weights != digest), "")
    if by_others:
        raise ReviewError(
            f"Images of this queue were scored by other weights named {predictor.name} ({by_others}): make a new queue for these."
        )
    waiting = [image for image in images if image.place and not _of(image, predictor.name)]
    left_out: list[str] = []
    for done, batch in _batches(waiting):
        views, readable = _views(predictor, batch, left_out)
        verdicts = predictor.verdicts(views, BATCH)
        scores = {
            image.sha256: (Score(predictor.name, digest, each.probability, each.threshold, each.verdict),)
            for image, each in zip(readable, verdicts, strict=True)
        }
        with writing() as db:
            keep_scores(db, number, scores)
        if progress:
            progress(done, len(waiting))
    with writing(milestone=True) as db:
        put_in_order(db, *find_queue(db, queue))
    return left_out


def _views(predictor: "Predictor", batch: Sequence[Item], left_out: list[str]) -> tuple[list[NDArray[np.uint8]], list[Item]]:
    """What the network sees of each image that can be read; only that is held, as a picture may be huge."""
    views, readable = [], []
    for image in batch:
        try:
            views.append(predictor.config.preprocess.arrays(open_image(item_bytes(image))))
            readable.append(image)
        except ImageError as error:
            left_out.append(f"{image.name}: {error}")
    return views, readable


def _of(image: Item, detector: str) -> list[Score]:
    return [score for score in image.scores if score.detector == detector]


def _batches(images: Sequence[Item]) -> Iterator[tuple[int, Sequence[Item]]]:
    for start in range(0, len(images), BATCH):
        batch = images[start : start + BATCH]
        yield start + len(batch), batch
