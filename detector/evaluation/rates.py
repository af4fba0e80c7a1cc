"""Rates: counts of right and wrong verdicts turned into shares, with Wilson's interval, also where images come in groups."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from detector.evaluation.sample import Floats, Ints, Sample

Z = 1.959964  # standard normal quantile of a two-sided 95 % interval

Matrix = tuple[tuple[int, int], tuple[int, int]]
Interval = tuple[float, float]


@dataclass(frozen=True)
class Rate:
    """A share of `n` images with its 95 % interval; over no images it is 0.0 and the interval 0 … 1."""

    value: float
    low: float
    high: float
    n: int

    @property
    def interval(self) -> Interval:
        """Both ends."""
        return self.low, self.high


def confusion_matrix(labels: Ints, predicted: Ints) -> Matrix:
    """Counts with rows true and columns predicted, real before AI."""
    (rr, ra), (ar, aa) = np.bincount(2 * labels + predicted, minlength=4).reshape(2, 2).tolist()
    return (rr, ra), (ar, aa)


def wilson(successes: float, n: float) -> Interval:
    """The 95 % interval of a rate (Wilson, JASA 1927); 0 … 1 when n is 0."""
    if n <= 0:
        return 0.0, 1.0
    rate = successes / n
    middle = (rate + Z * Z / (2 * n)) / (1 + Z * Z / n)
    half = Z / (1 + Z * Z / n) * (rate * (1 - rate) / n + Z * Z / (4 * n * n)) ** 0.5
    low, high = max(0.0, middle - half), min(1.0, middle + half)
    return float(low) if successes else 0.0, float(high) if successes < n else 1.0  # where rounding would leave 1e-17


def rate(sample: Sample, hits: npt.NDArray[np.bool_], among: npt.NDArray[np.bool_]) -> Rate:
    """The share of `hits` (N,) `among` (N,) some images. With groups, Wilson's interval at the effective number of images.

    That number is what a simple draw would need for the variance between units (Korn and Graubard, Survey Methodology 1998),
    with Student's t for few units. Where all are hits or none is, a group tells no more than one image.
    """
    hits = hits & among
    n, found = int(np.count_nonzero(among)), int(np.count_nonzero(hits))
    if not n:
        return Rate(0.0, 0.0, 1.0, 0)
    share, effective = found / n, float(n)
    if sample.grouped:
        if found in (0, n):
            effective = float(np.count_nonzero(np.bincount(sample.groups[among])))
        else:
            counts = np.bincount(sample.units[among], minlength=sample.n_units).astype(float)
            sums = np.bincount(sample.units[hits], minlength=sample.n_units).astype(float)
            effective = effective_n(sums, counts, share)
    return Rate(share, *wilson(share * effective, effective), n)


def effective_n(sums: Floats, counts: Floats, share: float) -> float:
    """How many images drawn singly tell as much about a share (not 0 or 1) as these units (U,); at most as many as there are."""
    n, units = counts.sum(), int(np.count_nonzero(counts))
    if units < 2:
        return 1.0
    variance = units / (units - 1) * ((sums - share * counts) ** 2).sum() / n**2
    if variance <= 0:
        return float(units)
    return float(min(n, share * (1 - share) / variance * (Z / student(units - 1)) ** 2))


def student(freedom: int) -> float:
    """Student's t quantile of a two-sided 95 % interval (Fisher and Cornish 1960); within 1 % from four degrees of freedom on."""
    if freedom < 4:
        return (12.706, 4.303, 3.182)[max(freedom, 1) - 1]
    z, v = Z, freedom
    return (
        z
        + (z**3 + z) / (4 * v)
        + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * v**2)
        + (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / (384 * v**3)
    )


def harmonic(values: Sequence[float]) -> float:
    """F1 of precision and recall; 0.0 when both are."""
    first, second = values
    return 2 * first * second / (first + second) if first + second else 0.0
