"""Masks: the part of a picture that strokes and boxes cover. Grey pictures (mode L), 255 inside."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageChops, ImageDraw, ImageFilter

from detector.playground.steps import Box, Brush, Stroke


def mask_of(brush: Brush, size: tuple[int, int]) -> Image.Image:
    """What a brush covers in a picture of this (width, height)."""
    mask = Image.new("L", size)
    draw = ImageDraw.Draw(mask)
    for stroke in brush.strokes:
        _draw_stroke(draw, stroke, size)
    for box in brush.boxes:
        left, top, right, bottom = in_pixels(box, size)
        draw.rectangle((left, top, right - 1, bottom - 1), fill=255)
    return mask


def in_pixels(box: Box, size: tuple[int, int]) -> Box:
    """A box of thousandths in a picture's pixels, at least one pixel each way."""
    width, height = size
    left, top = min(round(box[0] * width / 1000), width - 1), min(round(box[1] * height / 1000), height - 1)
    return left, top, max(round(box[2] * width / 1000), left + 1), max(round(box[3] * height / 1000), top + 1)


def feathered(size: tuple[int, int], share: float) -> Image.Image:
    """A mask of this size that fades from its middle to its edge over `share` of the shorter side; 0 fades nowhere."""
    reach = share * min(size)
    if reach < 1:
        return Image.new("L", size, 255)
    across, down = (_ramp(length, reach) for length in size)
    return Image.fromarray(np.rint(255 * np.minimum(down[:, None], across[None, :])).astype(np.uint8))


def covered(mask: Image.Image) -> float:
    """The share of the picture that a mask covers, 0 to 1."""
    return float(np.asarray(mask).mean()) / 255


def softened(mask: Image.Image) -> Image.Image:
    """The mask with an edge that fades over some pixels outside of it, so that no sharp line is drawn where none was."""
    return ImageChops.lighter(mask, mask.filter(ImageFilter.GaussianBlur(max(min(mask.size) / 250, 0.6))))


def _draw_stroke(draw: ImageDraw.ImageDraw, stroke: Stroke, size: tuple[int, int]) -> None:
    """Discs joined by lines as wide as they are."""
    width, height = size
    radius = max(stroke.radius * min(size) / 1000, 0.5)
    points = [(x * width / 1000, y * height / 1000) for x, y in stroke.points]
    draw.line(points, fill=255, width=max(round(2 * radius), 1))
    for x, y in points:
        draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=255)


def _ramp(length: int, reach: float) -> NDArray[np.float64]:
    """From 0 past one end to 1 and back to 0 past the other, rising over `reach` pixels."""
    places = np.arange(length) + 0.5
    ramp: NDArray[np.float64] = np.clip(np.minimum(places, length - places) / reach, 0, 1)
    return ramp
