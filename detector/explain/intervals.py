"""Intervals: a mean over images with the range that other images like them would give. Imports no torch."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

RESAMPLES = 2000


@dataclass(frozen=True)
class Interval:
    """A mean of n values and its 95 % interval by the bootstrap over images (percentiles); all zero when n is 0."""

    mean: float
    low: float
    high: float
    n: int

    def __str__(self) -> str:
        return f"{self.mean:.2f} [{self.low:.2f} to {self.high:.2f}]"


def mean_interval(values: ArrayLike, seed: int = 0) -> Interval:
    """The mean of one value an image, with its interval; the same for the same seed."""
    found = np.asarray(values, float)
    if not len(found):
        return Interval(0.0, 0.0, 0.0, 0)
    picks = np.random.default_rng(seed).integers(len(found), size=(RESAMPLES, len(found)))
    low, high = np.percentile(found[picks].mean(axis=1), (2.5, 97.5))
    return Interval(float(found.mean()), float(low), float(high), len(found))
