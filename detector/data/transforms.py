"""Augmentation: random changes to a training picture's canvas that leave its label true. Arrays in, arrays out."""

import io
import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

Pixels = NDArray[np.uint8]  # (height, width, 3)

_JPEG_QUALITIES = (50, 95)
_ASPECTS = (3 / 4, 4 / 3)


@dataclass(frozen=True)
class Augmentation:
    """Which changes are made, in the words and units of `TrainConfig`; the default makes none.

    Vertical flip, rotation, random crop and noise are those of study athens (±15°).
    """

    horizontal_flip: bool = False
    vertical_flip: bool = False
    rotation: float = 0.0
    random_crop: float = 0.0
    noise: float = 0.0
    jpeg: bool = False
    blur: float = 0.0


def augment(canvas: Pixels, size: int, augmentation: Augmentation, rng: np.random.Generator) -> Pixels:
    """A uint8 canvas (C, C, 3) as a training picture (size, size, 3), by the random numbers of `rng`; C may not be below size.

    Geometry comes first, then blur and noise, and JPEG last, the order in which a camera and a web site would apply them.
    Without augmentation it is the middle of the canvas, as `Preprocess.view` cuts it; with any, a canvas larger than `size` is
    cut at a random place. The result is a copy that may be written to.
    """
    if augmentation == Augmentation():
        edge = (canvas.shape[0] - size) // 2
        return np.array(canvas[edge : edge + size, edge : edge + size])
    pixels = _crop(_rotate(_flip(canvas, augmentation, rng), augmentation.rotation, rng), size, augmentation.random_crop, rng)
    if augmentation.blur and _coin(rng):
        pixels = blurred(pixels, rng.uniform(0, augmentation.blur))
    if augmentation.noise:
        pixels = noisy(pixels, augmentation.noise, rng)
    if augmentation.jpeg and _coin(rng):
        pixels = recompressed(pixels, int(rng.integers(_JPEG_QUALITIES[0], _JPEG_QUALITIES[1] + 1)))
    return np.array(pixels)


def _coin(rng: np.random.Generator) -> bool:
    return bool(rng.random() < 0.5)


def _flip(pixels: Pixels, augmentation: Augmentation, rng: np.random.Generator) -> Pixels:
    if augmentation.horizontal_flip and _coin(rng):
        pixels = pixels[:, ::-1]
    if augmentation.vertical_flip and _coin(rng):
        pixels = pixels[::-1]
    return pixels


def _rotate(pixels: Pixels, degrees: float, rng: np.random.Generator) -> Pixels:
    """Turned about the middle; the corners show the picture mirrored at its edges, as black ones would be a mark."""
    if not degrees:
        return pixels
    angle = rng.uniform(-degrees, degrees)
    side = pixels.shape[0]
    turn = math.radians(angle)
    margin = math.ceil(side * (abs(math.sin(turn)) + abs(math.cos(turn)) - 1) / 2) + 1
    padded = np.pad(pixels, ((margin, margin), (margin, margin), (0, 0)), mode="symmetric")
    turned = np.asarray(Image.fromarray(padded).rotate(angle, Image.Resampling.BICUBIC))
    return turned[margin : margin + side, margin : margin + side]


def _crop(pixels: Pixels, size: int, least_share: float, rng: np.random.Generator) -> Pixels:
    """A part at random, size × size: cut out as it is, or with `least_share` of the area at least and then resized.

    The resized part has a width-to-height ratio between 3:4 and 4:3 (Szegedy et al. 2015, Going Deeper with Convolutions).
    """
    side = pixels.shape[0]
    if not least_share:
        top, left = rng.integers(0, side - size + 1, 2)
        return pixels[top : top + size, left : left + size]
    area = side * side * rng.uniform(least_share, 1)
    aspect = math.exp(rng.uniform(math.log(_ASPECTS[0]), math.log(_ASPECTS[1])))
    width, height = min(math.sqrt(area * aspect), side), min(math.sqrt(area / aspect), side)
    left, top = rng.uniform(0, side - width), rng.uniform(0, side - height)
    box = (left, top, left + width, top + height)
    return np.asarray(Image.fromarray(np.ascontiguousarray(pixels)).resize((size, size), Image.Resampling.BICUBIC, box))


def blurred(pixels: Pixels, sigma: float) -> Pixels:
    """Under a Gaussian of `sigma` pixels."""
    return np.asarray(Image.fromarray(np.ascontiguousarray(pixels)).filter(ImageFilter.GaussianBlur(sigma)))


def noisy(pixels: Pixels, deviation: float, rng: np.random.Generator) -> Pixels:
    """With Gaussian noise of this standard deviation, in shares of full brightness."""
    noise = rng.standard_normal(pixels.shape, dtype=np.float32) * np.float32(255 * deviation)
    return np.clip(np.rint(pixels + noise), 0, 255).astype(np.uint8)


def recompressed(pixels: Pixels, quality: int) -> Pixels:
    """Saved as JPEG at this quality, with the colours at half the resolution, and read again."""
    buffer = io.BytesIO()
    Image.fromarray(np.ascontiguousarray(pixels)).save(buffer, "JPEG", quality=quality)
    return np.asarray(Image.open(buffer))
