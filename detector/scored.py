"""Scored pictures: what a detector says of pictures as they are and as they are perturbed, each asked once and kept on disk.

The file is named after the weights and their preprocessing and holds scores by the pictures' contents, so whatever set, test or
page asks the same again finds the answer. It holds no picture, and it can be deleted like all of the cache.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from detector.data.images import open_image
from detector.data.manifest import Item, Manifest
from detector.data.parallel import in_order
from detector.data.preprocess import Preprocess
from detector.evaluation.perturbations import KINDS, UNTOUCHED, key_of
from detector.home import cache_folder
from detector.models.weights import weights_hash
from detector.models.weights_config import read_weights_config
from detector.predict import Predictor

Change = tuple[str, float]
"""A perturbation's short name and its strength; `AS_IS` changes nothing."""
Scores = dict[str, dict[str, float]]
"""Of pictures by their sha256: the probability of AI by `key_of` each change."""

AS_IS: Change = (UNTOUCHED, 0.0)
BATCH = 4  # pictures; each may be seen some fifty times over


def changes_of(kinds: Iterable[str]) -> tuple[Change, ...]:
    """The untouched picture, then every strength of these kinds."""
    return (AS_IS, *((kind, strength) for kind in kinds for strength in KINDS[kind].strengths))


def name_of(change: Change) -> str:
    """The change's key in `Scores`."""
    return UNTOUCHED if change == AS_IS else key_of(*change)


def changed(image: Image.Image, change: Change) -> Image.Image:
    """The RGB picture under a change."""
    return image if change == AS_IS else KINDS[change[0]].change(image, change[1])


def known_scores(folder: Path) -> Scores:
    """What is on disk for the weights in a folder; lines that are damaged or half written are as good as none."""
    found: Scores = {}
    try:
        text = _file(folder).read_text(encoding="utf-8", errors="replace")
    except FileNotFoundError:
        return found
    for line in text.split("\n")[:-1]:
        try:
            sha256, scores = json.loads(line)
            found.setdefault(str(sha256), {}).update({str(name): float(score) for name, score in scores.items()})
        except (ValueError, TypeError, AttributeError):
            continue
    return found


def score_pictures(
    folder: Path,
    predictor: Predictor,
    manifest: Manifest,
    items: Sequence[Item],
    changes: Sequence[Change],
    progress: Callable[[int, int], None] | None = None,
) -> Scores:
    """The scores of pictures under every change: those on disk, and the missing ones from `predictor`, loaded from `folder`.

    Each picture is decoded once. They are written down batch by batch, so that whoever breaks off loses seconds. Raises
    ImageError for a file that has changed or gone since its data set was read.
    """
    scores, wanted = known_scores(folder), {name_of(change): change for change in changes}
    missing = [item for item in items if wanted.keys() - scores.get(item.sha256, {}).keys()]
    for batch in _batches(missing):
        lacking = [[change for name, change in wanted.items() if name not in scores.get(item.sha256, {})] for item in batch]
        work = [(manifest.path(item), item.sha256, some) for item, some in zip(batch, lacking, strict=True)]
        views = list(in_order(partial(_views, predictor.config.preprocess), work))
        verdicts = iter(predictor.verdicts([view for own in views for view in own]))
        new = {
            item.sha256: {name_of(change): round(next(verdicts).probability, 7) for change in some}
            for item, some in zip(batch, lacking, strict=True)
        }
        _append(folder, new)
        for sha256, found in new.items():
            scores.setdefault(sha256, {}).update(found)
        if progress:
            progress(sum(wanted.keys() <= scores.get(item.sha256, {}).keys() for item in items), len(items))
    return {item.sha256: scores[item.sha256] for item in items}


def _batches(items: Sequence[Item]) -> Iterator[list[Item]]:
    """Different pictures, some at a time."""
    once = list({item.sha256: item for item in items}.values())
    for start in range(0, len(once), BATCH):
        yield once[start : start + BATCH]


def _views(preprocess: Preprocess, work: tuple[Path, str, Sequence[Change]]) -> list[NDArray[np.uint8]]:
    """What the network sees of a file under each change; only that is held, as the picture may be huge."""
    path, sha256, changes = work
    image = open_image(path, sha256)
    return [preprocess.arrays(changed(image, change)) for change in changes]


def _append(folder: Path, scores: Scores) -> None:
    file = _file(folder)
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("a", encoding="utf-8") as lines:
        lines.write("\n")  # the last line may be torn, and must not tear this one
        lines.writelines(json.dumps([sha256, found]) + "\n" for sha256, found in scores.items())


def _file(folder: Path) -> Path:
    look = json.dumps(read_weights_config(folder).preprocess.to_dict(), sort_keys=True)
    return cache_folder() / "scores" / f"{weights_hash(folder)}-{hashlib.sha256(look.encode()).hexdigest()[:8]}.jsonl"
