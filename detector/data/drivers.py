"""Drivers: which single features differ most between the classes, in sentences. A model may still go by several at once."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from detector.data.probes.feature import Feature
from detector.labels import AI, REAL

MOST = 3
_LEAST_GAP = 0.15

Column = NDArray[np.float32]


def drivers(features: Sequence[Feature], rows: NDArray[np.float32], labels: NDArray[np.int64]) -> tuple[str, ...]:
    """A sentence for each of the features that differ most, one a family; none where every gap could well be chance.

    The gap is the largest distance between the two classes' distribution functions (Kolmogorov and Smirnov), which also sees a
    class that lies between two halves of the other. It must exceed twice what chance gives on average.
    """
    real, ai = rows[labels == REAL], rows[labels == AI]
    chance = 0.87 * (1 / max(len(real), 1) + 1 / max(len(ai), 1)) ** 0.5  # mean of the Kolmogorov distribution
    gaps = [_gap(real[:, column], ai[:, column]) for column in range(len(features))]
    told: dict[str, str] = {}
    for column in np.argsort(gaps, kind="stable")[::-1]:
        feature = features[column]
        if gaps[column] < max(_LEAST_GAP, 2 * chance) or len(told) == MOST:
            break
        if feature.family not in told:
            told[feature.family] = _sentence(feature, real[:, column], ai[:, column])
    return tuple(told.values())


def _gap(real: Column, ai: Column) -> float:
    """The largest distance between the distribution functions of the values that apply; 0 where a class has none."""
    real, ai = np.sort(real[~np.isnan(real)]), np.sort(ai[~np.isnan(ai)])
    if not len(real) or not len(ai):
        return 0.0
    values = np.concatenate([real, ai])
    below = np.searchsorted(real, values, side="right") / len(real), np.searchsorted(ai, values, side="right") / len(ai)
    return float(np.abs(below[0] - below[1]).max())


def _sentence(feature: Feature, real: Column, ai: Column) -> str:
    if feature.kind == "share":
        return f"{_percent(ai)} of the AI-generated pictures {feature.words}, {_percent(real)} of the real ones."
    if feature.kind == "place":
        lighter = "brighter" if np.median(ai) > np.median(real) else "darker"
        said = f"AI-generated pictures tend to be {lighter} in {feature.words}"
        return f"{said}: median brightness {np.median(ai):.2f} of 1, against {np.median(real):.2f} in real ones."
    words = feature.words[:1].upper() + feature.words[1:]
    return (
        f"{words}: median {_range(ai, feature.digits)} in AI-generated pictures, {_range(real, feature.digits)} in real ones; "
        "in brackets the middle 80 %."
    )


def _percent(column: Column) -> str:
    share = 100 * float(np.mean(column))
    return f"{share:.0f} %" if share in (0, 100) or 1 <= share <= 99 else f"{share:.1f} %"


def _range(column: Column, digits: int) -> str:
    low, middle, high = np.nanpercentile(column, (10, 50, 90))
    return f"{middle:,.{digits}f} ({low:,.{digits}f} to {high:,.{digits}f})".replace("-", "−")
