"""ScoreNumbers: what no threshold moves, namely how well scores rank the classes and how well they are meant, with intervals."""

from dataclasses import dataclass

from detector.evaluation.curves import auc_of, average_precision, tpr_at_fpr
from detector.evaluation.intervals import around, calibration_interval, ranking_draws, score_draws
from detector.evaluation.rates import Interval, wilson
from detector.evaluation.sample import Sample
from detector.evaluation.scores import brier, ece, log_loss
from detector.labels import AI, REAL

FALSE_ALARMS = {"tpr_at_1_fpr": 0.01, "tpr_at_5_fpr": 0.05}
MOST_LOSS = 36.04  # nats, of a certain mistake
NEVER_SEEN = 3.7  # expected images; with fewer, none at all is seen more often than 2.5 times in 100


@dataclass(frozen=True)
class ScoreNumbers:
    """Values and intervals by name; those of a ranking are None, and have no interval, where one class is missing."""

    values: dict[str, float | None]
    intervals: dict[str, Interval]


def score_numbers(sample: Sample) -> ScoreNumbers:
    """AUC, average precision, the share found at 1 % and 5 % false alarms, loss, Brier score and ECE of a sample."""
    loss, squares, gaps = score_draws(sample)
    units = sample.n_units
    values: dict[str, float | None] = {
        "loss": log_loss(sample.labels, sample.scores),
        "brier": brier(sample.labels, sample.scores),
        "ece": ece(sample.labels, sample.scores),
        **dict.fromkeys(("auc", "average_precision", *FALSE_ALARMS)),
    }
    intervals = {
        "loss": around(loss, units, (0.0, MOST_LOSS) if units < 2 else (float(loss[0]), float(loss[0])), "log"),
        "brier": around(squares, units, wilson(float(squares[0]) * units, units)),
        "ece": calibration_interval(gaps, units),
    }
    if sample.both:
        exact, ranges = _ranking(sample)
        values |= exact
        intervals |= ranges
    return ScoreNumbers(values, intervals)


def _ranking(sample: Sample) -> tuple[dict[str, float], dict[str, Interval]]:
    """What needs both classes."""
    draws = ranking_draws(sample)
    real, ai = (sample.draws_of(label) for label in (REAL, AI))
    area, area_interval = auc_of(sample)
    values = {"auc": area, "average_precision": average_precision(sample)}
    values |= {name: tpr_at_fpr(sample, most) for name, most in FALSE_ALARMS.items()}
    intervals: dict[str, Interval] = {}
    for name, value in values.items():
        smaller = ai if name in FALSE_ALARMS else min(real, ai)
        drawn = draws[name].copy()
        drawn[0] = value  # exact, where the draws were counted in bins
        low, high = around(drawn, sample.n_units, wilson(value * smaller, smaller))
        if name in FALSE_ALARMS and real * FALSE_ALARMS[name] < NEVER_SEEN:
            low = 0.0  # the threshold for so few false alarms may lie above every real image seen
        intervals[name] = (low, high)
    if not sample.grouped:
        intervals["auc"] = area_interval
    return values, intervals
