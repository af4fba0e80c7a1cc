"""Prevalence: what an alarm, or its absence, is worth where AI-generated images are rarer or more common than in the test."""

from dataclasses import dataclass

import numpy as np

from detector.evaluation.metrics import Metrics
from detector.evaluation.rates import Interval, wilson
from detector.evaluation.score_table import ScoreTable


@dataclass(frozen=True)
class Worth:
    """At a prevalence: the share of alarms that are right and of all-clears that are right, with 95 % intervals; alarms a 100."""

    prevalence: float
    ppv: float | None  # None where it never raises an alarm
    ppv_interval: Interval
    npv: float | None  # None where it never gives the all-clear
    npv_interval: Interval
    alarms: float  # share of all images


def worth(metrics: Metrics, prevalence: float) -> Worth | None:
    """What the detector's answers are worth at this share of AI-generated images; None unless both classes were tested.

    By Bayes' rule from the two recalls. The intervals are of a ratio of two rates by the MOVER on the log scale (Donner and Zou,
    Statistical Methods in Medical Research 2012), from the rates' own intervals, so that groups count as they do there.
    """
    if metrics.auc is None:
        return None
    found, kept = metrics.recall_ai, metrics.recall_real
    found_range, kept_range = metrics.intervals["recall_ai"], metrics.intervals["recall_real"]
    alarms = prevalence * found + (1 - prevalence) * (1 - kept)
    odds = prevalence / (1 - prevalence)
    return Worth(
        prevalence,
        prevalence * found / alarms if alarms else None,
        _interval(odds, found, found_range, 1 - kept, _other(kept_range)),
        (1 - prevalence) * kept / (1 - alarms) if alarms < 1 else None,
        _interval(1 / odds, kept, kept_range, 1 - found, _other(found_range)),
        alarms,
    )


@dataclass(frozen=True)
class ScoreWorth:
    """The share of pictures with one score that are AI-generated, its 95 % interval, and how many test pictures scored so."""

    share: float
    interval: Interval
    real: int
    ai: int


def worth_of_score(table: ScoreTable, probability: float, prevalence: float) -> ScoreWorth | None:
    """What such a score means at this share of AI-generated pictures; None where no test picture scored so.

    Of two classes that score so in different shares, by Bayes' rule as in `worth`.
    """
    alike = table.bin_of(probability)
    all_ai = sum(a_bin.ai for a_bin in table.bins)
    all_real = sum(a_bin.n for a_bin in table.bins) - all_ai
    real = alike.n - alike.ai
    if not alike.n or not all_ai or not all_real:
        return None
    odds, of_ai, of_real = prevalence / (1 - prevalence), alike.ai / all_ai, real / all_real
    # half a picture more of each: none among a few hundred is no proof that there are none (Jeffreys' estimate)
    likely_ai, likely_real = (alike.ai + 0.5) / (all_ai + 1), (real + 0.5) / (all_real + 1)
    share = odds * likely_ai / (odds * likely_ai + likely_real)
    between = _interval(odds, of_ai, wilson(alike.ai, all_ai), of_real, wilson(real, all_real))
    return ScoreWorth(share, between, real, alike.ai)


def _other(interval: Interval) -> Interval:
    """The interval of the complement."""
    return 1 - interval[1], 1 - interval[0]


def _interval(odds: float, right: float, right_range: Interval, wrong: float, wrong_range: Interval) -> Interval:
    """The interval of odds · right / (odds · right + wrong), the share of answers of one kind that are right."""
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.log(right) - np.log(wrong)
        down = np.hypot(np.log(right) - np.log(right_range[0]), np.log(wrong_range[1]) - np.log(wrong))
        up = np.hypot(np.log(right_range[1]) - np.log(right), np.log(wrong) - np.log(wrong_range[0]))
        low, high = ratio - down, ratio + up
        if right == 0:  # the log scale has no place for it: the ends of both rates
            low, high = -np.inf, np.log(right_range[1]) - np.log(wrong_range[0])
        if wrong == 0:
            low, high = np.log(right_range[0]) - np.log(wrong_range[1]), np.inf
        if right == 0 and wrong == 0:
            low, high = -np.inf, np.inf
        ends = 1 / (1 + np.exp(-(np.array([low, high]) + np.log(odds))))
    return float(ends[0]), float(ends[1])
