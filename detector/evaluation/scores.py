"""Scores as probabilities: how sure the detector is against how often it is right. Loss, Brier score, calibration error."""

from dataclasses import dataclass

import numpy as np

from detector.evaluation.rates import Interval, rate
from detector.evaluation.sample import Floats, Ints, Sample
from detector.labels import AI

BINS = 10  # of equal width, for the calibration error and the reliability diagram


@dataclass(frozen=True)
class ReliabilityBin:
    """The images with low <= score < high (the last bin includes 1): their mean score and the share that is AI-generated."""

    low: float
    high: float
    n: int
    mean_score: float
    share_ai: float
    interval: Interval


def losses(labels: Ints, probabilities: Floats) -> Floats:
    """Cross-entropy of each image in nats, (N,); a certain mistake costs 36, not infinity."""
    epsilon = np.finfo(np.float64).eps
    of_truth = np.where(labels == AI, probabilities, 1 - probabilities)
    return -np.log(np.clip(of_truth, epsilon, 1 - epsilon))


def log_loss(labels: Ints, probabilities: Floats) -> float:
    """Mean cross-entropy in nats."""
    return float(losses(labels, probabilities).mean())


def brier(labels: Ints, probabilities: Floats) -> float:
    """Mean squared distance of the probability of AI from the truth, 0 or 1 (Brier 1950)."""
    return float(np.square(probabilities - (labels == AI)).mean())


def score_bins(probabilities: Floats) -> Ints:
    """The bin of each score, (N,), 0 … BINS - 1."""
    return np.searchsorted(np.arange(1, BINS) / BINS, probabilities, side="right")


def ece(labels: Ints, probabilities: Floats) -> float:
    """Expected calibration error: mean distance of score from share of AI images over the bins, weighted by images.

    Guo et al., ICML 2017, for the probability of AI. On few images it is too high even for a perfectly calibrated detector.
    """
    gaps = np.bincount(score_bins(probabilities), weights=(labels == AI) - probabilities, minlength=BINS)
    return float(np.abs(gaps).sum() / labels.size)


def reliability(sample: Sample) -> list[ReliabilityBin]:
    """The bins that hold images, from low scores to high ones."""
    index, is_ai = score_bins(sample.scores), sample.labels == AI
    found = []
    for number in range(BINS):
        here = index == number
        share = rate(sample, is_ai, here)
        if share.n:
            mean = float(sample.scores[here].mean())
            found.append(ReliabilityBin(number / BINS, (number + 1) / BINS, share.n, mean, share.value, share.interval))
    return found
