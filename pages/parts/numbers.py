"""Metrics on a page: never without n, and with the 95 % interval where there is one."""

import pandas as pd
import streamlit as st

from detector.evaluation.metrics import Metrics

HELP = {
    "accuracy": "Share of all images that were called rightly.",
    "balanced_accuracy": "Mean of the two recalls: it is 50 % for a detector that guesses, however unequal the classes are.",
    "precision": "Of the images called AI-generated, the share that are. It depends on how many AI-generated images there are.",
    "recall": "Of the AI-generated images, the share that was found.",
    "f1": "Harmonic mean of precision and recall.",
    "recall_real": "Of the real images, the share that was called real. The rest are false alarms.",
    "recall_ai": "Of the AI-generated images, the share that was found.",
    "auc": "Chance that an AI-generated image scores higher than a real one: 0.5 is guessing, 1 is perfect.",
    "loss": "Mean cross-entropy: it punishes being sure and wrong. Always saying one half gives 0.693.",
}
TITLES = {
    "accuracy": "Accuracy",
    "balanced_accuracy": "Balanced accuracy",
    "precision": "Precision",
    "recall": "Recall",
    "f1": "F1",
    "recall_real": "Real called real",
    "recall_ai": "AI called AI",
    "auc": "AUC",
    "loss": "Loss",
}
FIRST = ("accuracy", "auc", "loss", "precision", "recall", "f1", "recall_real")
WIDTH = 170  # pixels: two of them fit a phone, four a laptop
UNSURE = {"loss": "guessing: 0.693", "f1": "of the AI class", "auc": "one class only"}
"""What stands below a number that has no interval."""


def metric_row(metrics: Metrics) -> None:
    """The numbers to look at first, with their intervals."""
    values = metrics.to_dict()
    real, ai = (sum(row) for row in metrics.confusion_matrix)
    with st.container(horizontal=True, gap="small"):
        _metric("Images", f"{metrics.n:,}", f"{real:,} real, {ai:,} AI", "The n of every number beside it.")
        for name in FIRST:
            _metric(TITLES[name], _shown(name, values[name]), _interval(metrics, name) or UNSURE[name], HELP[name])


def _metric(title: str, value: str, below: str, help: str) -> None:
    st.metric(title, value, delta=below, delta_color="off", delta_arrow="off", help=help, border=True, width=WIDTH)


def metric_table(metrics: Metrics) -> pd.DataFrame:
    """Every number: name, value, interval, n, meaning."""
    values = metrics.to_dict()
    return pd.DataFrame(
        [
            {
                "": TITLES[name],
                "value": _shown(name, values[name]),
                "95 % interval": _interval(metrics, name),
                "n": metrics.n,
                "meaning": HELP[name],
            }
            for name in TITLES
        ]
    )


def _shown(name: str, value: float | None) -> str:
    if value is None:
        return "–"
    return f"{value:.3f}" if name in ("auc", "loss") else f"{value:.1%}"


def _interval(metrics: Metrics, name: str) -> str:
    if name not in metrics.intervals:
        return ""
    low, high = metrics.intervals[name]
    return f"{low:.3f} – {high:.3f}" if name == "auc" else f"{low:.1%} – {high:.1%}"
