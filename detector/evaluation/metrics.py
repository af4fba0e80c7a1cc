"""Metrics: how well probabilities of "AI-generated" fit the labels, with 95 % intervals. Knows no model and no file."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from detector.errors import UserError
from detector.labels import AI, REAL

Z = 1.959964  # standard normal quantile of a two-sided 95 % interval

Values = Sequence[float] | npt.NDArray[Any]
Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Metrics:
    """The numbers of one test; rates lie in 0 … 1, precision and F1 are those of the AI class, loss is in nats.

    A rate over no images is 0.0 and its interval is 0 … 1. `auc` is None where only one class is present.
    """

    n: int
    accuracy: float
    balanced_accuracy: float
    precision: float
    recall: float
    f1: float
    recall_real: float
    recall_ai: float
    auc: float | None
    loss: float
    confusion_matrix: tuple[tuple[int, int], tuple[int, int]]  # rows true, columns predicted; real first
    intervals: dict[str, tuple[float, float]]  # of accuracy, precision, recall, recall_real, recall_ai and auc

    def to_dict(self) -> dict[str, Any]:
        """Plain values for a JSON file."""
        return asdict(self) | {
            "confusion_matrix": [list(row) for row in self.confusion_matrix],
            "intervals": {name: list(bounds) for name, bounds in self.intervals.items()},
        }


def evaluate(labels: Values, probabilities: Values, threshold: float = 0.5) -> Metrics:
    """Every metric of these images; raises UserError for no images, foreign labels or impossible probabilities."""
    truth, scores = checked(labels, probabilities)
    predicted = predicted_labels(scores, threshold)
    (rr, ra), (ar, aa) = matrix = confusion_matrix(truth, predicted)
    precision, recall_real, recall_ai = _rate(aa, ra + aa), _rate(rr, rr + ra), _rate(aa, ar + aa)
    area, area_interval = auc(truth, scores)
    intervals = {
        "accuracy": wilson(rr + aa, truth.size),
        "precision": wilson(aa, ra + aa),
        "recall": wilson(aa, ar + aa),
        "recall_real": wilson(rr, rr + ra),
        "recall_ai": wilson(aa, ar + aa),
    }
    if area_interval is not None:
        intervals["auc"] = area_interval
    return Metrics(
        n=truth.size,
        accuracy=_rate(rr + aa, truth.size),
        balanced_accuracy=float(np.mean([recall for recall, n in ((recall_real, rr + ra), (recall_ai, ar + aa)) if n])),
        precision=precision,
        recall=recall_ai,
        f1=_rate(2 * aa, 2 * aa + ra + ar),
        recall_real=recall_real,
        recall_ai=recall_ai,
        auc=area,
        loss=log_loss(truth, scores),
        confusion_matrix=matrix,
        intervals=intervals,
    )


def predicted_labels(probabilities: Values, threshold: float) -> Ints:
    """AI where the probability reaches the threshold, otherwise real: (N,) of labels."""
    return np.where(np.asarray(probabilities, float) >= threshold, AI, REAL)


def confusion_matrix(labels: Ints, predicted: Ints) -> tuple[tuple[int, int], tuple[int, int]]:
    """Counts with rows true and columns predicted, real before AI."""
    (rr, ra), (ar, aa) = np.bincount(2 * labels + predicted, minlength=4).reshape(2, 2).tolist()
    return (rr, ra), (ar, aa)


def wilson(successes: float, n: float) -> tuple[float, float]:
    """The 95 % interval of a rate (Wilson, JASA 1927); 0 … 1 when n is 0."""
    if n <= 0:
        return 0.0, 1.0
    rate = successes / n
    middle = (rate + Z * Z / (2 * n)) / (1 + Z * Z / n)
    half = Z / (1 + Z * Z / n) * (rate * (1 - rate) / n + Z * Z / (4 * n * n)) ** 0.5
    low, high = max(0.0, middle - half), min(1.0, middle + half)
    return float(low) if successes else 0.0, float(high) if successes < n else 1.0  # where rounding would leave 1e-17


def log_loss(labels: Ints, probabilities: Floats) -> float:
    """Mean cross-entropy in nats; a certain mistake costs 36, not infinity."""
    epsilon = np.finfo(np.float64).eps
    of_truth = np.where(labels == AI, probabilities, 1 - probabilities)
    return float(-np.log(np.clip(of_truth, epsilon, 1 - epsilon)).mean())


def auc(labels: Ints, probabilities: Floats) -> tuple[float | None, tuple[float, float] | None]:
    """Area under the ROC curve and its 95 % interval, both None unless both classes are present.

    DeLong et al., Biometrics 1988, by the mid-ranks of Sun and Xu, IEEE SPL 2014; the interval is taken on the logit scale.
    """
    ai, real = np.sort(probabilities[labels == AI]), np.sort(probabilities[labels == REAL])
    if not ai.size or not real.size:
        return None, None
    ai_placements, real_placements = _share_below(real, ai), 1 - _share_below(ai, real)
    area, smaller = float(ai_placements.mean()), min(ai.size, real.size)
    variance = 0.0
    if smaller > 1:
        variance = float(ai_placements.var(ddof=1) / ai.size + real_placements.var(ddof=1) / real.size)
    if variance == 0.0:  # classes in perfect order, or one image of a class: DeLong would claim certainty
        return area, wilson(area * smaller, smaller)
    half = Z * variance**0.5 / (area * (1 - area))
    low, high = 1 / (1 + np.exp(-(np.log(area / (1 - area)) + np.array([-half, half]))))
    return area, (float(low), float(high))


def roc(labels: Values, probabilities: Values) -> tuple[Floats, Floats, Floats]:
    """False-positive rate, true-positive rate and threshold at each corner of the ROC curve, from threshold infinity down.

    Raises UserError unless both classes are present.
    """
    truth, scores = checked(labels, probabilities)
    if truth.min() == truth.max():
        raise UserError("A ROC curve needs both real and AI-generated images.")
    order = np.argsort(-scores, kind="stable")
    truth, scores = truth[order], scores[order]
    last_of_score = np.append(np.flatnonzero(np.diff(scores)), truth.size - 1)
    hits = np.cumsum(truth == AI)[last_of_score]
    alarms = 1 + last_of_score - hits
    corner = np.ones(hits.size, bool)  # drops the points inside straight runs
    corner[1:-1] = (np.diff(hits, 2) != 0) | (np.diff(alarms, 2) != 0)
    fpr, tpr = alarms[corner] / alarms[-1], hits[corner] / hits[-1]
    return np.insert(fpr, 0, 0.0), np.insert(tpr, 0, 0.0), np.insert(scores[last_of_score][corner], 0, np.inf)


def best_threshold(labels: Values, probabilities: Values) -> float:
    """The threshold with the highest balanced accuracy, halfway between two scores; of equally good ones that nearest to 0.5.

    Choose it on validation images, never on those it is then tested on. It is 0.5 where only one class is present.
    """
    truth, scores = checked(labels, probabilities)
    distinct = np.unique(scores)
    candidates = np.append((distinct[:-1] + distinct[1:]) / 2, 0.5)
    ai, real = np.sort(scores[truth == AI]), np.sort(scores[truth == REAL])
    hits_ai = ai.size - np.searchsorted(ai, candidates, side="left")
    hits_real = np.searchsorted(real, candidates, side="left")
    balanced = hits_ai * real.size + hits_real * ai.size  # in whole numbers, so that ties are exact
    best = candidates[balanced == balanced.max()]
    return float(best[np.abs(best - 0.5).argmin()])


def checked(labels: Values, probabilities: Values) -> tuple[Ints, Floats]:
    """Labels and probabilities as arrays (N,); raises UserError unless they fit each other and can be evaluated."""
    truth, scores = np.asarray(labels), np.asarray(probabilities, dtype=np.float64)
    if truth.ndim != 1 or truth.shape != scores.shape:
        raise UserError(f"There should be one probability a label: got {truth.size} labels and {scores.size} probabilities.")
    if not truth.size:
        raise UserError("There are no images to evaluate.")
    if not np.isin(truth, (REAL, AI)).all():
        raise UserError(f"Labels should be {REAL} (real) or {AI} (AI-generated).")
    if not ((scores >= 0) & (scores <= 1)).all():  # also refuses nan, which compares false
        raise UserError("Probabilities should be numbers from 0 to 1.")
    return truth.astype(np.int64), scores


def _rate(successes: int, n: int) -> float:
    return successes / n if n else 0.0


def _share_below(reference: Floats, scores: Floats) -> Floats:
    """For each score the share of the sorted reference below it, ties counting half."""
    below, up_to = np.searchsorted(reference, scores, side="left"), np.searchsorted(reference, scores, side="right")
    return (below + up_to) / (2 * reference.size)
