"""Curves over all thresholds: ROC and precision–recall, their areas, and points on them."""

import numpy as np

from detector.evaluation.rates import Interval, Z, wilson
from detector.evaluation.sample import Floats, Ints, Sample, Values, sample_of
from detector.labels import REAL


def roc(labels: Values, probabilities: Values) -> tuple[Floats, Floats, Floats]:
    """False-positive rate, true-positive rate and threshold at each corner of the ROC curve, from threshold infinity down.

    Raises UserError unless both classes are present.
    """
    return roc_of(sample_of(labels, probabilities))


def roc_of(sample: Sample) -> tuple[Floats, Floats, Floats]:
    """`roc` of a sample."""
    hits, alarms, thresholds = sample.steps
    corner = np.ones(hits.size, bool)  # drops the points inside straight runs
    corner[1:-1] = (np.diff(hits, 2) != 0) | (np.diff(alarms, 2) != 0)
    fpr, tpr = alarms[corner] / alarms[-1], hits[corner] / hits[-1]
    return np.insert(fpr, 0, 0.0), np.insert(tpr, 0, 0.0), np.insert(thresholds[corner], 0, np.inf)


def precision_recall(sample: Sample) -> tuple[Floats, Floats, Floats]:
    """Recall, precision and threshold from the highest score down, one point a distinct score, until every AI image is found."""
    hits, alarms, thresholds = sample.steps
    last = int(np.searchsorted(hits, hits[-1])) + 1  # below it recall is 1 and only precision falls
    return hits[:last] / hits[-1], hits[:last] / (hits[:last] + alarms[:last]), thresholds[:last]


def auc(labels: Values, probabilities: Values) -> tuple[float | None, Interval | None]:
    """Area under the ROC curve and its 95 % interval for images without groups, both None unless both classes are present."""
    sample = sample_of(labels, probabilities)
    return auc_of(sample) if sample.both else (None, None)


def auc_of(sample: Sample) -> tuple[float, Interval]:
    """`auc` of a sample with both classes; the interval takes each image as a draw of its own.

    DeLong et al., Biometrics 1988, by the mid-ranks of Sun and Xu, IEEE SPL 2014; the interval is taken on the logit scale.
    """
    hits, alarms, _ = sample.steps
    n_ai, n_real = int(hits[-1]), int(alarms[-1])
    ai, real = np.diff(hits, prepend=0), np.diff(alarms, prepend=0)  # images at each distinct score, from the highest down
    real_below = (n_real - alarms + real / 2) / n_real  # for an AI image of this score, ties counting half
    ai_above = (hits - ai / 2) / n_ai  # for a real one
    area, smaller = float(ai @ real_below / n_ai), min(n_ai, n_real)
    variance = 0.0
    if smaller > 1:
        of_ai, of_real = ai @ (real_below - area) ** 2, real @ (ai_above - area) ** 2
        variance = float(of_ai / (n_ai - 1) / n_ai + of_real / (n_real - 1) / n_real)
    if variance == 0.0:  # classes in perfect order, or one image of a class: DeLong would claim certainty
        return area, wilson(area * smaller, smaller)
    half = Z * variance**0.5 / (area * (1 - area))
    low, high = 1 / (1 + np.exp(-(np.log(area / (1 - area)) + np.array([-half, half]))))
    return area, (float(low), float(high))


def average_precision(sample: Sample) -> float:
    """Mean of precision over the AI images, from the highest score down (scikit-learn's sum over steps)."""
    hits, alarms, _ = sample.steps
    return float((np.diff(hits, prepend=0) * hits / (hits + alarms)).sum() / hits[-1])


def tpr_at_fpr(sample: Sample, most: float) -> float:
    """Share of AI images found where at most this share of real ones is called AI; 0.0 when no threshold allows it."""
    hits, alarms, _ = sample.steps
    allowed = int(np.searchsorted(alarms, most * alarms[-1] * (1 + 1e-12), side="right"))
    return float(hits[allowed - 1] / hits[-1]) if allowed else 0.0


def best_threshold(labels: Values, probabilities: Values) -> float:
    """The threshold with the highest balanced accuracy, halfway between two scores; of equally good ones that nearest to 0.5.

    Choose it on validation images, never on those it is then tested on. It is 0.5 where only one class is present.
    """
    sample = sample_of(labels, probabilities)
    if not sample.both:
        return 0.5
    hits, alarms, scores = sample.steps
    n_ai = int(hits[-1])
    candidates = np.append((scores[:-1] + scores[1:]) / 2, 0.5)
    at_half = int(np.searchsorted(-scores, -0.5, side="right"))  # how many distinct scores reach 0.5
    hits = np.append(hits[:-1], hits[at_half - 1] if at_half else 0)
    alarms = np.append(alarms[:-1], alarms[at_half - 1] if at_half else 0)
    balanced = hits * (sample.n - n_ai) - alarms * n_ai  # in whole numbers, so that ties are exact
    best = candidates[balanced == balanced.max()]
    return float(best[np.abs(best - 0.5).argmin()])


def threshold_for_fpr(labels: Values, probabilities: Values, most: float) -> float | None:
    """The lowest threshold at which at most this share of real images is called AI, halfway to the next score below.

    Choose it on validation images. None where there are no real ones.
    """
    sample = sample_of(labels, probabilities)
    real = np.sort(sample.scores[sample.labels == REAL])[::-1]
    if not real.size:
        return None
    allowed = int(most * real.size * (1 + 1e-12))
    if allowed >= real.size:
        return 0.0
    stop = float(real[allowed])  # the highest real score that must stay below
    above = sample.scores[sample.scores > stop]
    return (stop + float(above.min())) / 2 if above.size else min(1.0, float(np.nextafter(stop, 2.0)))


def thinned(x: Floats, y: Floats, most: int = 1000) -> Ints:
    """Places of at most about `most` points of a falling or rising staircase that look the same when drawn: see decision 11."""
    if x.size <= most:
        return np.arange(x.size)
    cells = most // 2  # a point is kept where the curve enters another of so many columns or rows
    fine = np.floor(x * cells).astype(np.int64) * (cells + 1) + np.floor(y * cells).astype(np.int64)
    keep = np.append(True, np.diff(fine) != 0)
    keep[-1] = True
    return np.flatnonzero(keep)
