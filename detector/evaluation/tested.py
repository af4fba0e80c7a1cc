"""Tested: the images of one split of a table of predictions with what no threshold moves, computed once for all plots."""

from dataclasses import dataclass

import pandas as pd

from detector.errors import UserError
from detector.evaluation.curves import best_threshold, threshold_for_fpr
from detector.evaluation.ranking import ScoreNumbers, score_numbers
from detector.evaluation.sample import Sample, sample_of
from detector.evaluation.slices import NO_NAME, Parts, folder_names
from detector.labels import AI

ALLOWED = 0.05
"""False alarms that the strict threshold allows on validation images."""


@dataclass(frozen=True, eq=False)
class Tested:
    """Rows as `read_predictions` gives them, in the same order as the sample's images."""

    frame: pd.DataFrame
    sample: Sample
    numbers: ScoreNumbers


@dataclass(frozen=True)
class Presets:
    """Thresholds chosen on validation images: best balanced accuracy, and few false alarms (None where no real images are)."""

    n: int
    best: float
    strict: float | None


def tested(frame: pd.DataFrame, split: str) -> Tested:
    """The images of a split; raises UserError when there are none."""
    chosen = frame if (frame["split"] == split).all() else frame[frame["split"] == split].reset_index(drop=True)
    if chosen.empty:
        raise UserError(f"There are no {split} images in this table.")
    sample = sample_of(chosen["label"].to_numpy(), chosen["probability"].to_numpy(), chosen["group"])
    return Tested(chosen, sample, score_numbers(sample))


def presets(frame: pd.DataFrame) -> Presets | None:
    """Thresholds from the validation images of both classes; None where there are none."""
    valid = frame[frame["split"] == "valid"]
    labels, scores = valid["label"].to_numpy(), valid["probability"].to_numpy()
    if valid.empty or labels.min() == labels.max():
        return None
    return Presets(len(valid), best_threshold(labels, scores), threshold_for_fpr(labels, scores, ALLOWED))


def generators(frame: pd.DataFrame) -> Parts | None:
    """The AI images by generator; None where no generator is named."""
    return _parts(frame["generator"].where(frame["label"] == AI, None))


def folders(frame: pd.DataFrame) -> Parts | None:
    """All images by what their folder is besides class and split, such as a genre; None where that is the same for all."""
    codes, paths = pd.factorize(("/" + frame["path"]).str.replace("/[^/]*$", "", regex=True))  # a loop takes three times as long
    found = _parts(pd.Series(folder_names([str(path) for path in paths])).take(codes))
    return found if found and len(found.names) > 1 else None


def _parts(values: "pd.Series[str]") -> Parts | None:
    codes, names = pd.factorize(values, sort=True)
    if not any(names):
        return None
    return Parts(codes.astype("int64"), tuple(str(name) or NO_NAME for name in names))
