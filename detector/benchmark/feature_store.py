"""Features on disk: what a frozen extractor makes of each picture under each change, computed once and appended as it comes.

A file holds records of 32 bytes (the picture's sha256) and float16 features. It can be read while it grows, a torn record at its
end is cut off, and it can be deleted like all of the cache.
"""

import hashlib
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from filelock import FileLock
from numpy.typing import NDArray

from detector.benchmark.extractors import Extractor
from detector.benchmark.pictures import Picture
from detector.data.parallel import in_order
from detector.home import cache_folder
from detector.scored import Change, name_of

BATCH = 8
Floats = NDArray[np.float32]


def compute_missing(
    extractor: Extractor, pictures: Sequence[Picture], change: Change, progress: Callable[[int, int], None] | None = None
) -> None:
    """Have features of these pictures on disk; `progress(done, total)` counts those that had to be computed.

    Written batch by batch, so that whoever breaks off loses seconds. Two processes at once take turns. Raises ImageError for a
    file that has changed or gone.
    """
    file = _file(extractor, pictures, change)
    if file is None:
        return
    file.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(file.with_suffix(".lock")):
        _mend(file, _record(extractor).itemsize)
        there = set(_rows(_stored(file, extractor)))
        missing = list({picture.item.sha256: picture for picture in pictures if picture.item.sha256 not in there}.values())
        for start in range(0, len(missing), BATCH):
            batch = missing[start : start + BATCH]
            views = list(in_order(partial(_view, extractor, change), batch))
            records = np.zeros(len(batch), _record(extractor))
            records["sha256"] = [np.void(bytes.fromhex(picture.item.sha256)) for picture in batch]
            records["features"] = extractor.compute(np.stack(views))
            with file.open("ab") as out:
                out.write(records.tobytes())
            if progress:
                progress(start + len(batch), len(missing))


def features_of(
    extractor: Extractor, pictures: Sequence[Picture], change: Change, pick: Callable[[NDArray[Any]], NDArray[Any]]
) -> Floats:
    """What `pick` takes of the stored features of each picture, (N, F) in their order; those that are missing are computed.

    `pick` maps (N, *extractor.shape) to (N, F): of all blocks of a large network only some are held in memory.
    """
    compute_missing(extractor, pictures, change)
    file = _file(extractor, pictures, change)
    if file is None:
        return np.zeros((0, 0), np.float32)
    stored = _stored(file, extractor)
    rows = _rows(stored)
    at = [rows[picture.item.sha256] for picture in pictures]
    features = stored["features"]
    parts = [pick(features[at[start : start + 256]]).astype(np.float32) for start in range(0, len(at), 256)]
    return np.concatenate(parts)


def _view(extractor: Extractor, change: Change, picture: Picture) -> NDArray[np.uint8]:
    return extractor.view(picture.image(change))


def _record(extractor: Extractor) -> np.dtype[Any]:
    return np.dtype([("sha256", "V32"), ("features", "<f2", extractor.shape)])


def _stored(file: Path, extractor: Extractor) -> NDArray[Any]:
    """The whole records in a file, mapped and not read."""
    record = _record(extractor)
    count = file.stat().st_size // record.itemsize if file.is_file() else 0
    return np.memmap(file, record, "r", shape=(count,)) if count else np.zeros(0, record)


def _rows(stored: NDArray[Any]) -> dict[str, int]:
    """Where each picture's record is."""
    return {bytes(sha256).hex(): row for row, sha256 in enumerate(stored["sha256"])}


def _mend(file: Path, size: int) -> None:
    """Cut off a record that was half written."""
    if file.is_file() and file.stat().st_size % size:
        with file.open("r+b") as torn:
            torn.truncate(file.stat().st_size // size * size)


def _file(extractor: Extractor, pictures: Sequence[Picture], change: Change) -> Path | None:
    """One file an extractor, rule and change; pictures of one call follow one rule. None for no pictures."""
    if not pictures:
        return None
    rule = hashlib.sha256(f"{pictures[0].rule.key()} {name_of(change)}".encode()).hexdigest()[:12]
    return cache_folder() / "benchmark" / "features" / extractor.key / f"{rule}.bin"
