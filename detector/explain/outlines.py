"""Outlines of face regions drawn on a picture, with their names. Told apart by their words, so they need no colours."""

from collections.abc import Mapping

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from detector.data.preprocess import Box
from detector.explain.regions import Mask

UNNAMED = ("rest", "background")  # their borders are those of the others
FONT_SHARE = 0.026
MIN_FONT = 11
Font = ImageFont.FreeTypeFont | ImageFont.ImageFont


def outlined(image: Image.Image, box: Box, masks: Mapping[str, Mask], names: Mapping[str, str]) -> Image.Image:
    """The RGB picture with every border between regions, and each region's name, light over dark so that both show anywhere.

    `masks` (h, w) are disjoint and cover `box`, a part of the picture; `names` are the words to write, by region.
    """
    drawn = image.copy()
    size = box[2] - box[0], box[3] - box[1]
    number = np.zeros(next(iter(masks.values())).shape, np.uint8)
    for index, mask in enumerate(masks.values(), 1):
        number[mask] = index
    large = np.asarray(Image.fromarray(number).resize(size, Image.Resampling.NEAREST))
    border = np.zeros(large.shape, bool)
    border[:, 1:] |= large[:, 1:] != large[:, :-1]
    border[1:] |= large[1:] != large[:-1]
    width = 1 + 2 * (max(size) // 500)
    line = Image.fromarray(np.uint8(border) * 255).filter(ImageFilter.MaxFilter(width))
    drawn.paste("black", box, line.filter(ImageFilter.MaxFilter(width + 2)))
    drawn.paste("white", box, line)
    pen, font = ImageDraw.Draw(drawn), ImageFont.load_default(max(MIN_FONT, round(FONT_SHARE * max(size))))
    taken: list[tuple[float, float, float, float]] = []
    for name, mask in masks.items():
        if name not in UNNAMED and mask.any():
            x, y = _middle(mask)
            place = box[0] + x * size[0] / mask.shape[1], box[1] + y * size[1] / mask.shape[0]
            place = _free_place(pen, font, names[name], place, taken)
            pen.text(place, names[name], fill="white", font=font, anchor="mm", stroke_width=2, stroke_fill="black")
    return drawn


def _free_place(
    pen: ImageDraw.ImageDraw, font: Font, words: str, place: tuple[float, float], taken: list[tuple[float, float, float, float]]
) -> tuple[float, float]:
    """The place, moved down line by line until the words cover no others; their box is added to `taken`."""
    x, y = place
    while True:
        left, top, right, bottom = pen.textbbox((x, y), words, font=font, anchor="mm", stroke_width=2)
        if not any(left < r and a < right and top < b and t < bottom for a, t, r, b in taken):
            taken.append((left, top, right, bottom))
            return x, y
        y += (bottom - top) / 2


def _middle(mask: Mask) -> tuple[float, float]:
    """The region's own pixel nearest to the middle of its right half: a ring or a pair has none in its middle."""
    rows, columns = np.nonzero(mask)
    middle_row, middle_column = rows.mean(), columns.mean()
    if not mask[int(middle_row), int(middle_column)]:
        middle_column = columns[columns >= middle_column].mean()
    nearest = np.argmin((rows - middle_row) ** 2 + (columns - middle_column) ** 2)
    return float(columns[nearest]) + 0.5, float(rows[nearest]) + 0.5
