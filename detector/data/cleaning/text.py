"""Lines of printed text in a picture, found by their letters: small, of one tone, side by side on one line."""

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from detector.data.cleaning.view import Pixels

CONTRAST: Final = 32  # grey levels between a letter and what is around it
LOWEST, HIGHEST = 5, 64  # pixels of a letter's height
FEWEST: Final = 5  # letters of a line
MOST: Final = 4000  # more pieces than that are grass, not letters
TONE: Final = 22  # grey levels that the letters of a line may differ by
CLEAR: Final = 0.6  # share of the pieces of that tone in and around a line that are its letters: in grass it is small


@dataclass(frozen=True)
class Line:
    """A line of text: its box in the picture that was searched, and how many letters stand in it."""

    left: int
    top: int
    right: int
    bottom: int
    letters: int


def text_lines(grey: Pixels) -> list[Line]:
    """Every line of bright or dark letters in a grey picture."""
    around = cv2.blur(grey, (31, 31)).astype(np.int16)
    difference = grey.astype(np.int16) - around
    return [line for sign in (1, -1) for line in _lines(grey, sign * difference > CONTRAST)]


def _lines(grey: Pixels, mask: NDArray[np.bool_]) -> list[Line]:
    pieces = _letters(grey, mask.astype(np.uint8))
    if not FEWEST <= len(pieces) <= MOST:
        return []
    pieces = pieces[np.argsort(pieces[:, 0])]
    return [_line(group) for group in _groups(pieces) if _straight(group) and _clear(group, pieces)]


def _letters(grey: Pixels, mask: Pixels) -> NDArray[np.float64]:
    """Pieces that could be letters: a row each of left, top, width, height, tone."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    tones = np.bincount(labels.ravel(), grey.ravel(), count) / np.maximum(1, np.bincount(labels.ravel(), minlength=count))
    left, top, width, height, area = (stats[:, column].astype(np.float64) for column in range(5))
    fill = area / (width * height)
    fits = (height >= LOWEST) & (height <= HIGHEST) & (width <= 2.5 * height) & (width >= 1) & (fill > 0.2)
    fits[0] = False  # the background
    return np.stack([left, top, width, height, tones], axis=1)[fits]


def _groups(pieces: NDArray[np.float64]) -> list[NDArray[np.float64]]:
    """Chains of pieces, each the nearest to the right of the one before: as high, as bright, on one line, not far."""
    left, top, width, height, tone = pieces.T
    centre, right = top + height / 2, left + width
    after = np.full(len(pieces), -1)
    for here in range(len(pieces)):
        until = np.searchsorted(left, right[here] + 1.6 * height[here])
        ahead = np.arange(here + 1, until)
        high = np.maximum(height[ahead], height[here])
        fits = (
            (np.abs(centre[ahead] - centre[here]) <= 0.4 * high)
            & (np.minimum(height[ahead], height[here]) >= 0.5 * high)
            & (np.abs(tone[ahead] - tone[here]) <= TONE)
            & (left[ahead] >= left[here] + 0.5 * width[here])
        )
        if fits.any():
            after[here] = ahead[np.argmax(fits)]
    chains: list[NDArray[np.float64]] = []
    used = np.zeros(len(pieces), bool)
    for start in range(len(pieces)):
        chain, here = [], start
        while here >= 0 and not used[here]:
            used[here] = True
            chain.append(here)
            here = int(after[here])
        if len(chain) >= FEWEST:
            chains.append(pieces[chain])
    return chains


def _straight(group: NDArray[np.float64]) -> bool:
    """Whether the letters stand on one line, or hang from one, and look alike in tone."""
    left, top, _, height, tone = group.T
    high = float(np.median(height))
    feet, heads = top + height, top
    level = min(np.abs(edge - np.median(edge)).mean() for edge in (feet, heads))
    return bool(level <= max(1.0, 0.14 * high) and tone.std() <= TONE / 2 and left[-1] - left[0] >= 2.5 * high)


def _clear(group: NDArray[np.float64], pieces: NDArray[np.float64]) -> bool:
    """Whether hardly anything of that tone lies around the line: letters stand apart from what is behind them."""
    found, high = _line(group), float(np.median(group[:, 3]))
    left, top, width, height, tone = pieces.T
    x, y = left + width / 2, top + height / 2
    around = (x > found.left - high) & (x < found.right + high) & (y > found.top - 0.8 * high) & (y < found.bottom + 0.8 * high)
    alike = around & (np.abs(tone - np.median(group[:, 4])) <= 2 * TONE)
    return len(group) >= CLEAR * int(alike.sum())


def _line(group: NDArray[np.float64]) -> Line:
    left, top, width, height, _ = group.T
    return Line(int(left.min()), int(top.min()), int((left + width).max()), int((top + height).max()), len(group))
