"""JPEG pixels by libjpeg-turbo straight into an array, where that is what Pillow would give. Knows nothing of limits or names."""

import numpy as np
import simplejpeg
from PIL import Image


def quick_jpeg(header: Image.Image, data: bytes) -> Image.Image | None:
    """The RGB picture of a plain colour or grey JPEG, not turned; None for every other file, which Pillow then decodes.

    `header` is the file opened by Pillow and not loaded. What comes out is equal bit for bit (benchmarks/decode.py), so it does
    not matter which of the two decoded a picture. A damaged file is None too: what is wrong with it is Pillow's to say.
    """
    if header.format != "JPEG" or header.mode not in ("RGB", "L"):
        return None
    try:
        pixels = simplejpeg.decode_jpeg(data, "RGB")  # strict: bytes that only warn are left to Pillow as well
    except ValueError:
        return None
    return Image.fromarray(np.asarray(pixels))
