"""A support vector machine on the main components of features: fitted by scikit-learn, its settings chosen on validation."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np

from detector.errors import DataError
from detector.labels import AI, REAL
from detector.models.linear_fit import Floats, Ints, Progress, Row

COMPONENTS = 256
"""Main components kept unless told; the rest of CLIP's features is noise to the machine, and every centre carries them along."""
GAMMAS = (0.5, 1.0, 2.0)
"""Multiples of one over the mean squared length of the projected features."""


@dataclass(frozen=True, eq=False)
class RbfFit:
    """z = projection · (features - mean) / scale; logit = Σ weight_i exp(-gamma |z - centre_i|²) + intercept.

    mean, scale (F,), projection (K, F), centres (S, K), weight (S,).
    """

    c: float
    gamma: float
    mean: Floats
    scale: Floats
    projection: Floats
    centres: Floats
    weight: Floats
    intercept: float
    rows: tuple[Row, ...] = ()
    """One row a candidate: c, gamma, valid_loss, valid_accuracy."""

    def logits(self, features: Floats) -> Floats:
        """Logits (N,) of features (N, F)."""
        z = (features - self.mean) / self.scale @ self.projection.T
        squared = (z**2).sum(1)[:, None] + (self.centres**2).sum(1) - 2 * z @ self.centres.T
        return np.asarray(np.exp(-self.gamma * squared.clip(0)) @ self.weight + self.intercept, dtype=np.float32)


def fit_rbf(
    features: Floats,
    labels: Ints,
    valid_features: Floats,
    valid_labels: Ints,
    c_values: Sequence[float],
    progress: Progress | None = None,
    components: int = COMPONENTS,
) -> RbfFit:
    """One machine for each C and gamma on the main components of features (N, F), both classes weighing alike.

    The margin becomes a logit by Platt's scaling on the validation pictures (Platt, 1999), and the candidate with their lowest
    cross-entropy is kept. Raises DataError where a class is missing or features are not finite.
    """
    from sklearn.svm import SVC

    _check(features, labels, valid_labels)
    mean, scale = features.mean(axis=0), features.std(axis=0)
    scale = np.where(scale > 1e-6 * max(float(scale.max()), 1e-12), scale, 1).astype(np.float32)
    x = (features - mean) / scale
    projection = _main_components(x, components)
    z, z_valid = x @ projection.T, (valid_features - mean) / scale @ projection.T
    unit = 1 / float((z**2).sum(axis=1).mean())
    candidates = list(product(sorted(set(c_values)), GAMMAS))
    rows: list[Row] = []
    best: RbfFit | None = None
    best_loss = np.inf
    for c, multiple in candidates:
        machine = SVC(C=c, gamma=multiple * unit, class_weight="balanced").fit(z, labels)
        slope, offset, loss, accuracy = _platt(machine.decision_function(z_valid), valid_labels)
        rows.append({"c": c, "gamma": multiple, "valid_loss": loss, "valid_accuracy": accuracy})
        if best is None or loss < best_loss:
            best_loss, best = loss, RbfFit(
                c, multiple * unit, mean, scale, projection, machine.support_vectors_.astype(np.float32),
                (slope * machine.dual_coef_[0]).astype(np.float32), slope * float(machine.intercept_[0]) + offset,
            )  # fmt: skip
        if progress:
            progress(len(rows), len(candidates), rows[-1])
    if best is None:
        raise DataError("The machine needs at least one value of C.")
    return RbfFit(**{**best.__dict__, "rows": tuple(rows)})


def _main_components(x: Floats, most: int) -> Floats:
    """The directions (K, F), K ≤ most, of largest variance of standardised features, orthonormal."""
    if len(x) < x.shape[1]:  # the smaller of the two products has the same directions
        values, vectors = np.linalg.eigh(x @ x.T / len(x))
        keep = np.argsort(values)[::-1][:most]
        keep = keep[values[keep] > 1e-8 * values.max()]
        return np.ascontiguousarray((x.T @ vectors[:, keep] / np.sqrt(values[keep] * len(x))).T, dtype=np.float32)
    values, vectors = np.linalg.eigh(x.T @ x / len(x))
    return np.ascontiguousarray(vectors[:, ::-1][:, :most].T, dtype=np.float32)


def _platt(margins: Floats, labels: Ints) -> tuple[float, float, float, float]:
    """Slope ≥ a little and offset of the logit, its cross-entropy (classes alike) and balanced accuracy."""
    from sklearn.linear_model import LogisticRegression

    line = LogisticRegression(class_weight="balanced").fit(margins[:, None], labels)
    slope, offset = max(float(line.coef_[0, 0]), 1e-3), float(line.intercept_[0])  # never turn every answer round
    logits = slope * margins + offset
    losses = np.logaddexp(0, np.where(labels == AI, -logits, logits))
    right = (logits >= 0) == (labels == AI)
    loss, accuracy = (float(np.mean([each[labels == label].mean() for label in (REAL, AI)])) for each in (losses, right))
    return slope, offset, loss, accuracy


def _check(features: Floats, labels: Ints, valid_labels: Ints) -> None:
    if not np.isfinite(features).all():
        raise DataError("Some features are not numbers: choose another backbone or its pretrained weights.")
    for split, some in (("training", labels), ("validation", valid_labels)):
        if len({REAL, AI} & {int(label) for label in set(some.tolist())}) < 2:
            raise DataError(f"The machine needs {split} pictures of both classes.")
