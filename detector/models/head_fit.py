"""Fitting a head by its kind: a straight border, or a curved one for sets that differ much among themselves."""

from collections.abc import Sequence

from detector.models.linear_fit import Floats, Ints, LinearFit, Progress, fit_linear
from detector.models.rbf_fit import RbfFit, fit_rbf


def fit_head(
    kind: str,
    features: Floats,
    labels: Ints,
    valid_features: Floats,
    valid_labels: Ints,
    c_values: Sequence[float],
    balanced: bool = False,
    progress: Progress | None = None,
) -> LinearFit | RbfFit:
    """The head of that kind fitted on features (N, F), C chosen on validation; raises DataError as the fits do.

    `rbf` always lets both classes weigh alike.
    """
    if kind == "rbf":
        return fit_rbf(features, labels, valid_features, valid_labels, c_values, progress)
    return fit_linear(features, labels, valid_features, valid_labels, c_values, balanced, progress)
