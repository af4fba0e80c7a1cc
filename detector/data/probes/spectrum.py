"""Spectrum probe: how strong grain of each fineness is, once a wide blur is taken away. Knows no direction and no place.

Radial power spectra of generated pictures: Durall, Keuper and Keuper, CVPR 2020; of residuals: Corvi et al., CVPR-W 2023.
"""

import numpy as np
from PIL import Image

from detector.data.probes.feature import Feature, Row

SIDE = 256  # of the piece cut from the middle: most pictures have as much, and its transform takes milliseconds
BINS = 16

_BLUR = 8  # pixels that become one in the blur

FEATURES = tuple(
    Feature(f"strength of grain {2 * BINS / (index + 0.5):.1f} pixels wide (log)", "amount", "grain") for index in range(BINS)
)


def features(image: Image.Image) -> Row:
    """Log of the mean power in each of the rings from 0 to 0.5 cycles a pixel, coarse grain first."""
    width, height = min(image.width, SIDE), min(image.height, SIDE)
    left, top = (image.width - width) // 2, (image.height - height) // 2
    grey = np.asarray(image.crop((left, top, left + width, top + height)).convert("L"), np.float32)
    residual = grey - _blurred(grey)
    power = np.abs(np.fft.rfft2(residual - residual.mean())) ** 2 / residual.size
    frequency = np.hypot(np.fft.fftfreq(height)[:, None], np.fft.rfftfreq(width)[None, :])
    ring = (frequency * 2 * BINS).astype(int)
    ring[frequency == 0.5] = BINS - 1
    inside = ring < BINS  # the corners beyond 0.5 lie in some directions only
    total = np.bincount(ring[inside], power[inside], BINS)
    count = np.bincount(ring[inside], minlength=BINS)
    return np.log(total / np.maximum(count, 1) + 1e-3).astype(np.float32)


def _blurred(grey: Row) -> Row:
    """The picture shrunk and drawn large again, in float: rounding to 256 levels would add a grain of its own."""
    height, width = grey.shape
    small = Image.fromarray(grey).resize((max(1, width // _BLUR), max(1, height // _BLUR)), Image.Resampling.BOX)
    return np.asarray(small.resize((width, height), Image.Resampling.BICUBIC), np.float32)
