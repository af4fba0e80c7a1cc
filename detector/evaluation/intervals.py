"""Intervals: how far each number would move if other groups of images had been drawn, by resampling whole groups."""

from functools import lru_cache

import numpy as np

from detector.evaluation.rates import Interval, student
from detector.evaluation.sample import Floats, Ints, Sample
from detector.evaluation.scores import BINS, losses, score_bins
from detector.labels import AI

DRAWS = 1000
FINE = 400  # score bins, and as many again among the highest scores of real images, in place of more distinct scores


@lru_cache(maxsize=4)
def weights(units: int, draws: int = DRAWS) -> Floats:
    """How often each unit occurs in each draw with replacement: (draws, units), always the same for the same sizes."""
    picked = np.random.default_rng(units).integers(0, units, (draws, units)) + units * np.arange(draws)[:, None]
    counts = np.bincount(picked.ravel(), minlength=draws * units).reshape(draws, units).astype(np.float64)
    counts.flags.writeable = False
    return counts


def unit_sums(sample: Sample, values: Floats) -> Floats:
    """The sum of values (N,) in each unit, (U,)."""
    return np.bincount(sample.units, weights=values, minlength=sample.n_units).astype(np.float64)


def ranking_draws(sample: Sample) -> dict[str, Floats]:
    """Values of AUC, average precision and the two rates found at few false alarms, in each draw, nan where a class is missing.

    The first value of each array is that of the sample itself.
    """
    bin_of, bins = _rank_bins(sample)
    if sample.n == sample.n_units:  # each image a unit: the draws in order of score, with no product of matrices
        starts = np.flatnonzero(np.diff(bin_of, prepend=-1))
        times = np.vstack([np.ones(sample.n), weights(sample.n_units)])[:, sample.units[sample.order]]
        is_ai = sample.labels[sample.order] == AI
        real, ai = (np.add.reduceat(times * of_class, starts, axis=1) for of_class in (~is_ai, is_ai))
    else:
        place = (sample.units * 2 + sample.labels)[sample.order] * bins + bin_of
        counts = np.bincount(place, minlength=sample.n_units * 2 * bins).reshape(sample.n_units, 2 * bins).astype(np.float64)
        drawn = np.vstack([counts.sum(axis=0), weights(sample.n_units) @ counts])
        real, ai = drawn[:, :bins], drawn[:, bins:]
    alarms, hits = np.cumsum(real, axis=1), np.cumsum(ai, axis=1)  # from the highest scores down
    n_real, n_ai = alarms[:, -1:], hits[:, -1:]
    with np.errstate(divide="ignore", invalid="ignore"):
        found: dict[str, Floats] = {
            "auc": (real * (hits - ai / 2)).sum(axis=1) / (n_real * n_ai)[:, 0],
            "average_precision": (ai * hits / np.maximum(hits + alarms, 1)).sum(axis=1) / n_ai[:, 0],
        }
        for name, most in (("tpr_at_1_fpr", 0.01), ("tpr_at_5_fpr", 0.05)):
            found[name] = (hits * (alarms <= most * n_real * (1 + 1e-12))).max(axis=1) / n_ai[:, 0]
    missing = (n_real[:, 0] == 0) | (n_ai[:, 0] == 0)
    return {name: np.where(missing, np.nan, values) for name, values in found.items()}


def score_draws(sample: Sample) -> tuple[Floats, Floats, Floats]:
    """Loss and Brier score (1 + draws,) and the gaps of the ECE's bins (1 + draws, BINS): of the sample, then of each draw."""
    is_ai = (sample.labels == AI).astype(np.float64)
    gap = is_ai - sample.scores
    gaps = np.bincount(sample.units * BINS + score_bins(sample.scores), weights=gap, minlength=sample.n_units * BINS)
    sums = np.column_stack(
        [
            np.bincount(sample.units, minlength=sample.n_units),
            unit_sums(sample, losses(sample.labels, sample.scores)),
            unit_sums(sample, gap**2),
            gaps.reshape(sample.n_units, BINS),
        ]
    )
    drawn = np.vstack([sums.sum(axis=0), weights(sample.n_units) @ sums])
    n = drawn[:, :1]
    return drawn[:, 1] / n[:, 0], drawn[:, 2] / n[:, 0], drawn[:, 3:] / n


def cell_draws(sample: Sample, predicted: Ints) -> Floats:
    """The confusion matrix's four counts (real–real, real–AI, AI–real, AI–AI) of the sample itself and of each draw."""
    place = sample.units * 4 + sample.labels * 2 + predicted
    counts = np.bincount(place, minlength=sample.n_units * 4).reshape(sample.n_units, 4).astype(np.float64)
    return np.vstack([counts.sum(axis=0), weights(sample.n_units) @ counts])


def _rank_bins(sample: Sample) -> tuple[Ints, int]:
    """A bin for each image in falling order of score, and how many: one each distinct score, or quantiles of too many."""
    _, alarms, scores = sample.steps
    of_image = np.cumsum(np.append(0, np.diff(sample.scores[sample.order]) != 0))
    if scores.size <= 2 * FINE:
        return of_image, scores.size
    # where few false alarms are allowed the rates found there need fine steps
    most = min(int(np.searchsorted(alarms, alarms[-1] / 8)), scores.size - 1)
    first = np.unique(np.linspace([0, 0], [scores.size, most], FINE, endpoint=False).astype(np.int64))
    bin_of_score = np.searchsorted(first, np.arange(scores.size), side="right") - 1
    return bin_of_score[of_image], first.size


def around(values: Floats, units: int, alone: Interval, scale: str = "logit") -> Interval:
    """The 95 % interval of a number from `values`, itself and its draws: its standard error over them, times Student's t.

    It is laid out on the logit scale for a number in 0 … 1, on the log scale for one without a top. `alone` is the interval where
    draws tell nothing: the number stands at an end of its range, or hardly a draw could be made.
    """
    number, draws = float(values[0]), values[1:][np.isfinite(values[1:])]
    if draws.size < DRAWS // 4 or units < 2 or number <= 0 or (scale == "logit" and number >= 1) or not draws.std():
        return alone
    half = student(units - 1) * (units / (units - 1)) ** 0.5 * float(draws.std())
    if scale == "log":
        return number * float(np.exp(-half / number)), number * float(np.exp(half / number))
    low, high = np.log(number / (1 - number)) + np.array([-half, half]) / (number * (1 - number))
    return float(1 / (1 + np.exp(-low))), float(1 / (1 + np.exp(-high)))


def calibration_interval(gaps: Floats, units: int) -> Interval:
    """The 95 % interval of the ECE from the gap of each bin (1 + draws, BINS): itself and its draws.

    Distances add up noise, so the middle is what resampling adds below the number; the lower end is 0 where that noise alone
    could show as much.
    """
    number, sums = float(np.abs(gaps[0]).sum()), np.abs(gaps[1:]).sum(axis=1)
    if units < 2:
        return 0.0, 1.0
    noise = gaps[1:].std(axis=0)
    spread = max(float(sums.std()), float(np.sqrt((noise**2).sum())))
    half = student(units - 1) * (units / (units - 1)) ** 0.5 * spread
    middle = max(0.0, 2 * number - float(sums.mean()))
    by_chance = float(np.quantile(np.abs(gaps[1:] - gaps[0]).sum(axis=1), 0.975))
    return (0.0 if number <= by_chance else max(0.0, middle - half)), min(1.0, max(number, middle + half))
