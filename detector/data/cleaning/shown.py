"""A proposal as pictures: the whole with the boxes to keep outlined, and what the boxes hold, side by side."""

from collections.abc import Sequence
from typing import Final

from PIL import Image, ImageDraw

from detector.data.preprocess import Box

GAP: Final = 6
"""Pixels between the parts of a split."""


def before(image: Image.Image, boxes: Sequence[Box], side: int = 320) -> Image.Image:
    """The picture, at most `side` pixels long, its lost parts dimmed and the boxes outlined in black and white."""
    small, scale = _small(image, side)
    if not boxes:
        return small
    shown = Image.blend(small, Image.new("RGB", small.size, "#808080"), 0.55)
    draw = ImageDraw.Draw(shown)
    for box in boxes:
        left, top, right, bottom = (round(value * scale) for value in box)
        shown.paste(small.crop((left, top, right, bottom)), (left, top))
    for box in boxes:
        left, top, right, bottom = (round(value * scale) for value in box)
        draw.rectangle((left, top, right - 1, bottom - 1), outline="white", width=3)
        draw.rectangle((left, top, right - 1, bottom - 1), outline="black", width=1)
    return shown


def after(image: Image.Image, boxes: Sequence[Box], side: int = 320) -> Image.Image:
    """What the boxes hold: one part alone, several two in a row."""
    parts = [_small(image.crop(box), side if len(boxes) == 1 else side // 2)[0] for box in boxes]
    if len(parts) == 1:
        return parts[0]
    width, height = max(part.width for part in parts), max(part.height for part in parts)
    rows = -(-len(parts) // 2)
    whole = Image.new("RGB", (2 * width + GAP, rows * height + (rows - 1) * GAP), "white")
    for number, part in enumerate(parts):
        whole.paste(part, ((number % 2) * (width + GAP), (number // 2) * (height + GAP)))
    return whole


def _small(image: Image.Image, side: int) -> tuple[Image.Image, float]:
    """The picture no longer than `side`, and its scale."""
    scale = min(1.0, side / max(image.size))
    size = max(1, round(image.width * scale)), max(1, round(image.height * scale))
    return image.resize(size, Image.Resampling.BILINEAR, reducing_gap=2.0), scale
