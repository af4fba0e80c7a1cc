"""Frames, letterboxes and single bars of one colour around a picture: the crop that takes them off.

A bar is uniform up to its end and ends at once, over most of the picture's width. A dark sky or a portrait before a black
wall does not: there the picture begins in a few columns and grows.
"""

from typing import Final

import numpy as np

from detector.data.cleaning.view import Found, Pixels, View

TOLERANCE: Final = 20  # levels; JPEG leaves waves of about that height beside a sharp edge
UNIFORM: Final = 0.97  # share of a row that has the bar's colour
BEYOND: Final = 0.35  # the same share just behind the bar, in the middle half of the row, at most
SLOPE: Final = 2  # pixels between the last uniform row and the picture
THINNEST, THICKEST = 0.01, 0.42  # of the picture's side

Sides = tuple[int, int, int, int]
"""Thickness of the bars at left, top, right, bottom in pixels of the view."""


def find_border(view: View) -> Found | None:
    """A crop without the bars, or None where there are none worth a question."""
    sides = border_sides(view.rgb)
    left, top, right, bottom = sides
    confidence, what = _judged(sides, view.rgb.shape[1], view.rgb.shape[0])
    if not confidence:
        return None
    rows, columns = view.grey.shape
    return Found((view.full(left, top, columns - right, rows - bottom),), confidence, what)


def border_sides(rgb: Pixels) -> Sides:
    """How thick the bar at each side is; 0 where there is none."""
    turned = rgb.transpose(1, 0, 2)
    return bar(turned), bar(rgb), bar(turned[::-1]), bar(rgb[::-1])


def bar(rows: Pixels) -> int:
    """How many rows of the picture, from its first on, are a bar of one colour that ends in a step."""
    most, least = int(THICKEST * len(rows)), max(3, round(THINNEST * len(rows)))
    first = rows[:least].astype(np.int16)
    if (np.abs(first - np.median(first[0], axis=0)).max(axis=2) <= TOLERANCE).mean() < UNIFORM:
        return 0  # as with most pictures; the rest takes longer
    head = rows[: most + SLOPE + 1].astype(np.int16)
    colour = np.median(head[0], axis=0)
    near = np.abs(head - colour).max(axis=2) <= TOLERANCE
    uniform = int(np.argmin(np.append(near.mean(axis=1) >= UNIFORM, False)))
    if uniform < least or uniform > most:
        return 0
    quarter = near.shape[1] // 4
    middle = near[:, quarter : near.shape[1] - quarter].mean(axis=1)  # without the bars at the two other sides
    after = middle[uniform : uniform + SLOPE + 1] <= BEYOND
    return uniform + int(np.argmax(after)) if after.any() else 0


def _judged(sides: Sides, width: int, height: int) -> tuple[float, str]:
    """How sure that these bars are no part of the picture, and what to call them; 0 where they are not worth a question."""
    left, top, right, bottom = sides
    count = sum(side > 0 for side in sides)
    if count == 4:
        return 0.95, "A frame of one colour on all four sides."
    for first, second, extent, where in ((top, bottom, height, "above and below"), (left, right, width, "left and right")):
        if first and second and count == 2:
            even = abs(first - second) <= max(3, 0.03 * extent)
            return (0.9 if even else 0.7), f"Bars of one colour {where}."
    if count >= 2:
        return 0.6, f"Bars of one colour on {count} sides."
    names = [name for name, side in zip(("left", "upper", "right", "lower"), sides, strict=True) if side]
    return (0.4, f"A bar of one colour at the {names[0]} edge.") if names else (0.0, "")
