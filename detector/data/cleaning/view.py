"""A picture reduced to what the finders look at, and what they find in it. Knows no files, labels or decisions."""

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from detector.data.preprocess import Box

Pixels = NDArray[np.uint8]

SIDE: Final = 1024
"""Longest side of a view in pixels: enough to read a credit line, little enough to look at ten thousand pictures."""


@dataclass(frozen=True)
class Found:
    """Something to be decided about: the boxes to keep in the picture's pixels (none: leave it out), and how sure the finder is.

    `confidence` lies between 0 and 1 and orders proposals; it is no probability.
    """

    boxes: tuple[Box, ...]
    confidence: float
    why: str


@dataclass(frozen=True)
class View:
    """The picture (height × width × 3, uint8) with `step` of its pixels to one here, and its own size."""

    rgb: Pixels
    step: int
    width: int
    height: int

    @cached_property
    def grey(self) -> Pixels:
        """Luma, height × width."""
        return np.asarray(Image.fromarray(self.rgb).convert("L"))

    @cached_property
    def small(self) -> Pixels:
        """Luma with at most 512 pixels on the longer side: measures of the whole picture need no more."""
        factor = -(-max(self.grey.shape) // 512)
        return np.asarray(Image.fromarray(self.grey).reduce(factor)) if factor > 1 else self.grey

    def full(self, left: int, top: int, right: int, bottom: int) -> Box:
        """A box of the view in the picture's pixels; sides at the view's border lie at the picture's."""
        rows, columns = self.grey.shape
        return (
            left * self.step,
            top * self.step,
            self.width if right >= columns else right * self.step,
            self.height if bottom >= rows else bottom * self.step,
        )


def view_of(image: Image.Image, side: int = SIDE) -> View:
    """The view of an RGB picture, reduced by a whole factor so that edges stay where they are."""
    factor = max(1, -(-max(image.size) // side))
    small = image.reduce(factor) if factor > 1 else image
    return View(np.asarray(small), factor, image.width, image.height)
