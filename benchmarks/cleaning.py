"""What the cleaning desk finds: `python -m benchmarks.cleaning DIR [--images N]`.

Prints, for every kind, how many of the folder's own pictures are flagged, and how many of cases made from them are found:
strips with a credit, frames and letterboxes, collages of four, blurred, dark and blank pictures, screenshots, pages of text and
graphics drawn by Pillow. Made cases are saved as JPEG and read again, as files are.
"""

import argparse
import io
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont, ImageOps

from detector.data.cleaning.proposals import KINDS, SURE, look
from detector.data.cleaning.view import view_of
from detector.data.images import image_files, open_image
from detector.errors import ImageError, UserError

Rng = np.random.Generator
WORDS = "copyright studio gallery photo by the open window www.example.com Settings Help results of your search in this folder"


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--images", type=int, default=10_000, help="of the folder, drawn by chance, at most")
    parser.add_argument("--made", type=int, default=60, help="made cases of each sort")
    arguments = parser.parse_args()
    rng = np.random.default_rng(0)
    files = image_files(arguments.folder)
    if not files:
        raise UserError(f"{arguments.folder} holds no pictures.")
    files = [files[index] for index in sorted(rng.permutation(len(files))[: arguments.images].tolist())]
    own, sure, seconds = flagged(files)
    each = 1000 * seconds / len(files)
    print(f"{arguments.folder}: {len(files)} pictures, {each:.0f} ms of processor time each, decoding included")
    print(f"{'kind':<12}{'flagged':>9}{'share':>9}{'surely':>9}   (surely: confidence {SURE} or more)")
    for kind in KINDS:
        print(f"{kind:<12}{own[kind]:>9}{own[kind] / len(files):>9.1%}{sure[kind]:>9}")
    print(f"\n{'made case':<28}{'found':>9}{'as':>12}{'crop off by':>13}")
    for name, (kind, make) in CASES.items():
        hits, offs = made(files, kind, make, arguments.made, rng)
        off = f"{np.median(offs):.1f} px" if offs else ""
        print(f"{name:<28}{f'{hits}/{arguments.made}':>9}{kind:>12}{off:>13}")
    return 0


def flagged(files: list[Path]) -> tuple[Counter[str], Counter[str], float]:
    """How many pictures each kind was found in, how many surely, and the seconds of processor time it took."""
    found: Counter[str] = Counter()
    sure: Counter[str] = Counter()
    start = time.process_time()
    for file in files:
        try:
            seen = look(view_of(open_image(file)))
        except ImageError:
            continue
        found.update(list(seen))
        sure.update(kind for kind, one in seen.items() if one.confidence >= SURE)
    return found, sure, time.process_time() - start


Made = tuple[Image.Image, tuple[int, int, int, int] | None]
"""A made picture, and the crop that should be proposed where there is one right answer."""


def made(
    files: list[Path], kind: str, make: Callable[[list[Image.Image], Rng], Made], count: int, rng: Rng
) -> tuple[int, list[float]]:
    """How many made cases are found as `kind`, and how far proposed crops lie from the right ones."""
    hits, offs = 0, []
    for _ in range(count):
        pictures = [open_image(files[index]) for index in rng.choice(len(files), 4)]
        picture, right = make(pictures, rng)
        found = look(view_of(Image.open(io.BytesIO(as_jpeg(picture, rng))).convert("RGB"))).get(kind)
        hits += found is not None
        if found and right:
            offs.append(float(max(abs(a - b) for a, b in zip(found.boxes[0], right, strict=True))))
    return hits, offs


def as_jpeg(picture: Image.Image, rng: Rng) -> bytes:
    """The picture as a file of some usual quality."""
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=int(rng.integers(75, 96)))
    return buffer.getvalue()


def colour(rng: Rng) -> tuple[int, int, int]:
    """Black, white, or something between."""
    return [(0, 0, 0), (255, 255, 255), tuple(int(v) for v in rng.integers(30, 226, 3))][rng.integers(3)]


def words(rng: Rng, count: int) -> str:
    """Some words to draw."""
    return " ".join(rng.choice(WORDS.split(), count))


def strip(pictures: list[Image.Image], rng: Rng) -> Made:
    """A bar with a credit below the picture."""
    picture = pictures[0]
    high = max(14, round(picture.height * rng.uniform(0.05, 0.1)))
    dark = bool(rng.integers(2))
    whole = Image.new("RGB", (picture.width, picture.height + high), "black" if dark else "white")
    whole.paste(picture)
    font = ImageFont.load_default(max(9, high * 0.6))
    ImageDraw.Draw(whole).text((6, picture.height + high * 0.15), words(rng, 3), "white" if dark else "black", font)
    return whole, (0, 0, picture.width, picture.height)


def credit(pictures: list[Image.Image], rng: Rng) -> Made:
    """A credit over the picture's lower right corner, white with a black rim as they usually are."""
    picture = pictures[0].copy()
    font = ImageFont.load_default(max(11, picture.height * rng.uniform(0.03, 0.05)))
    said = words(rng, 2)
    draw = ImageDraw.Draw(picture)
    box = draw.textbbox((0, 0), said, font)
    place = (picture.width - box[2] - 6, picture.height - box[3] - 6)
    draw.text(place, said, "white", font, stroke_width=1, stroke_fill="black")
    return picture, None


