"""Colour probe: how bright and colourful a picture is, whatever it shows and wherever."""

from typing import Any

import numpy as np
from PIL import Image

from detector.data.probes.feature import Feature, Row

_SIDE = 96  # pixels of the copy that is counted; shares and means hardly change above it
_BINS = 8
_STEPS = tuple(f"{100 * k / _BINS:.0f} to {100 * (k + 1) / _BINS:.0f} %" for k in range(_BINS))
_HUES = ("red", "orange and yellow", "yellow-green", "green", "turquoise", "blue", "violet", "pink")

FEATURES = (
    *(Feature(f"mean {name}", "amount", "brightness") for name in ("red", "green", "blue", "brightness")),
    *(Feature(f"contrast in {name}", "amount", "contrast") for name in ("red", "green", "blue", "brightness")),
    Feature("mean saturation", "amount", "saturation"),
    Feature("spread of the saturation", "amount", "saturation"),
    Feature("red minus green", "amount", "tint", 3),
    Feature("yellow minus blue", "amount", "tint", 3),
    Feature("spread from red to green", "amount", "tints", 3),
    Feature("spread from yellow to blue", "amount", "tints", 3),
    *(Feature(f"share of pixels with a brightness of {steps}", "amount", "tones", 3) for steps in _STEPS),
    *(Feature(f"share of pixels with a saturation of {steps}", "amount", "saturation", 3) for steps in _STEPS),
    *(Feature(f"share of {name}", "amount", "hues", 3) for name in _HUES),
)


def features(image: Image.Image) -> Row:
    """One number a feature, on a scale from 0 to 1, for an RGB picture."""
    small = image.resize((min(_SIDE, image.width), min(_SIDE, image.height)), Image.Resampling.BOX, reducing_gap=2.0)
    rgb = np.asarray(small, np.float32).reshape(-1, 3) / 255
    hue, saturation, _ = (np.asarray(small.convert("HSV"), np.float32).reshape(-1, 3) / 255).T
    grey = rgb @ np.array([0.299, 0.587, 0.114], np.float32)
    red_green, yellow_blue = rgb[:, 0] - rgb[:, 1], (rgb[:, 0] + rgb[:, 1]) / 2 - rgb[:, 2]
    hues = np.histogram((hue + 0.5 / _BINS) % 1, _BINS, (0, 1), weights=saturation)[0] / len(hue)  # bins centred on the hues
    parts: list[Any] = [
        [*rgb.mean(0), grey.mean(), *rgb.std(0), grey.std(), saturation.mean(), saturation.std()],
        [red_green.mean(), yellow_blue.mean(), red_green.std(), yellow_blue.std()],
        np.histogram(grey, _BINS, (0, 1))[0] / len(grey),
        np.histogram(saturation, _BINS, (0, 1))[0] / len(grey),
        hues,
    ]
    return np.concatenate(parts).astype(np.float32)
