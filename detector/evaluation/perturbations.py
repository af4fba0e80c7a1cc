"""Perturbations: what happens to a picture on its way through the net, at ordered strengths. Pictures in, pictures out.

Each is a function of picture and strength alone, so that the same picture always gives the same one.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageEnhance, ImageOps

from detector.data.transforms import blurred, noisy, recompressed
from detector.errors import UserError

UNTOUCHED = "untouched"
MARGIN = 0.01  # share of the longer side that a hurried crop of a screenshot leaves around the picture, or cuts off
SCREEN_JPEG = 80


@dataclass(frozen=True)
class Perturbation:
    """One way to change a picture. `strengths` go from mild to strong; `step` is how finely a strength can be chosen.

    `place` names a strength in a sentence, like "at JPEG quality {}".
    """

    title: str
    unit: str
    place: str
    strengths: tuple[float, ...]
    step: float
    change: Callable[[Image.Image, float], Image.Image]
    help: str

    def shown(self, strength: float) -> str:
        """The strength with as many digits as its step has."""
        return f"{strength:.{max(0, -int(np.floor(np.log10(self.step))))}f}"

    def where(self, strength: float) -> str:
        """Words like "at JPEG quality 62"."""
        return self.place.format(self.shown(strength))


def jpeg(image: Image.Image, quality: float) -> Image.Image:
    """Saved as JPEG of this quality and read again."""
    return Image.fromarray(recompressed(np.asarray(image), round(quality)))


def resized(image: Image.Image, factor: float) -> Image.Image:
    """Both sides times the factor, as a site shrinks what is shared; it is not brought back to its size."""
    return _scaled(image, factor)


def cropped(image: Image.Image, share: float) -> Image.Image:
    """The middle, this share of each side."""
    width, height = (max(1, round(side * share)) for side in image.size)
    left, top = (image.width - width) // 2, (image.height - height) // 2
    return image.crop((left, top, left + width, top + height))


def blur(image: Image.Image, sigma: float) -> Image.Image:
    """Under a Gaussian of `sigma` pixels."""
    return Image.fromarray(blurred(np.asarray(image), sigma))


def noise(image: Image.Image, deviation: float) -> Image.Image:
    """With Gaussian noise of this standard deviation, in shares of full brightness; the same grains at every strength."""
    return Image.fromarray(noisy(np.asarray(image), deviation, np.random.default_rng(0)))


def brightness(image: Image.Image, factor: float) -> Image.Image:
    """Every value times the factor, cut off at white."""
    return ImageEnhance.Brightness(image).enhance(factor)


def contrast(image: Image.Image, factor: float) -> Image.Image:
    """Every value drawn towards the mean grey: 0 is grey all over."""
    return ImageEnhance.Contrast(image).enhance(factor)


def screenshot(image: Image.Image, side: float) -> Image.Image:
    """Shown with its longer side at so many pixels, cut out by hand and sent on.

    By hand: a strip is lost left and top, and some white page is left right and below. The screenshot itself is a PNG, which
    loses nothing, so only its way out as a JPEG of quality 80 is taken.
    """
    shown = _scaled(image, side / max(image.size))
    margin = max(1, round(MARGIN * side))
    cut = shown.crop((min(margin, shown.width - 1), min(margin, shown.height - 1), shown.width, shown.height))
    return jpeg(ImageOps.expand(cut, (0, 0, 2 * margin, 2 * margin), "white"), SCREEN_JPEG)


def _scaled(image: Image.Image, factor: float) -> Image.Image:
    width, height = (max(1, round(side * factor)) for side in image.size)
    return image.resize((width, height), Image.Resampling.LANCZOS)


KINDS = {
    "jpeg": Perturbation(
        "JPEG", "quality", "at JPEG quality {}", (95, 85, 75, 65, 50, 35, 20), 1, jpeg,
        "Saved once more as JPEG, as every site does.",
    ),
    "resize": Perturbation(
        "Resizing", "factor", "at {} of its size", (0.9, 0.75, 0.6, 0.5, 0.35, 0.25), 0.01, resized,
        "Shrunk by this factor on both sides and left small, as pictures are shared.",
    ),
    "crop": Perturbation(
        "Cropping", "share of each side", "cropped to {} of each side", (0.9, 0.8, 0.65, 0.5, 0.35), 0.01, cropped,
        "Only the middle is left.",
    ),
    "blur": Perturbation(
        "Blur", "sigma in pixels", "at a blur of {} pixels", (0.5, 1, 1.5, 2, 3), 0.1, blur, "Gaussian blur.",
    ),
    "noise": Perturbation(
        "Noise", "share of full brightness", "at noise of {}", (0.01, 0.02, 0.04, 0.07, 0.12), 0.001, noise,
        "Gaussian noise on every pixel; the number is its standard deviation.",
    ),
    "darker": Perturbation(
        "Darker", "factor", "at a brightness of {}", (0.9, 0.75, 0.6, 0.45, 0.3), 0.01, brightness,
        "Every value times this factor.",
    ),
    "brighter": Perturbation(
        "Brighter", "factor", "at a brightness of {}", (1.1, 1.25, 1.5, 1.75, 2), 0.01, brightness,
        "Every value times this factor; what goes beyond white is lost.",
    ),
    "contrast": Perturbation(
        "Less contrast", "factor", "at a contrast of {}", (0.9, 0.75, 0.6, 0.45, 0.3), 0.01, contrast,
        "Every value drawn towards the mean grey.",
    ),
    "screenshot": Perturbation(
        "Screenshot", "pixels of the longer side", "as a screenshot {} pixels long", (1080, 720, 480, 320, 200), 1, screenshot,
        "Shown at this size, cut out by hand with a little page around it, and sent as JPEG of quality 80.",
    ),
}  # fmt: skip
"""Every perturbation by its short name, in the order of the page."""


def chosen_kinds(text: str) -> tuple[str, ...]:
    """The kinds named in "jpeg,blur", in the order of the table; all of them for an empty text. Raises UserError for others."""
    named = {part.strip() for part in text.split(",") if part.strip()}
    unknown = sorted(named - KINDS.keys())
    if unknown:
        raise UserError(f"There is no perturbation {unknown[0]!r}: choose from {', '.join(KINDS)}.")
    return tuple(kind for kind in KINDS if not named or kind in named)


def key_of(kind: str, strength: float) -> str:
    """One word for a perturbation and strength, like "jpeg 95"."""
    return f"{kind} {strength:g}"
