"""LinearHead: logistic regression on standardised features, its penalty chosen on validation pictures."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from detector.errors import DataError

Floats = NDArray[np.floating[Any]]
Labels = NDArray[np.int64]

PENALTIES = (0.0003, 0.003, 0.03)  # scikit-learn's C, of standardised features; smaller is stiffer
STEPS = 300


@dataclass(frozen=True, eq=False)
class LinearHead:
    """weights (F,) and bias of the raw features: the standardising is folded in."""

    weights: Floats
    bias: float
    penalty: float

    def logits(self, features: Floats) -> NDArray[np.float64]:
        """(N,) for features (N, F)."""
        return np.asarray(features @ self.weights + self.bias, dtype=np.float64)


def fit_head(features: Floats, labels: Labels, valid: Floats, valid_labels: Labels) -> LinearHead:
    """The head with the lowest validation loss among `PENALTIES`, both classes counting alike in both.

    Raises DataError for features that are not finite.
    """
    from sklearn.linear_model import LogisticRegression
    from sklearn.preprocessing import StandardScaler

    if not (np.isfinite(features).all() and np.isfinite(valid).all()):
        raise DataError("Some features are not numbers: delete the cache, or use other weights.")
    scaler = StandardScaler().fit(features)
    x, held_out = scaler.transform(features), scaler.transform(valid)
    best, lowest = None, np.inf
    for penalty in PENALTIES:
        fit = LogisticRegression(C=penalty, class_weight="balanced", max_iter=STEPS).fit(x, labels)
        loss = _balanced_loss(fit.decision_function(held_out), valid_labels)
        if loss < lowest:
            best, lowest, chosen = fit, loss, penalty
    if best is None:
        raise DataError("No linear head could be fitted: the features are the same for all pictures.")
    weights = best.coef_[0] / scaler.scale_
    return LinearHead(weights, float(best.intercept_[0] - scaler.mean_ @ weights), chosen)


def _balanced_loss(logits: Floats, labels: Labels) -> float:
    """Mean over the classes of the mean logistic loss, in nats."""
    losses = np.logaddexp(0, np.where(labels == 1, -logits, logits))
    return float(np.mean([losses[labels == label].mean() for label in np.unique(labels)]))
