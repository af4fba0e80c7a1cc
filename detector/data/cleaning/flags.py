"""Pictures that may not belong in the set: blank, dark, blurred, oddly shaped, graphics, screenshots, pages of text."""

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np

from detector.data.cleaning.text import text_lines
from detector.data.cleaning.view import Found, Pixels, View

BLANK_BITS: Final = 2.0  # entropy of the grey levels
BLANK_SPREAD: Final = 32  # grey levels between the darkest and the brightest two hundredth: print on paper has more
DARK_LEVEL: Final = 64  # grey level of the brightest hundredth
SOFT: Final = 0.165  # steepest step over one pixel as a share of the contrast over eight
ODD_SHAPE: Final = 3.0  # longer side by shorter
FLAT: Final = 0.6  # share of pixels like their neighbours, for graphics
HARD: Final = 0.08  # share of hard steps among the pixels that are not flat: paintings have soft ones
COLOURS: Final = 0.6  # share of the picture that its eight commonest colours make up, for graphics
TEXT_AREA: Final = 0.06  # share of the picture that lines of text cover
TEXT_LINES: Final = 4
EDGES: Final = 3  # long straight edges along rows or columns, for screenshots


@dataclass(frozen=True)
class Measures:
    """What is measured of a picture.

    Entropy in bits, grey levels between its ends, grey level of its brightest hundredth, sharpness, longer side by shorter,
    shares of its area that are flat, hard-edged, of few colours and text, lines of text, and long straight edges.
    """

    bits: float
    spread: float
    brightest: float
    sharpness: float
    shape: float
    flat: float
    hard: float
    colours: float
    text: float
    lines: int
    edges: int


def measure(view: View) -> Measures:
    """All measures of one picture."""
    small = view.small
    counts = np.bincount(small.ravel(), minlength=256) / small.size
    used = counts[counts > 0]
    lines = text_lines(view.grey)
    area = sum((line.right - line.left) * (line.bottom - line.top) for line in lines)
    flat, hard = _flat(view.grey)
    return Measures(
        bits=float(-(used * np.log2(used)).sum()),
        spread=float(np.subtract(*np.percentile(small, (99.5, 0.5)))),
        brightest=float(np.percentile(small, 99)),
        sharpness=_sharpness(small),
        shape=max(view.width, view.height) / min(view.width, view.height),
        flat=flat,
        hard=hard,
        colours=_common_colours(view.rgb),
        text=area / view.grey.size,
        lines=len(lines),
        edges=_long_edges(view.grey),
    )


def find_flags(view: View) -> dict[str, Found]:
    """Why the picture might be left out, by kind; mostly nothing."""
    seen = measure(view)
    if seen.bits < BLANK_BITS and seen.spread < BLANK_SPREAD:
        return {"blank": Found((), 0.95 if seen.bits < 1 else 0.6, "Next to nothing is on it.")}
    found = {}
    if seen.brightest < DARK_LEVEL:
        found["dark"] = Found((), round(0.95 - seen.brightest / 160, 2), "Even its brightest places are dark.")
    if seen.sharpness < SOFT:
        found["blurred"] = Found(
            (), round(min(0.95, 0.5 + 10 * (SOFT - seen.sharpness)), 2), "It is soft all over, at least in one direction."
        )
    if seen.shape > ODD_SHAPE:
        found["odd shape"] = Found((), 0.6, f"One side is {seen.shape:.1f} times the other.")
    drawn = seen.flat > FLAT and seen.hard > HARD and seen.colours > COLOURS
    if drawn and seen.edges >= EDGES and seen.lines >= 2:
        found["screenshot"] = Found((), 0.85, "Flat areas, long straight edges and lines of text, as on a screen.")
    elif seen.lines >= TEXT_LINES and seen.text > TEXT_AREA:
        found["text"] = Found((), round(min(0.9, 0.5 + seen.text), 2), f"{seen.lines} lines of text.")
    elif drawn:
        found["graphic"] = Found((), round(min(0.9, seen.flat * seen.colours + 0.2), 2), "Flat areas of few colours.")
    return found


def _sharpness(grey: Pixels) -> float:
    """The steepest step over one pixel as a share of that over eight: 1 at a hard edge, 0.13 in a ramp; 1 without contrast.

    It does not change with contrast, and a thing in focus before a soft background counts, if its edges are half a percent of
    the pixels. The softer of the two directions counts, so that a shaken picture is soft.
    """
    if min(grey.shape) < 24:
        return 1.0
    values = cv2.GaussianBlur(grey, (0, 0), 0.6)  # grain must not make a soft picture sharp
    shares = []
    for turned in (values, np.ascontiguousarray(values.T)):
        far, near = (cv2.absdiff(turned[by:], turned[:-by]) for by in (8, 1))
        wide = float(np.percentile(far, 99.5))
        shares.append(float(np.percentile(near, 99.5)) / wide if wide > 12 else 1.0)
    return min(shares)


def _flat(grey: Pixels) -> tuple[float, float]:
    """Share of pixels within one grey level of their right and lower neighbours; share of steps over 40 levels in the others."""
    if min(grey.shape) < 2:
        return 1.0, 0.0
    right = cv2.absdiff(grey[:-1, 1:], grey[:-1, :-1])
    step = np.maximum(right, cv2.absdiff(grey[1:, :-1], grey[:-1, :-1]))
    flat, hard = float((step <= 1).mean()), float((step > 40).mean())
    return flat, hard / max(1e-6, 1 - flat)


def _common_colours(rgb: Pixels) -> float:
    """Share of the picture in its eight commonest colours of 4096."""
    bins = (rgb >> 4).astype(np.int32)
    counts = np.bincount((bins[..., 0] << 8 | bins[..., 1] << 4 | bins[..., 2]).ravel(), minlength=4096)
    return float(np.sort(counts)[-8:].sum() / counts.sum())


def _long_edges(grey: Pixels) -> int:
    """Rows and columns along which the picture steps over at least 60 % of its extent, at places that are apart."""
    if min(grey.shape) < 2:
        return 0
    count = 0
    for turned in (grey, np.ascontiguousarray(grey.T)):
        share = (cv2.absdiff(turned[1:], turned[:-1]) > 8).mean(axis=1)
        places = np.flatnonzero(share > 0.6)
        count += int((np.diff(places, prepend=-10) > 3).sum()) if len(places) < 0.1 * len(share) else 0
    return count
