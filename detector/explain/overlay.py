"""A heat map laid over its picture. Knows nothing of networks, so changing the opacity or the palette costs no prediction."""

from bisect import bisect_right

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from detector.data.preprocess import Box
from detector.explain.palettes import PALETTES, SIGNED, lookup
from detector.labels import AI

Heat = NDArray[np.float32]

__all__ = ["PALETTES", "SIGNED", "caption_under", "colourise", "for_ai", "overlay", "resize_map"]

OUTSIDE = 0.6
"""Brightness kept where the network did not look."""

GAP = 0.35
"""Strength of the colour kept between the stripes of evidence for real."""

_WRITABLE = str.maketrans({"–": "-", "—": "-", "…": "..."})  # Pillow's own font lacks these

CAPTION_WIDTH = 360
"""Narrowest caption in pixels, so that a small picture's stays readable."""


def for_ai(heat: Heat, label: int) -> Heat:
    """A signed map of the evidence for `label` as one of the evidence for AI-generated: what is against real is for AI."""
    return heat if label == AI else -heat


def resize_map(heat: Heat, size: tuple[int, int]) -> Heat:
    """The map (h, w) brought smoothly to size = (width, height), within its own bounds and those of zero."""
    smooth = Image.fromarray(heat.astype(np.float32)).resize(size, Image.Resampling.BICUBIC)
    return np.clip(np.asarray(smooth), min(heat.min(initial=0), 0), max(heat.max(initial=0), 0))  # bicubic over- and undershoots


def colourise(heat: Heat, palette: str = PALETTES[0]) -> Image.Image:
    """The map as an RGB picture of the same shape: zero is the palette's dark end, the map's own peak the bright one.

    With the palette SIGNED, zero is white and the largest value of either sign gets the full colour of its side.
    """
    shares = _shares(heat, palette)
    levels = 127.5 + 127.5 * shares if palette == SIGNED else 255 * shares
    coloured = Image.fromarray(levels.astype(np.uint8)).convert("P")
    coloured.putpalette(lookup(palette))
    return coloured.convert("RGB")


def overlay(image: Image.Image, heat: Heat, box: Box, opacity: float = 0.5, palette: str = PALETTES[0]) -> Image.Image:
    """The picture with the map laid over `box`, the part that the network saw; the rest is dimmed.

    The hotter a place, the more colour it takes, up to `opacity` (0 to 1) at the map's peak. With opacity 0, or a map of zeros,
    the picture comes back as it was. A map ≥ 0 is wanted, or with the palette SIGNED one whose positive values speak for AI
    (`for_ai`); there, stripes mark what speaks for real, since greyscale does not tell blue from orange.
    """
    picture = image.convert("RGB") if image.mode != "RGB" else image.copy()
    if opacity <= 0 or not _shares(heat, palette).any():
        return picture
    left, top, right, bottom = box
    spread = resize_map(heat if palette == SIGNED else np.maximum(heat, 0), (right - left, bottom - top))
    shares = _shares(spread, palette)
    strength = np.abs(shares) * min(opacity, 1.0)
    colours = colourise(spread, palette)
    if palette == SIGNED:
        colours = colourise(np.sign(spread), palette)  # pale colours laid on thinly would hardly show
        strength[_stripes(strength.shape, max(picture.size) // 60) & (shares < 0)] *= GAP
    shown = Image.composite(colours, picture.crop(box), Image.fromarray((255 * strength).astype(np.uint8)))
    if box != (0, 0, *picture.size):
        picture = picture.point(lambda value: round(value * OUTSIDE))
    picture.paste(shown, (left, top))
    return picture


def caption_under(image: Image.Image, text: str) -> Image.Image:
    """The picture above a strip with the text, wrapped to its width. A narrow picture is centred over a wider strip."""
    width = max(image.width, CAPTION_WIDTH)
    margin = width // 40
    font = ImageFont.load_default(size=max(14, margin))
    wrapped = "\n".join(_wrap(text.translate(_WRITABLE), font, width - 2 * margin))
    height = round(ImageDraw.Draw(image).multiline_textbbox((0, 0), wrapped, font=font)[3])
    sheet = Image.new("RGB", (width, image.height + height + 2 * margin), "white")
    sheet.paste(image, ((width - image.width) // 2, 0))
    ImageDraw.Draw(sheet).multiline_text((margin, image.height + margin), wrapped, fill="black", font=font)
    return sheet


def _wrap(text: str, font: ImageFont.FreeTypeFont | ImageFont.ImageFont, width: int) -> list[str]:
    """Lines no wider than `width` pixels, broken at spaces where there are any."""
    lines = []
    for rest in text.splitlines():
        while font.getlength(rest) > width:
            fits = max(1, bisect_right(range(1, len(rest)), float(width), key=lambda n: float(font.getlength(rest[:n]))))
            space = rest.rfind(" ", 1, fits + 1)
            cut = fits if space < 0 else space
            lines.append(rest[:cut])
            rest = rest[cut:].lstrip()
        lines.append(rest)
    return lines


def _shares(heat: Heat, palette: str) -> Heat:
    """The map in shares of its peak: 0 to 1, or with the palette SIGNED -1 to 1 of the peak of both signs."""
    kept = heat if palette == SIGNED else np.maximum(heat, 0)
    peak = np.abs(kept).max(initial=0)
    return np.zeros(heat.shape, np.float32) if peak <= 0 else (kept / peak).astype(np.float32)


def _stripes(shape: tuple[int, ...], step: int) -> NDArray[np.bool_]:
    """The gaps of slanted stripes, one every `step` pixels."""
    rows, columns = np.ogrid[: shape[0], : shape[1]]
    return (rows + columns) % max(step, 3) < max(step // 3, 1)
