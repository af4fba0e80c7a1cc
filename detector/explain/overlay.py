"""A heat map laid over its picture. Knows nothing of networks, so changing the opacity or the palette costs no prediction."""

from bisect import bisect_right
from functools import cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageColor, ImageDraw, ImageFont

from detector.data.preprocess import Box

Heat = NDArray[np.float32]

PALETTES = ("inferno", "viridis")
"""Perceptually even: equal steps of the map look equally large, in greyscale and to colour-blind eyes too."""

OUTSIDE = 0.6
"""Brightness kept where the network did not look."""

_WRITABLE = str.maketrans({"–": "-", "—": "-", "…": "..."})  # Pillow's own font lacks these

CAPTION_WIDTH = 360
"""Narrowest caption in pixels, so that a small picture's stays readable."""


def resize_map(heat: Heat, size: tuple[int, int]) -> Heat:
    """The map (h, w) brought smoothly to size = (width, height), still ≥ 0."""
    smooth = Image.fromarray(heat.astype(np.float32)).resize(size, Image.Resampling.BICUBIC)
    return np.clip(np.asarray(smooth), 0, heat.max(initial=0))  # bicubic over- and undershoots


def colourise(heat: Heat, palette: str = "inferno") -> Image.Image:
    """The map as an RGB picture of the same shape: zero is the palette's dark end, the map's own peak the bright one."""
    coloured = Image.fromarray(_levels(heat)).convert("P")
    coloured.putpalette(_lookup(palette))
    return coloured.convert("RGB")


def overlay(image: Image.Image, heat: Heat, box: Box, opacity: float = 0.5, palette: str = "inferno") -> Image.Image:
    """The picture with the map laid over `box`, the part that the network saw; the rest is dimmed.

    The hotter a place, the more colour it takes, up to `opacity` (0 to 1) at the map's peak. With opacity 0, or a map of zeros,
    the picture comes back as it was.
    """
    picture = image.convert("RGB") if image.mode != "RGB" else image.copy()
    if opacity <= 0 or heat.max(initial=0) <= 0:
        return picture
    left, top, right, bottom = box
    spread = resize_map(heat, (right - left, bottom - top))
    strength = Image.fromarray((_levels(spread) * min(opacity, 1.0)).astype(np.uint8))
    shown = Image.composite(colourise(spread, palette), picture.crop(box), strength)
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


def _levels(heat: Heat) -> NDArray[np.uint8]:
    """The map in 256 steps between zero and its peak."""
    peak = heat.max(initial=0)
    return np.zeros(heat.shape, np.uint8) if peak <= 0 else np.clip(heat * (255 / peak), 0, 255).astype(np.uint8)


@cache
def _lookup(palette: str) -> bytes:
    """256 RGB triples, interpolated between plotly's stops."""
    from plotly.colors import sequential  # only drawing needs it, and it is not needed to list the palettes

    stops = np.array([ImageColor.getrgb(colour) for colour in getattr(sequential, palette.title())])
    places = np.linspace(0, len(stops) - 1, 256)
    channels = [np.interp(places, np.arange(len(stops)), stops[:, channel]) for channel in range(3)]
    return np.stack(channels, axis=1).round().astype(np.uint8).tobytes()
