"""A logistic regression on standardised features: fitted by scikit-learn, its penalty chosen on validation pictures."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from detector.errors import DataError
from detector.labels import AI, LABEL_NAMES, REAL

Floats = NDArray[np.float32]
Ints = NDArray[np.integer[Any]]
Row = dict[str, float]
Progress = Callable[[int, int, Row], None]
"""Candidates done, candidates in all, the last row; raise from it to stop."""


@dataclass(frozen=True, eq=False)
class LinearFit:
    """logit of AI-generated = weight · (features - mean) / scale + bias, with weight, mean and scale of shape (F,)."""

    c: float
    mean: Floats
    scale: Floats
    weight: Floats
    bias: float
    rows: tuple[Row, ...] = ()
    """One row a candidate: c, valid_loss, valid_accuracy."""

    def logits(self, features: Floats) -> Floats:
        """Logits (N,) of features (N, F)."""
        return np.asarray((features - self.mean) / self.scale @ self.weight + self.bias, dtype=np.float32)


def fit_linear(
    features: Floats,
    labels: Ints,
    valid_features: Floats,
    valid_labels: Ints,
    c_values: Sequence[float],
    balanced: bool = False,
    progress: Progress | None = None,
) -> LinearFit:
    """One regression a value of C on features (N, F); the one with the lowest cross-entropy on validation pictures is kept.

    The mean cross-entropy weighs both classes alike, and so does the fit with `balanced`. Raises DataError where a class is
    missing or features are not finite.
    """
    from sklearn.linear_model import LogisticRegression

    _check(features, labels)
    mean, scale = features.mean(axis=0), features.std(axis=0)
    scale = np.where(scale > 1e-6 * max(float(scale.max()), 1e-12), scale, 1).astype(np.float32)  # constant features say nothing
    x, valid = (features - mean) / scale, (valid_features - mean) / scale
    rows: list[Row] = []
    best: LinearFit | None = None
    best_loss = np.inf
    weights: dict[str, Any] = {"class_weight": "balanced"} if balanced else {}
    machine = LogisticRegression(max_iter=1000, warm_start=True, **weights)  # each C starts from the fit before it
    for c in sorted(set(c_values)):
        machine.set_params(C=c).fit(x, labels)
        weight, bias = machine.coef_[0].astype(np.float32), float(machine.intercept_[0])
        logits = valid @ weight + bias
        row = {"c": c, "valid_loss": _loss(logits, valid_labels), "valid_accuracy": _accuracy(logits, valid_labels)}
        rows.append(row)
        if best is None or row["valid_loss"] < best_loss:
            best_loss, best = row["valid_loss"], LinearFit(c, mean, scale, weight, bias)
        if progress:
            progress(len(rows), len(set(c_values)), row)
    if best is None:
        raise DataError("The logistic regression needs at least one value of C.")
    return LinearFit(best.c, best.mean, best.scale, best.weight, best.bias, tuple(rows))


def _loss(logits: Floats, labels: Ints) -> float:
    """Mean cross-entropy in nats, both classes weighing alike."""
    losses = np.logaddexp(0, np.where(labels == AI, -logits, logits))
    return float(np.mean([losses[labels == label].mean() for label in (REAL, AI) if (labels == label).any()]))


def _accuracy(logits: Floats, labels: Ints) -> float:
    """Balanced accuracy at a logit of zero."""
    right = (logits >= 0) == (labels == AI)
    return float(np.mean([right[labels == label].mean() for label in (REAL, AI) if (labels == label).any()]))


def _check(features: Floats, labels: Ints) -> None:
    if not np.isfinite(features).all():
        raise DataError("Some features are not numbers: choose another backbone or its pretrained weights.")
    for label in (REAL, AI):
        if not (labels == label).any():
            raise DataError(f"There is no {LABEL_NAMES[label]} image to learn from.")
