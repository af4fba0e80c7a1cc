"""Edits: a step done to a picture. Pure functions on RGB pictures: the same picture and step always give the same one."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from detector.data.transforms import blurred
from detector.evaluation.perturbations import KINDS
from detector.playground.masks import feathered, in_pixels, mask_of, softened
from detector.playground.steps import Box, Brush, Change, Crop, Paste, Step

SIDE = 1024
"""Longest side of a picture in the playground: a slider has to follow the hand."""

_REACH = 0.08
"""Width of the surroundings that are drawn into a hole, in shares of the shorter side."""

Pixels = NDArray[np.float32]


def working_copy(image: Image.Image) -> Image.Image:
    """The RGB picture itself, or shrunk to SIDE where it is larger."""
    if max(image.size) <= SIDE:
        return image
    small = image.copy()
    small.thumbnail((SIDE, SIDE), Image.Resampling.LANCZOS)
    return small


def edited(image: Image.Image, step: Step, source_of: Callable[[str], Image.Image]) -> Image.Image:
    """The RGB picture after a step; `source_of` gives the picture that a paste takes from, or raises as it likes."""
    match step:
        case Change(kind, strength):
            return KINDS[kind].change(image, strength)
        case Brush():
            return brushed(image, mask_of(step, image.size), step.fill)
        case Crop(box):
            return image.crop(in_pixels(box, image.size))
        case Paste(source, cut, put, feather):
            return pasted(image, source_of(source), cut, put, feather / 1000)


def brushed(image: Image.Image, mask: Image.Image, fill: str) -> Image.Image:
    """The picture with what the mask covers taken away: nothing of it is left in the filling."""
    hidden = np.asarray(mask) > 0
    if not hidden.any():
        return image.copy()
    filling = Image.fromarray(_FILLINGS[fill](np.asarray(image), hidden))
    return Image.composite(filling, image, softened(mask))


def pasted(image: Image.Image, source: Image.Image, cut: Box, put: Box, feather: float) -> Image.Image:
    """The picture with a part of another one laid over a box, scaled to fit it; its edge fades over a share of its side."""
    left, top, right, bottom = in_pixels(put, image.size)
    part = source.crop(in_pixels(cut, source.size)).resize((right - left, bottom - top), Image.Resampling.BICUBIC)
    result = image.copy()
    result.paste(part, (left, top), feathered(part.size, feather))
    return result


def _surroundings(pixels: NDArray[np.uint8], hidden: NDArray[np.bool_]) -> NDArray[np.uint8]:
    """Each hidden place as the weighted mean of what can be seen near it, and the mean colour far from anything seen.

    Knutsson and Westin 1993, "Normalized and differential convolution": blur what is seen, and divide by the blurred mask.
    """
    size = (pixels.shape[1], pixels.shape[0])
    blur = ImageFilter.GaussianBlur(_REACH * min(size))
    seen = np.where(hidden[..., None], 0, pixels).astype(np.uint8)
    light = np.asarray(Image.fromarray(seen).filter(blur), np.float32)
    weight = np.asarray(Image.fromarray(np.where(hidden, 0, 255).astype(np.uint8)).filter(blur), np.float32)[..., None] / 255
    ground = _seen_mean(pixels, hidden)
    trust = np.clip(weight / 0.04, 0, 1)  # eight bits carry no colour below some hundredths
    filled = trust * light / np.maximum(weight, 0.01) + (1 - trust) * ground
    return np.clip(np.rint(filled), 0, 255).astype(np.uint8)


def _mean(pixels: NDArray[np.uint8], hidden: NDArray[np.bool_]) -> NDArray[np.uint8]:
    return np.broadcast_to(np.rint(_seen_mean(pixels, hidden)), pixels.shape).astype(np.uint8)


def _noise(pixels: NDArray[np.uint8], hidden: NDArray[np.bool_]) -> NDArray[np.uint8]:
    """Noise with the mean and the spread of what can be seen, the same grains every time; a little soft, as photos are."""
    seen = pixels[~hidden] if not hidden.all() else pixels.reshape(-1, 3)
    grains = np.random.default_rng(0).standard_normal(pixels.shape, dtype=np.float32)
    noise = np.clip(np.rint(128 + 40 * grains), 0, 255).astype(np.uint8)
    soft = blurred(noise, 0.7).astype(np.float32) - 128
    spread = seen.std(axis=0) / max(float(soft.std()), 1e-3)
    return np.clip(np.rint(seen.mean(axis=0) + soft * spread), 0, 255).astype(np.uint8)


def _seen_mean(pixels: NDArray[np.uint8], hidden: NDArray[np.bool_]) -> Pixels:
    """The mean colour (3,) outside the hole, or of the whole picture where everything is hidden."""
    seen = pixels.reshape(-1, 3) if hidden.all() else pixels[~hidden]
    mean: Pixels = seen.mean(axis=0, dtype=np.float64).astype(np.float32)
    return mean


_FILLINGS = {"surroundings": _surroundings, "mean": _mean, "noise": _noise}
