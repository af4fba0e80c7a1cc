"""ProbeScore: how far a small model tells the classes apart by a table of features, cross-validated, with an interval."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from detector.labels import AI

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Folds = list[tuple[Ints, Ints]]

FOLDS = 5
RESAMPLES = 1000


@dataclass(frozen=True)
class ProbeScore:
    """Out-of-fold scores (N,), higher for AI-generated, their AUC and its 95 % interval."""

    scores: Floats
    auc: float
    low: float
    high: float


def group_folds(labels: Ints, groups: Ints, seed: int = 0) -> Folds:
    """Training and held-out rows of each fold: both classes in each, and no group on both sides."""
    from sklearn.model_selection import StratifiedGroupKFold

    folds = StratifiedGroupKFold(FOLDS, shuffle=True, random_state=seed)
    return [(train, held_out) for train, held_out in folds.split(labels, labels, groups)]


def score_probe(rows: NDArray[np.float32], labels: Ints, groups: Ints, folds: Folds, seed: int = 0) -> ProbeScore:
    """Fit and score; rows (N, features) may hold NaN where a feature does not apply."""
    scores = out_of_fold(np.nan_to_num(rows), labels, folds)
    draws = group_draws(groups, seed)
    resampled = np.sort([weighted_auc(scores, labels, weights) for weights in draws])
    low, high = np.nanpercentile(resampled, (2.5, 97.5))
    return ProbeScore(scores, weighted_auc(scores, labels, np.ones(len(labels))), float(low), float(high))


def out_of_fold(rows: NDArray[np.float32], labels: Ints, folds: Folds) -> Floats:
    """The score of each row by a model that saw neither it nor its group: an RBF SVM on standardised features."""
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler
    from sklearn.svm import SVC

    scores = np.zeros(len(labels))
    for train, held_out in folds:
        model = make_pipeline(StandardScaler(), SVC(C=1.0, gamma="scale", class_weight="balanced"))
        scores[held_out] = model.fit(rows[train], labels[train]).decision_function(rows[held_out])
    return scores


def weighted_auc(scores: Floats, labels: Ints, weights: Floats) -> float:
    """The share of (AI-generated, real) pairs in the right order, ties counting half; NaN when a class has no weight."""
    _, place = np.unique(scores, return_inverse=True)
    real = np.bincount(place, weights * (labels != AI))
    ai = np.bincount(place, weights * (labels == AI))
    if not real.sum() or not ai.sum():
        return float("nan")
    below = np.cumsum(real) - real / 2
    return float((ai * below).sum() / (ai.sum() * real.sum()))


def group_draws(groups: Ints, seed: int) -> Sequence[Floats]:
    """Weights (N,) of the rows in each bootstrap sample: whole groups are drawn, since their pictures are alike."""
    random = np.random.default_rng(seed)
    count = int(groups.max()) + 1
    return [np.bincount(random.integers(count, size=count), minlength=count)[groups].astype(float) for _ in range(RESAMPLES)]
