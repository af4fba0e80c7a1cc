"""Shape probe: a picture's width and height in pixels, and what follows from them."""

import numpy as np

from detector.data.probes.feature import Feature, Row

FEATURES = (
    Feature("width in pixels", "amount", "size", 0),
    Feature("height in pixels", "amount", "size", 0),
    Feature("megapixels", "amount", "size"),
    Feature("width divided by height", "amount", "aspect"),
    Feature("are square", "share", "aspect"),
    Feature("are higher than wide", "share", "aspect"),
    Feature("have sides that 8 divides", "share", "divisible"),
    Feature("have sides that 64 divides", "share", "divisible"),
)


def features(width: int, height: int) -> Row:
    """One number a feature for a picture of this size."""
    return np.array(
        [
            width,
            height,
            width * height / 1e6,
            width / height,
            width == height,
            height > width,
            width % 8 == height % 8 == 0,
            width % 64 == height % 64 == 0,
        ],
        dtype=np.float32,
    )
