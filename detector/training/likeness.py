"""What a run learnt from, kept with its weights: the ranges of its files and the features of its pictures, without pixels."""

import logging
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from torch import nn

from detector.data.images import open_image
from detector.data.input_ranges import InputRanges, measure_ranges
from detector.data.manifest import Item, Manifest
from detector.data.preprocess import Preprocess
from detector.errors import UserError
from detector.evaluation.novelty import MOST, NoveltyBank, fit_bank
from detector.models.pooled import logits_and_features

Features = Mapping[str, NDArray[np.float32]]
"""Pooled features (N, F) of "train" and "valid", in the order of their items, where a run has them already."""
Tell = Callable[[str, int, int], None]

MOST_COMPUTED, MOST_VALID = 1000, 500
"""Pictures whose features are computed where the run has none: some minutes of a slow network, not hours."""
BATCH = 16

log = logging.getLogger(__name__)


def file_ranges(manifest: Manifest, items: Sequence[Item]) -> InputRanges | None:
    """The ranges of the training files; None, with a line in the log, where a file has gone since."""
    try:
        return measure_ranges(manifest, items)
    except (UserError, OSError) as error:
        log.warning("the ranges of the training files could not be measured: %s", error)
        return None


def keep_likeness(
    folder: Path,
    model: nn.Module,
    preprocess: Preprocess,
    manifest: Manifest,
    train: Sequence[Item],
    valid: Sequence[Item],
    features: Features | None = None,
    tell: Tell | None = None,
) -> NoveltyBank | None:
    """Write the novelty bank of these pictures into a weights folder; None where they are too few or a file has gone."""
    try:
        if features:
            rows, names = _thinned(features["train"], train)
            of_valid = features["valid"]
        else:
            chosen, held_out = _some(train, MOST_COMPUTED), _some(valid, MOST_VALID)
            found = _computed(model, preprocess, manifest, [*chosen, *held_out], tell)
            rows, names, of_valid = found[: len(chosen)], chosen, found[len(chosen) :]
        bank = fit_bank(rows, [(item.label, item.generator, item.path) for item in names], of_valid)
    except (UserError, OSError) as error:
        log.warning("what is unlike the training pictures will not be told: %s", error)
        return None
    if bank:
        bank.save(folder)
    return bank


def _thinned(rows: NDArray[np.float32], items: Sequence[Item]) -> tuple[NDArray[np.float32], Sequence[Item]]:
    """As many as a bank holds, chosen by the pictures' hashes."""
    if len(items) <= MOST:
        return rows, items
    places = sorted(sorted(range(len(items)), key=lambda place: items[place].sha256)[:MOST])
    return rows[places], [items[place] for place in places]


def _some(items: Sequence[Item], most: int) -> list[Item]:
    return sorted(items, key=lambda item: item.sha256)[:most]


def _computed(
    model: nn.Module, preprocess: Preprocess, manifest: Manifest, items: Sequence[Item], tell: Tell | None
) -> NDArray[np.float32]:
    """Features (N, F) of pictures on disk, by the way on which they are later classified."""
    device = next(model.parameters()).device
    found: list[NDArray[np.float32]] = []
    for start in range(0, len(items), BATCH):
        if tell:
            tell("Keeping what it learnt from", start, len(items))
        some = items[start : start + BATCH]
        views = [preprocess.arrays(open_image(manifest.path(item), item.sha256)) for item in some]
        found.append(logits_and_features(model, views, preprocess, device)[1].numpy())
    return np.concatenate(found) if found else np.zeros((0, 1), np.float32)
