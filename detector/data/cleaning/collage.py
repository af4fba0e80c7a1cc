"""Collages of two by two pictures: the split into four. Looks for a seam at both middles, as a line or as a jump."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from detector.data.cleaning.borders import border_sides
from detector.data.cleaning.view import Found, Pixels, View

SMALLEST: Final = 48  # pixels of the view: a quarter of less shows nothing
SEARCH: Final = 0.02  # of the side, around the middle
GUTTER: Final = 0.08  # of the side: the widest line between pictures
JUMP: Final = 0.26  # share of each half seam that must jump; in 110 pictures of no collage both seams reached 0.17
LEVELS: Final = 10  # grey levels, the smallest jump that counts


def find_collage(view: View) -> Found | None:
    """Four boxes, from left to right and top to bottom, or None."""
    left, top, right, bottom = border_sides(view.rgb)
    rows, columns = view.grey.shape
    inner = view.rgb[top : rows - bottom, left : columns - right]
    if min(inner.shape[:2]) < 2 * SMALLEST:
        return None
    across, down = _seam(inner), _seam(inner.transpose(1, 0, 2))
    if across is None or down is None:
        return None
    confidence = min(across[2], down[2])
    ys = (top, top + across[0], top + across[1], rows - bottom)
    xs = (left, left + down[0], left + down[1], columns - right)
    boxes = tuple(view.full(xs[2 * i], ys[2 * j], xs[2 * i + 1], ys[2 * j + 1]) for j in (0, 1) for i in (0, 1))
    return Found(boxes, confidence, "Four pictures in one: it breaks off along both middles.")


def _seam(rgb: Pixels) -> tuple[int, int, float] | None:
    """The rows at which the upper pictures end and the lower begin, and how sure; None where nothing breaks off."""
    line = _gutter(rgb)
    if line:
        return (*line, 0.95)
    height, width = rgb.shape[:2]
    reach = max(2, round(SEARCH * height))
    first = height // 2 - reach
    near = rgb[first - 6 : height // 2 + reach + 6].mean(axis=2).astype(np.int16)
    shares = [min(_jump(near, row, slice(0, width // 2)), _jump(near, row, slice(width // 2, width)))
              for row in range(6, 6 + 2 * reach)]  # fmt: skip
    best = int(np.argmax(shares))
    if shares[best] < JUMP:
        return None
    steps = np.abs(np.diff(near[best + 4 : best + 9], axis=0)).mean(
        axis=1
    )  # the jump is seen over two rows, the seam between two
    row = first - 1 + best + int(np.argmax(steps))
    return row, row, round(min(0.9, 0.35 + shares[best]), 2)


def _jump(rows: NDArray[np.int16], row: int, part: slice) -> float:
    """Share of the columns in which the step from just above `row` to just below it stands out of its neighbourhood."""

    def step(at: int) -> NDArray[np.int16]:
        return np.abs(rows[at + 1, part] - rows[at - 1, part])

    beside = np.maximum(np.maximum(step(row - 3), step(row - 5)), np.maximum(step(row + 3), step(row + 5)))
    return float((step(row) > np.maximum(LEVELS, 1.5 * beside)).mean())


def _gutter(rgb: Pixels) -> tuple[int, int] | None:
    """First and last row (exclusive) of a line of one colour across the middle, or None."""
    height = len(rgb)
    reach = round(height * (SEARCH + GUTTER / 2)) + 4
    first = height // 2 - reach
    near = rgb[max(0, first) : height // 2 + reach].astype(np.int16)
    colours = np.median(near[:, :: max(1, near.shape[1] // 64)], axis=1)
    plain = (np.abs(near - colours[:, None]).max(axis=2) <= 16).mean(axis=1) >= 0.97
    if not plain.any():
        return None
    middle = min(range(len(plain)), key=lambda row: (not plain[row], abs(row - reach)))
    if not plain[middle] or abs(middle - reach) > SEARCH * height + 1:
        return None
    start, stop = middle, middle + 1
    while start > 0 and plain[start - 1] and np.abs(colours[start - 1] - colours[middle]).max() <= 16:
        start -= 1
    while stop < len(plain) and plain[stop] and np.abs(colours[stop] - colours[middle]).max() <= 16:
        stop += 1
    if start == 0 or stop == len(plain) or stop - start > GUTTER * height:
        return None  # as wide as this it is a sky or a wall
    ends = [
        (np.abs(near[row] - colours[middle]).max(axis=1) > 16).mean() for row in (max(0, start - 3), min(len(near) - 1, stop + 2))
    ]
    return (first + start, first + stop) if min(ends) >= 0.5 else None
