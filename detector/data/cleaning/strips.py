"""Credits: a strip with text along an edge, a line of text in a lower corner, a generator's colour mark. The crop without it."""

from typing import Final

import numpy as np

from detector.data.cleaning.borders import BEYOND, TOLERANCE, UNIFORM
from detector.data.cleaning.text import Line, text_lines
from detector.data.cleaning.view import Found, Pixels, View

LOWEST, HIGHEST = 0.02, 0.20  # of the picture's height: what a strip may take
PLAIN: Final = 0.45  # share of each of its rows that has its colour, text and all
FEWEST: Final = 6  # letters of a credit in a corner; with five, half of them were grass
CORNER: Final = 0.16  # of the picture's height: how far up a credit in a corner stands

# the five squares DALL·E 2 puts into the lower right corner: yellow, turquoise, green, red, blue
_SQUARES = np.array([(255, 255, 102), (66, 255, 255), (81, 218, 76), (255, 110, 60), (60, 70, 255)], np.int16)


def find_strip(view: View) -> Found | None:
    """A crop without the credit, or None; the surest of the three kinds where there are several."""
    return _squares(view) or _band(view) or _corner(view)


def _band(view: View) -> Found | None:
    """A strip of one colour with something written on it along the lower or the upper edge."""
    rows, columns = view.grey.shape
    below, above = _strip(view.rgb[::-1]), _strip(view.rgb)
    if not below and not above:
        return None
    where = " and ".join(name for name, size in (("lower", below), ("upper", above)) if size)
    box = view.full(0, above, columns, rows - below)
    return Found((box,), 0.9, f"A strip with text along the {where} edge.")


def _strip(rows: Pixels) -> int:
    """How many rows from the first on are a strip of one colour with something written in it; 0 where there is none."""
    most = int(HIGHEST * len(rows))
    first = rows[:3].astype(np.int16)
    if (np.abs(first - np.median(first[0], axis=0)).max(axis=2) <= TOLERANCE).mean() < UNIFORM:
        return 0  # as with most pictures; the rest takes longer
    head = rows[: most + 4].astype(np.int16)
    near = (np.abs(head - np.median(head[0], axis=0)).max(axis=2) <= TOLERANCE).mean(axis=1)
    inside = int(np.argmin(np.append(near >= PLAIN, False)))
    if not max(6, LOWEST * len(rows)) <= inside <= most or near[0] < UNIFORM or near[inside - 1 - (inside > 8)] < UNIFORM:
        return 0
    if near[inside : inside + 3].min() > BEYOND:
        return 0
    return inside if (near[:inside] < UNIFORM).sum() >= 4 else 0


def _corner(view: View) -> Found | None:
    """A short line of text in the lower right or lower left corner, over the picture itself."""
    rows, columns = view.grey.shape
    first = rows - max(24, round(CORNER * rows))
    if first <= 0:
        return None
    lines = [line for line in text_lines(view.grey[first:]) if _is_credit(line, columns)]
    if not lines:
        return None
    letters = sum(line.letters for line in lines)
    top = first + min(line.top for line in lines)
    margin = max(2, (max(line.bottom - line.top for line in lines)) // 3)
    box = view.full(0, max(1, top - margin), columns, rows)
    kept = (0, 0, view.width, box[1])
    return Found((kept,), round(min(0.85, 0.35 + 0.04 * letters), 2), "A line of text in a lower corner.")


def _is_credit(line: Line, columns: int) -> bool:
    """Whether the line is long enough and lies to the right or the left: what goes across the middle belongs to the picture."""
    middle = (line.left + line.right) / 2
    return line.letters >= FEWEST and line.right - line.left <= 0.5 * columns and not 0.35 * columns < middle < 0.65 * columns


def _squares(view: View) -> Found | None:
    """DALL·E 2's five squares: a row of 16-pixel squares in a picture of 1024, scaled with it."""
    rows, columns = view.grey.shape
    side = rows / 64
    if side < 3 or columns < 6 * side:
        return None
    y = round(rows - side / 2)
    seen = np.array([view.rgb[min(y, rows - 1), round(columns - (4.5 - place) * side)] for place in range(5)], np.int16)
    if np.abs(seen - _SQUARES).max() > 60:
        return None
    return Found(((0, 0, view.width, round(view.height - view.height / 64) - 1),), 0.97, "The colour mark of DALL·E 2.")
