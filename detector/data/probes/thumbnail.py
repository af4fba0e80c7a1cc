"""Thumbnail probe: a grey picture of 16 × 16 pixels, in which no texture and no detail is left."""

import numpy as np
from PIL import Image

from detector.data.probes.feature import Feature, Row

SIDE = 16

_ROWS, _COLUMNS = ("top", "middle", "bottom"), ("left", "centre", "right")


def _place(index: int) -> str:
    row, column = _ROWS[index // SIDE * 3 // SIDE], _COLUMNS[index % SIDE * 3 // SIDE]
    return "the centre" if (row, column) == ("middle", "centre") else f"the {row} {column}"


FEATURES = tuple(Feature(_place(index), "place", "place") for index in range(SIDE * SIDE))


def features(image: Image.Image) -> Row:
    """Brightness, 0 to 1, of each place, row by row from the top left."""
    small = image.convert("L").resize((SIDE, SIDE), Image.Resampling.BOX, reducing_gap=2.0)
    return np.asarray(small, np.float32).reshape(-1) / np.float32(255)
