"""Likeness: what tells in a few bytes whether two pictures look alike. Knows no files and no data sets."""

import imagehash
import numpy as np
from PIL import Image

LOOK_SIDE = 8

_ENOUGH = 64  # pixels on the shorter side: the hash works on 32 × 32, and a box shrinks large pictures faster than its own filter


def likeness(image: Image.Image) -> tuple[str, str]:
    """The perceptual hash of an RGB picture (64 bits) and its look (8 × 8 greys, 0 … 255), both in hex.

    The hash is imagehash's `phash`: signs of the 8 × 8 lowest frequencies about their median. It says nothing of flat pictures,
    and unlike ones may collide; the look tells those apart.
    """
    factor = min(image.size) // _ENOUGH
    small = (image.reduce(factor) if factor > 1 else image).convert("L")
    look = np.asarray(small.resize((LOOK_SIDE, LOOK_SIDE), Image.Resampling.BOX))
    return str(imagehash.phash(small)), look.tobytes().hex()
