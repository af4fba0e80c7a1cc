"""Outcome of a finished run: its scores, curves and facts, read from the run's files and rounded for a result."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from detector.evaluation.metrics import evaluate, roc, wilson
from detector.studies.plan import Experiment
from detector.studies.result import Outcome, Scored
from detector.studies.words import differences
from detector.training.runs import Run

MEASURES = (
    *("accuracy", "balanced_accuracy", "precision", "recall", "f1", "precision_macro", "recall_macro", "f1_macro"),
    *("recall_real", "recall_ai", "auc", "average_precision", "loss", "brier", "ece"),
)
DIGITS = 4
_ROC_POINTS = 120
_LEFT_OUT = ("data", "preset", "device")  # the first lies on somebody's machine


def outcome_of(experiment: Experiment, run: Run, frames: Mapping[str, pd.DataFrame], given: str) -> Outcome:
    """What a finished run found; `frames` holds the predictions of each test, `given` how its data's role was filled."""
    config, about = run.config(), run.about()
    rows = [{key: _rounded(value) for key, value in row.items()} for row in run.metrics()]
    scores = {test: scored(frame) for test, frame in frames.items()}
    train = train_score(run)
    if train is not None:
        scores = {"train": train, **scores}
    epochs = [row for row in rows if "epoch" in row]
    best = min(epochs, key=lambda row: row["valid_loss"]) if epochs else None
    return Outcome(
        name=experiment.name,
        title=experiment.title,
        role=experiment.role,
        run=run.name,
        model=config.model,
        settings={key: value for key, value in config.to_dict().items() if key not in _LEFT_OUT},
        differs=differences(experiment, config, given),
        parameters=int(about["parameters"]),
        counts=about["counts"],
        epochs=len(epochs),
        best_epoch=best["epoch"] if best else None,
        seconds=round(float(about.get("study_seconds", 0.0)), 1),
        scores=scores,
        curves=tuple(rows),
    )


def run_frames(run: Run) -> dict[str, pd.DataFrame]:
    """The run's own predictions by split."""
    from detector.evaluation.predictions import read_predictions

    frame = read_predictions(run.predictions_file)
    return {str(split): part.reset_index(drop=True) for split, part in frame.groupby("split", sort=False)}


def scored(frame: pd.DataFrame) -> Scored:
    """The measures of one table of predictions."""
    labels, probabilities = frame["label"].to_numpy(), frame["probability"].to_numpy()
    metrics = evaluate(labels, probabilities, groups=frame["group"].to_numpy() if "group" in frame else None)
    values = metrics.to_dict()
    corners: list[tuple[float, float]] = []
    if labels.min() != labels.max():
        false, true, _ = roc(labels, probabilities)
        step = max(1, -(-len(false) // _ROC_POINTS))
        kept = sorted({*range(0, len(false), step), len(false) - 1})
        corners = [(_rounded(float(false[i])), _rounded(float(true[i]))) for i in kept]
    return Scored(
        n=metrics.n,
        values={name: _rounded(values[name]) for name in MEASURES if values[name] is not None},
        intervals={
            name: (_rounded(low), _rounded(high)) for name, (low, high) in values["intervals"].items() if name in MEASURES
        },
        confusion_matrix=metrics.confusion_matrix,
        roc=tuple(corners),
    )


def train_score(run: Run) -> Scored | None:
    """Accuracy and loss over the training images in the last epoch, as reports give them; None for an svm."""
    row = next((row for row in reversed(run.metrics()) if "epoch" in row), None)
    if row is None:
        return None
    n, accuracy = sum(run.about()["counts"]["train"].values()), float(row["train_accuracy"])
    low, high = wilson(accuracy * n, n)
    values = {"accuracy": _rounded(accuracy), "loss": _rounded(float(row["train_loss"]))}
    return Scored(n, values, {"accuracy": (_rounded(low), _rounded(high))})


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return float(f"{value:.{DIGITS}g}") if abs(value) < 1 else round(value, DIGITS)
    return value
