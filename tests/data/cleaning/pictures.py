"""Pictures to find things in, made by code: a soft scene with grain, and what is done to it."""

from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont, ImageOps


def scene(seed: int, size: tuple[int, int] = (320, 240)) -> Image.Image:
    """Soft blots with shapes and grain: like a photo, it has no flat places and some sharp edges."""
    rng = np.random.default_rng(seed)
    blots = Image.fromarray(rng.integers(30, 226, (5, 6, 3), dtype=np.uint8)).resize(size, Image.Resampling.BICUBIC)
    draw = ImageDraw.Draw(blots)
    for _ in range(30):
        x, y = rng.integers(0, size[0]), rng.integers(0, size[1])
        r = int(rng.integers(4, 18))
        draw.ellipse((x - r, y - r, x + r, y + r), tuple(int(v) for v in rng.integers(0, 256, 3)))
    x, y = size[0] // 3, size[1] // 3
    draw.rectangle((x, y, x + 20, y + 14), "white")
    draw.rectangle((x + 20, y + 5, x + 32, y + 20), "black")
    grain = rng.normal(0, 5, (size[1], size[0], 1))
    return Image.fromarray(np.clip(np.asarray(blots) + grain, 0, 255).astype(np.uint8))


def collage(gap: int = 0, side: int = 128) -> Image.Image:
    """Four scenes in one, with a white line of `gap` pixels between them."""
    whole = Image.new("RGB", (2 * side + gap, 2 * side + gap), "white")
    for index in range(4):
        whole.paste(scene(100 + index, (side, side)), ((index % 2) * (side + gap), (index // 2) * (side + gap)))
    return whole


def with_strip(high: int = 28) -> Image.Image:
    """A scene over a black bar with a credit in it."""
    picture = scene(3)
    whole = Image.new("RGB", (picture.width, picture.height + high))
    whole.paste(picture)
    ImageDraw.Draw(whole).text((8, picture.height + 5), "photo by somebody else", "white", ImageFont.load_default(15))
    return whole


def page_of_text() -> Image.Image:
    """Twelve lines of print."""
    whole = Image.new("RGB", (420, 330), (250, 249, 244))
    draw, font = ImageDraw.Draw(whole), ImageFont.load_default(17)
    for line in range(12):
        draw.text((20, 15 + 25 * line), "the quick brown fox jumps over it", (20, 20, 20), font)
    return whole


def window() -> Image.Image:
    """A screenshot: title bar, side bar, lines of text."""
    whole = Image.new("RGB", (640, 420), (246, 246, 246))
    draw, font = ImageDraw.Draw(whole), ImageFont.load_default(14)
    draw.rectangle((0, 0, 640, 32), (50, 60, 80))
    draw.rectangle((0, 33, 640, 58), (222, 222, 226))
    draw.rectangle((0, 59, 150, 420), (208, 212, 219))
    draw.text((10, 8), "Settings of the window", "white", font)
    for line in range(6):
        draw.text((175, 90 + 30 * line), "results of your search in this folder", (30, 30, 30), font)
        draw.text((10, 90 + 30 * line), "some entry", (30, 30, 30), font)
    return whole


def write_odd_set(root: Path) -> Path:
    """A set with a plain picture of each class, a framed one and a collage; the root is returned."""
    for folder in ("real", "ai"):
        (root / folder).mkdir(parents=True)
        scene(len(folder)).save(root / folder / "plain.png")
    ImageOps.expand(scene(5), 12, "black").save(root / "real" / "framed.png")
    collage().save(root / "ai" / "four.png")
    return root
