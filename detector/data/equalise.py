"""Equalise: one size rule and one distribution of JPEG qualities for both classes, so that neither tells them apart."""

import hashlib
import io
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any, Literal, get_args

from PIL import Image

from detector.data.manifest import Item
from detector.errors import DataError

Rule = Literal["crop", "resize"]

LARGEST_SIDE = 2048
_LARGEST_DEFAULT = 512
_REACHED_BY = 0.95  # of the pictures of each class; the few smaller ones are scaled up
_SUBSAMPLING_420 = 2


@dataclass(frozen=True)
class Equalise:
    """What is done to every picture, of whichever class, before anything else looks at it.

    First the size, in pixels: `crop` cuts a native square of `side` out of the middle and leaves the traces of its making
    alone, `resize` brings the shorter side to `side` and cuts the longer one. A picture smaller than `side` is scaled up, which
    leaves traces of its own. Then one JPEG compression with 4:2:0 chroma, its quality drawn evenly from `qualities` by the
    pixels themselves: a picture gets the same one wherever it is met. Raises DataError for sides and qualities out of bounds.
    """

    rule: Rule = "crop"
    side: int = 256
    qualities: tuple[int, int] = (75, 95)

    def __post_init__(self) -> None:
        if self.rule not in get_args(Rule):
            raise DataError(f"The size rule should be crop or resize, not {self.rule!r}.")
        if not 8 <= self.side <= LARGEST_SIDE:
            raise DataError(f"The side should lie between 8 and {LARGEST_SIDE} pixels, not {self.side}.")
        low, high = self.qualities
        if not 1 <= low <= high <= 100:
            raise DataError(f"The JPEG qualities should rise from 1 or more to 100 or less, not {low} to {high}.")

    def key(self) -> str:
        """Names the rule in file names and caches."""
        return f"{self.rule}-{self.side}-{self.qualities[0]}-{self.qualities[1]}"

    def box(self, width: int, height: int) -> tuple[int, int, int, int]:
        """The part of a width × height picture that is kept: left, top, right, bottom in its pixels."""
        kept = min(width, height)
        if self.rule == "crop":
            kept = min(kept, self.side)
        left, top = (width - kept) // 2, (height - kept) // 2
        return left, top, left + kept, top + kept

    def apply(self, image: Image.Image) -> Image.Image:
        """The RGB picture as side × side pixels after one JPEG compression."""
        return Image.open(io.BytesIO(self.encode(image))).convert("RGB")

    def encode(self, image: Image.Image) -> bytes:
        """The JPEG file that `apply` decodes: without EXIF, profile or comment, whatever the picture came with."""
        return self.encoded(image)[0]

    def encoded(self, image: Image.Image) -> tuple[bytes, int]:
        """The JPEG file and its quality, which belongs to the pixels after the size rule."""
        square = self._square(image)
        square.info = {}  # Pillow writes a comment that it finds there
        low, high = self.qualities
        draw = int.from_bytes(hashlib.sha256(square.tobytes()).digest()[:7]) / 2**56
        quality = low + int(draw * (high - low + 1))
        buffer = io.BytesIO()
        square.save(buffer, "JPEG", quality=quality, subsampling=_SUBSAMPLING_420, optimize=False)
        return buffer.getvalue(), quality

    def _square(self, image: Image.Image) -> Image.Image:
        cut = image.crop(self.box(*image.size))
        return cut if cut.width == self.side else cut.resize((self.side, self.side), Image.Resampling.BICUBIC)

    def to_dict(self) -> dict[str, Any]:
        """Plain values for a JSON file."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> "Equalise":
        """The inverse of `to_dict`; unknown keys and wrong types are a TypeError, values out of bounds a DataError."""
        low, high = values["qualities"]
        return cls(**{**values, "qualities": (low, high)})


def default_side(items: Iterable[Item]) -> int:
    """A side that nearly every picture of each class reaches without being scaled up: a multiple of 8, at most 512 pixels."""
    sides: dict[int, list[int]] = {}
    for item in items:
        sides.setdefault(item.label, []).append(min(item.width, item.height))
    reached = [sorted(found)[int((1 - _REACHED_BY) * len(found))] for found in sides.values()]
    side = min([*reached, _LARGEST_DEFAULT])
    return max(8, side // 8 * 8)


def scaled_up(items: Iterable[Item], side: int) -> int:
    """How many pictures are smaller than `side`, so that either rule must scale them up."""
    return sum(min(item.width, item.height) < side for item in items)
