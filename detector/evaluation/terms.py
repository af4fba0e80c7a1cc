"""Terms: what each metric is called, what it means, how it is written and which images it counts."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from detector.evaluation.metrics import Metrics


def _all(metrics: Metrics) -> int:
    return metrics.n


def _truly_real(metrics: Metrics) -> int:
    return sum(metrics.confusion_matrix[0])


def _truly_ai(metrics: Metrics) -> int:
    return sum(metrics.confusion_matrix[1])


def _called_real(metrics: Metrics) -> int:
    return sum(row[0] for row in metrics.confusion_matrix)


def _called_ai(metrics: Metrics) -> int:
    return sum(row[1] for row in metrics.confusion_matrix)


@dataclass(frozen=True)
class Term:
    """A metric's title and meaning, whether it is a share to be written in per cent, and the count of images behind it."""

    title: str
    meaning: str
    percent: bool = True
    n: Callable[[Metrics], int] = _all


TERMS = {
    "accuracy": Term("Accuracy", "Share of all images that were called rightly."),
    "balanced_accuracy": Term(
        "Balanced accuracy", "Mean of the two recalls: 50 % for a detector that guesses, however unequal the classes are."
    ),
    "recall_ai": Term("AI called AI", "Of the AI-generated images, the share that was found (recall).", n=_truly_ai),
    "recall_real": Term(
        "Real called real",
        "Of the real images, the share that was called real (recall). The rest are false alarms.",
        n=_truly_real,
    ),
    "precision_ai": Term(
        "Precision, AI", "Of the images called AI-generated, the share that are. It depends on how many there are.", n=_called_ai
    ),
    "precision_real": Term(
        "Precision, real", "Of the images called real, the share that are. It depends on how many there are.", n=_called_real
    ),
    "f1_ai": Term("F1, AI", "Harmonic mean of precision and recall of the AI-generated images."),
    "f1_real": Term("F1, real", "Harmonic mean of precision and recall of the real images."),
    "precision_macro": Term("Precision, mean", "Mean of the two classes' precision (macro average)."),
    "recall_macro": Term("Recall, mean", "Mean of the two classes' recall (macro average); a class without images counts as 0."),
    "f1_macro": Term("F1, mean", "Mean of the two classes' F1 (macro average)."),
    "auc": Term(
        "AUC", "Chance that an AI-generated image scores higher than a real one: 0.5 is guessing, 1 is perfect.", percent=False
    ),
    "average_precision": Term(
        "Average precision",
        "Area under the precision–recall curve. A guessing detector gets the share of AI-generated images.",
        percent=False,
    ),
    "tpr_at_1_fpr": Term(
        "Found at 1 % false alarms",
        "Share of AI-generated images found if at most 1 % of real ones may be called AI.",
        n=_truly_ai,
    ),
    "tpr_at_5_fpr": Term(
        "Found at 5 % false alarms",
        "Share of AI-generated images found if at most 5 % of real ones may be called AI.",
        n=_truly_ai,
    ),
    "loss": Term(
        "Loss", "Mean cross-entropy: it punishes being sure and wrong. Always saying one half gives 0.693.", percent=False
    ),
    "brier": Term(
        "Brier score", "Mean squared error of the score: 0 is perfect, always saying one half gives 0.25.", percent=False
    ),
    "ece": Term(
        "Calibration error",
        "Mean distance between score and share of AI-generated images over ten bins (ECE). Few images make it look larger.",
        percent=False,
    ),
}
"""Every metric once, in the order in which tables list them; `precision`, `recall` and `f1` are those of the AI class."""

ALIASES = {"precision": "precision_ai", "recall": "recall_ai", "f1": "f1_ai"}


def shown(name: str, value: float | None) -> str:
    """A metric's value as a person reads it; a dash where there is none."""
    if value is None:
        return "–"
    return f"{value:.1%}" if TERMS[ALIASES.get(name, name)].percent else f"{value:.3f}"


def shown_interval(metrics: Metrics, name: str) -> str:
    """Its 95 % interval; empty where there is none."""
    if name not in metrics.intervals:
        return ""
    low, high = metrics.intervals[name]
    return f"{shown(name, low)} – {shown(name, high)}"


def table(metrics: Metrics) -> list[dict[str, Any]]:
    """One row a metric: name, value, low, high, n, meaning. Missing numbers are None."""
    rows = []
    for name, term in TERMS.items():
        low, high = metrics.intervals.get(name, (None, None))
        rows.append(
            {
                "metric": term.title,
                "value": getattr(metrics, name),
                "low": low,
                "high": high,
                "n": term.n(metrics),
                "meaning": term.meaning,
            }
        )
    return rows
