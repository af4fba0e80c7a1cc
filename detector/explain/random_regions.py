"""Random regions: other places of the same shape and area in the same picture, to measure a region's effect against."""

from collections.abc import Iterator

import numpy as np

from detector.explain.regions import Mask

LITTLE = 0.25
"""A random region may share this part of its area with the region that it is compared to."""
_TRIES = 40


def random_regions(mask: Mask, random: np.random.Generator) -> Iterator[Mask]:
    """The region of a square picture turned, mirrored and shifted, again and again: always of its area, within the picture.

    One that is too large to fit beside itself is shifted around the edges instead; it then overlaps itself by no more than
    chance would have it, which makes a test against it miss effects rather than invent them. `mask` must not be empty.
    """
    while (moved := _beside(mask, random)) is not None:
        yield moved
    while True:
        yield _around(mask, random)


def overlap(mask: Mask, other: Mask) -> float:
    """The share of the first region's area that the other one covers."""
    return float((mask & other).sum() / mask.sum())


def _beside(mask: Mask, random: np.random.Generator) -> Mask | None:
    """The region moved as a whole, or None when no place with little overlap was found."""
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    shape = mask[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    for _ in range(_TRIES):
        turned = _turned(shape, random)
        height, width = turned.shape
        top = random.integers(mask.shape[0] - height + 1)
        left = random.integers(mask.shape[1] - width + 1)
        moved = np.zeros_like(mask)
        moved[top : top + height, left : left + width] = turned
        if overlap(mask, moved) <= LITTLE:
            return moved
    return None


def _around(mask: Mask, random: np.random.Generator) -> Mask:
    """The region moved as on a ring: what leaves the picture on one side comes back on the other."""
    allowed = max(LITTLE, float(mask.mean()))  # the mean over all shifts is the region's share of the picture
    moved = mask
    for _ in range(_TRIES):
        shift = int(random.integers(mask.shape[0])), int(random.integers(mask.shape[1]))
        moved = np.roll(_turned(mask, random), shift, axis=(0, 1))
        if overlap(mask, moved) <= allowed:
            break
    return moved


def _turned(shape: Mask, random: np.random.Generator) -> Mask:
    """By quarters of a turn and perhaps mirrored: other angles would change the area."""
    turned = np.rot90(shape, int(random.integers(4)))
    return turned[:, ::-1] if random.integers(2) else turned
