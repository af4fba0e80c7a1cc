"""Mean face maps: maps of many faces laid over each other by their five points. Knows nothing of networks."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from detector.explain.faces import Face
from detector.explain.overlay import resize_map

Map = list[list[float | None]]

SIDE = 64
_EYES = 17.0  # between the eyes of the template, in pixels: hair and some background are still seen
_TOP = 27.0  # of the template's eyes
TEMPLATE = Face(
    (14, 8, 50, 56),
    tuple((SIDE / 2 + u * _EYES, _TOP + v * _EYES) for u, v in ((-0.5, 0), (0.5, 0), (0, 0.6), (-0.5, 1), (0.5, 1))),
    1.0,
)
"""The face that all others are brought to: the mean of frontal ones, SIDE × SIDE pixels."""
_COVERED = 0.5  # a place that fewer of the networks' views held stays empty


def aligned(heat: NDArray[np.float32], face: Face, size: int) -> NDArray[np.float64]:
    """A map of a network's view (size × size) on the template, NaN outside the view. 1 is what an even map has everywhere.

    `face` has its points in the view. The transform turns, scales and shifts, no more: shapes of faces stay what they are.
    """
    spread = resize_map(np.maximum(heat, 0), (size, size)).astype(np.float64)
    mean = spread.mean()
    spread = spread / mean if mean > 0 else spread
    turn, shift = similarity(TEMPLATE.points, face.points)
    y, x = np.mgrid[:SIDE, :SIDE] + 0.5
    places = turn * (x + 1j * y) + shift
    columns, rows = np.floor(places.real).astype(int), np.floor(places.imag).astype(int)
    seen = (columns >= 0) & (columns < size) & (rows >= 0) & (rows < size)
    found = np.full((SIDE, SIDE), np.nan)
    found[seen] = spread[rows[seen], columns[seen]]
    return found


def similarity(points: Sequence[tuple[float, float]], others: Sequence[tuple[float, float]]) -> tuple[complex, complex]:
    """Complex a, b such that a·z + b brings points to the others with least squares; |a| is the scale, its angle the turn."""
    z, w = (np.array([complex(*point) for point in each]) for each in (points, others))
    middle, target = z.mean(), w.mean()
    turn = np.vdot(z - middle, w - target) / np.vdot(z - middle, z - middle)
    return complex(turn), complex(target - turn * middle)


def mean_map(maps: Sequence[NDArray[np.float64]]) -> Map:
    """The mean of aligned maps, row by row; None where fewer than half of them saw anything."""
    if not maps:
        return []
    stack = np.stack(maps)
    seen = np.isfinite(stack)
    means = np.nansum(stack, axis=0) / np.maximum(seen.sum(axis=0), 1)
    return [
        [round(float(value), 3) if share >= _COVERED else None for value, share in zip(row, shares, strict=True)]
        for row, shares in zip(means, seen.mean(axis=0), strict=True)
    ]