def frame(pictures: list[Image.Image], rng: Rng) -> Made:
    """A frame of one colour."""
    picture, size = pictures[0], round(min(pictures[0].size) * rng.uniform(0.02, 0.15))
    return ImageOps.expand(picture, size, colour(rng)), (size, size, size + picture.width, size + picture.height)


def letterbox(pictures: list[Image.Image], rng: Rng) -> Made:
    """Black bars above and below."""
    picture = pictures[0]
    bar = round(picture.height * rng.uniform(0.03, 0.2))
    whole = Image.new("RGB", (picture.width, picture.height + 2 * bar))
    whole.paste(picture, (0, bar))
    return whole, (0, bar, picture.width, bar + picture.height)


def collage(pictures: list[Image.Image], rng: Rng, gutter: int = 0) -> Made:
    """Four pictures in one."""
    side = min(picture.width for picture in pictures)
    whole = Image.new("RGB", (2 * side + gutter, 2 * side + gutter), colour(rng))
    for index, picture in enumerate(pictures):
        whole.paste(ImageOps.fit(picture, (side, side)), ((index % 2) * (side + gutter), (index // 2) * (side + gutter)))
    return whole, (0, 0, side, side)


def collage_with_lines(pictures: list[Image.Image], rng: Rng) -> Made:
    """Four pictures with lines between them."""
    return collage(pictures, rng, int(rng.integers(4, 17)))


def blurred(share: float) -> Callable[[list[Image.Image], Rng], Made]:
    """The picture out of focus by this share of its shorter side (standard deviation of the Gaussian)."""
    return lambda pictures, rng: (pictures[0].filter(ImageFilter.GaussianBlur(share * min(pictures[0].size))), None)


def dark(pictures: list[Image.Image], rng: Rng) -> Made:
    """The picture at a fifth of its brightness."""
    return pictures[0].point(lambda value: value // 5), None


def blank(pictures: list[Image.Image], rng: Rng) -> Made:
    """One colour with a little noise."""
    noise = rng.normal(0, 0.5, (256, 256, 3)) + colour(rng)
    return Image.fromarray(np.clip(noise, 0, 255).astype(np.uint8)), None


def screenshot(pictures: list[Image.Image], rng: Rng) -> Made:
    """A window: title bar, menu, side bar, lines of text, and a picture in it."""
    whole = Image.new("RGB", (900, 640), (245, 245, 245))
    draw = ImageDraw.Draw(whole)
    draw.rectangle((0, 0, 900, 34), (60, 70, 90))
    draw.rectangle((0, 35, 900, 62), (225, 225, 228))
    draw.rectangle((0, 63, 190, 640), (210, 214, 220))
    font = ImageFont.load_default(14)
    draw.text((12, 8), words(rng, 4), "white", font)
    draw.text((12, 40), words(rng, 6), "black", font)
    for line in range(14):
        draw.text((12, 80 + 26 * line), words(rng, 2), "black", font)
        draw.text((215, 330 + 20 * line), words(rng, 9), (30, 30, 30), font)
    whole.paste(ImageOps.fit(pictures[0], (320, 220)), (215, 85))
    return whole, None


def page(pictures: list[Image.Image], rng: Rng) -> Made:
    """A page of text."""
    whole = Image.new("RGB", (600, 800), (250, 248, 240))
    draw, font = ImageDraw.Draw(whole), ImageFont.load_default(16)
    for line in range(28):
        draw.text((40, 40 + 25 * line), words(rng, 8), (20, 20, 20), font)
    return whole, None


def graphic(pictures: list[Image.Image], rng: Rng) -> Made:
    """Shapes of few colours."""
    whole = Image.new("RGB", (512, 512), colour(rng))
    draw = ImageDraw.Draw(whole)
    for _ in range(6):
        x, y = (int(v) for v in rng.integers(0, 400, 2))
        w, h = (int(v) for v in rng.integers(60, 200, 2))
        (draw.ellipse if rng.integers(2) else draw.rectangle)(
            (x, y, x + w, y + h), tuple(int(v) for v in rng.integers(0, 256, 3))
        )
    return whole, None


CASES: dict[str, tuple[str, Callable[[list[Image.Image], Rng], Made]]] = {
    "strip with a credit": ("strip", strip),
    "credit in the corner": ("strip", credit),
    "frame": ("border", frame),
    "letterbox": ("border", letterbox),
    "collage, edge to edge": ("collage", collage),
    "collage with lines": ("collage", collage_with_lines),
    "blurred by 1 %": ("blurred", blurred(0.01)),
    "blurred by 2 %": ("blurred", blurred(0.02)),
    "dark": ("dark", dark),
    "blank": ("blank", blank),
    "screenshot": ("screenshot", screenshot),
    "page of text": ("text", page),
    "graphic": ("graphic", graphic),
}

if __name__ == "__main__":
    sys.exit(main())
