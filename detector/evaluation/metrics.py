"""Metrics: how well probabilities of "AI-generated" fit the labels, with 95 % intervals. Knows no model and no file."""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from detector.evaluation.curves import auc, best_threshold, roc
from detector.evaluation.intervals import around, cell_draws
from detector.evaluation.ranking import ScoreNumbers, score_numbers
from detector.evaluation.rates import Interval, Matrix, confusion_matrix, rate, wilson
from detector.evaluation.sample import Floats, Groups, Ints, Sample, Values, checked, predicted_labels, sample_of
from detector.evaluation.scores import log_loss
from detector.labels import AI, REAL

__all__ = [
    "Floats",
    "Groups",
    "Interval",
    "Ints",
    "Metrics",
    "Values",
    "auc",
    "best_threshold",
    "checked",
    "confusion_matrix",
    "evaluate",
    "evaluate_sample",
    "log_loss",
    "predicted_labels",
    "roc",
    "wilson",
]


@dataclass(frozen=True)
class Metrics:
    """The numbers of one test; rates lie in 0 … 1, precision, recall and F1 without a class are those of AI, loss is in nats.

    A rate over no images is 0.0 and its interval is 0 … 1. What needs both classes is None, without an interval, where one is
    missing; balanced accuracy is then the recall of the other. `intervals` holds every other number's by its name.
    """

    n: int
    groups: int  # independent draws: images of one group count as one
    threshold: float
    accuracy: float
    balanced_accuracy: float
    precision: float
    recall: float
    f1: float
    precision_real: float
    precision_ai: float
    recall_real: float
    recall_ai: float
    f1_real: float
    f1_ai: float
    precision_macro: float
    recall_macro: float
    f1_macro: float
    auc: float | None
    average_precision: float | None
    tpr_at_1_fpr: float | None
    tpr_at_5_fpr: float | None
    loss: float
    brier: float
    ece: float
    confusion_matrix: Matrix  # rows true, columns predicted; real first
    intervals: dict[str, Interval]

    def to_dict(self) -> dict[str, Any]:
        """Plain values for a JSON file."""
        return asdict(self) | {
            "confusion_matrix": [list(row) for row in self.confusion_matrix],
            "intervals": {name: list(bounds) for name, bounds in self.intervals.items()},
        }


def evaluate(labels: Values, probabilities: Values, threshold: float = 0.5, groups: Groups | None = None) -> Metrics:
    """Every metric of these images; raises UserError for no images, foreign labels or impossible probabilities.

    `groups` names the group of each image; images of one group count as one draw in every interval, "" is a group of its own.
    """
    return evaluate_sample(sample_of(labels, probabilities, groups), threshold)


def evaluate_sample(sample: Sample, threshold: float = 0.5, numbers: ScoreNumbers | None = None) -> Metrics:
    """`evaluate` of a checked sample; `numbers`, which no threshold moves, may come from an earlier call of `score_numbers`."""
    numbers = numbers or score_numbers(sample)
    predicted = predicted_labels(sample.scores, threshold)
    called, truly = predicted == AI, sample.labels == AI
    rates = {
        "accuracy": rate(sample, called == truly, np.ones(sample.n, bool)),
        "precision_real": rate(sample, ~truly, ~called),
        "precision_ai": rate(sample, truly, called),
        "recall_real": rate(sample, ~called, ~truly),
        "recall_ai": rate(sample, called, truly),
    }
    intervals = {name: each.interval for name, each in rates.items()} | numbers.intervals
    cells = cell_draws(sample, predicted)
    means = _means(cells)
    for name, drawn in means.items():
        intervals[name] = around(drawn, sample.n_units, _of_few(float(drawn[0]), sample))
    if not sample.both:
        only = "recall_ai" if truly[0] else "recall_real"
        means["balanced_accuracy"], intervals["balanced_accuracy"] = np.array([rates[only].value]), intervals[only]
    for alias, name in (("precision", "precision_ai"), ("recall", "recall_ai"), ("f1", "f1_ai")):
        intervals[alias] = intervals[name]
    values = {name: each.value for name, each in rates.items()} | {name: float(drawn[0]) for name, drawn in means.items()}
    return Metrics(
        n=sample.n,
        groups=sample.n_groups,
        threshold=threshold,
        precision=values["precision_ai"],
        recall=values["recall_ai"],
        f1=values["f1_ai"],
        confusion_matrix=confusion_matrix(sample.labels, predicted),
        intervals=intervals,
        **values,
        **numbers.values,  # type: ignore[arg-type]  # by their names
    )


def _means(cells: Floats) -> dict[str, Floats]:
    """Means of rates from counts of real–real, real–AI, AI–real and AI–AI (…, 4); a rate over no images is 0."""
    rr, ra, ar, aa = cells.T
    recall = {REAL: _share(rr, rr + ra), AI: _share(aa, ar + aa)}
    precision = {REAL: _share(rr, rr + ar), AI: _share(aa, ra + aa)}
    f1 = {REAL: _share(2 * rr, 2 * rr + ra + ar), AI: _share(2 * aa, 2 * aa + ra + ar)}
    balanced = (recall[REAL] + recall[AI]) / 2
    return {
        "balanced_accuracy": balanced,
        "recall_macro": balanced,
        "precision_macro": (precision[REAL] + precision[AI]) / 2,
        "f1_real": f1[REAL],
        "f1_ai": f1[AI],
        "f1_macro": (f1[REAL] + f1[AI]) / 2,
    }


def _share(part: Floats, whole: Floats) -> Floats:
    return part / np.maximum(whole, 1)


def _of_few(value: float, sample: Sample) -> Interval:
    """The interval of a mean of rates that no draw moves: as of a share of the smaller class's images."""
    return wilson(value * sample.smaller, sample.smaller)
