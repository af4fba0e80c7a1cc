"""Features on disk: what a frozen extractor makes of each picture under each change, computed once, whoever asks."""

import hashlib
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from detector.benchmark.extractors import Extractor
from detector.benchmark.pictures import Picture
from detector.data.equalise import Equalise
from detector.data.parallel import in_order
from detector.home import cache_folder
from detector.scored import Change, name_of
from detector.training.encoder_features import View
from detector.training.feature_rows import FeatureRows

BATCH = 8
AT_ONCE = 256  # pictures whose features are held before some of them are picked

Floats = NDArray[np.float32]
Pick = Callable[[NDArray[Any]], NDArray[Any]]


def compute_missing(
    extractor: Extractor,
    pictures: Sequence[Picture],
    change: Change,
    view: View = View(),  # noqa: B008 - it is frozen
    progress: Callable[[int, int], None] | None = None,
) -> None:
    """Have the features of these pictures on disk; `progress(done, total)` counts those that had to be computed.

    They are written batch by batch, so that whoever breaks off loses seconds. Raises ImageError for a file that has changed or
    gone.
    """
    for rule, own in _by_rule(pictures).items():
        rows = _rows(extractor, rule, change, view)
        there = set(rows.names())
        missing = list({picture.sha256: picture for picture in own if picture.sha256 not in there}.values())
        for start in range(0, len(missing), BATCH):
            batch = missing[start : start + BATCH]
            crops = list(in_order(partial(_crops, extractor, change, view), batch))
            features = extractor.compute(crops)
            rows.add([picture.sha256 for picture in batch], features.reshape(len(batch), -1))
            if progress:
                progress(start + len(batch), len(missing))


def features_of(
    extractor: Extractor,
    pictures: Sequence[Picture],
    change: Change,
    pick: Pick,
    view: View = View(),  # noqa: B008 - it is frozen
) -> Floats:
    """What `pick` takes of the features of each picture, (N, F) in their order; those that are missing are computed.

    `pick` maps (N, *extractor.shape) to (N, F): of all blocks of a large network only some are held in memory.
    """
    compute_missing(extractor, pictures, change, view)
    (rule,) = {picture.rule for picture in pictures}  # what is learnt or tested together follows one
    rows = _rows(extractor, rule, change, view)
    parts = []
    for start in range(0, len(pictures), AT_ONCE):
        some = [picture.sha256 for picture in pictures[start : start + AT_ONCE]]
        parts.append(pick(rows.read(some).reshape(len(some), *extractor.shape)))
    return np.concatenate(parts)


def _crops(extractor: Extractor, change: Change, view: View, picture: Picture) -> NDArray[np.uint8]:
    return extractor.crops(picture.image(change), view, picture.sha256)


def _by_rule(pictures: Sequence[Picture]) -> dict[Equalise, list[Picture]]:
    found: dict[Equalise, list[Picture]] = {}
    for picture in pictures:
        found.setdefault(picture.rule, []).append(picture)
    return found


def _rows(extractor: Extractor, rule: Equalise, change: Change, view: View) -> FeatureRows:
    """One pair of files an extractor, rule, change and view."""
    look = f"{view}" if view.number else ""
    name = hashlib.sha256(f"{rule.key()} {name_of(change)} {look}".encode()).hexdigest()[:16]
    folder = cache_folder() / "benchmark" / "features" / extractor.key
    return FeatureRows(folder / name, int(np.prod(extractor.shape)), extractor.half)
