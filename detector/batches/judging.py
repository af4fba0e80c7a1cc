"""Judging: a row for each of some picture files, as one detector sees them. The same for ten files and ten thousand."""

import hashlib
import os
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from detector.batches.results import COLUMNS, Row
from detector.data.images import file_bytes, open_image
from detector.data.input_checks import check_input, objections
from detector.errors import ImageError
from detector.evaluation.novelty import Neighbour
from detector.labels import LABEL_WORDS
from detector.predict import Predictor

CHUNK: Final = 16
"""Files to judge at once: no more views are held in memory."""


@dataclass(frozen=True, eq=False)
class _Seen:
    """A row with what was read of its picture, the network's views of it, and what in the file makes a verdict doubtful."""

    row: Row
    views: NDArray[np.uint8] | None = None
    doubts: tuple[str, ...] = ()


def judge_files(predictor: Predictor, files: Sequence[Path]) -> list[Row]:
    """A row a file, in their order; one that cannot be used has its `error`. Decoding runs on all cores.

    Of each picture only the network's views are kept, so give no more than CHUNK files at a time.
    """
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        seen = list(pool.map(partial(_see, predictor), files))
    begun = time.perf_counter()
    usable = [(one, one.views) for one in seen if one.views is not None]
    verdicts = predictor.compared([views for _, views in usable], CHUNK)
    share = 1000 * (time.perf_counter() - begun) / max(len(usable), 1)
    for (one, _), (first, near) in zip(usable, verdicts, strict=True):
        verdict = predictor.objected(first, one.doubts)
        one.row.update(
            probability=round(verdict.probability, 6),
            verdict=verdict.verdict,
            label=verdict.label,
            looks_like=_looks_like(near),
            reasons=list(verdict.reasons),
            ms=round(one.row["ms"] + share, 1),
        )
    return [one.row for one in seen]


def _see(predictor: Predictor, file: Path) -> _Seen:
    begun = time.perf_counter()
    row: Row = dict.fromkeys(COLUMNS, "") | dict.fromkeys(("bytes", "width", "height", "probability"))
    row |= {"path": str(file), "reasons": []}
    seen = _Seen(row)
    try:
        data = file_bytes(file)
        row.update(sha256=hashlib.sha256(data).hexdigest(), bytes=len(data))
        picture = open_image(data)
        row["width"], row["height"] = picture.size
        look = predictor.config.preprocess
        doubts = objections(check_input(data, picture, look, predictor.calibration.inputs))
        seen = _Seen(row, look.arrays(picture), doubts)
    except ImageError as error:
        row["error"] = str(error)
    row["ms"] = round(1000 * (time.perf_counter() - begun), 1)
    return seen


def _looks_like(near: Sequence[Neighbour]) -> str:
    """What most of the nearest training pictures are: a generator, or a class where none is named."""
    groups = Counter(each.generator or LABEL_WORDS[each.label] for each in near)
    return groups.most_common(1)[0][0] if groups else ""
