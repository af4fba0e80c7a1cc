"""InputFacts: cheap measurements of a picture's file by which one sees that a detector was not made for it. Judges nothing."""

import io
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

SIDE = 256  # statistics of content are taken on a picture this large at most
TILE = 8
STILL = 1.5  # a tile whose greys deviate less than this is flat
_IJG_SUM = 3688  # of the luminance table at quality 50, whose entries a quality scales
_MOST = 1024  # pixels of the middle in which the JPEG grid is looked for


@dataclass(frozen=True)
class InputFacts:
    """Of one picture, upright.

    `quality` is the JPEG quality its tables stand for (1 … 100), None for other formats. `blocks` compares steps between
    neighbours on the 8-pixel grid with those off it (1 where no JPEG left a grid). `spread` is the standard deviation of its
    greys (0 … 128), `flat` the share of its tiles without any texture, `colours` how many of 4,096 colours cover nine tenths
    of it, and `bars` the share of its rows or columns, whichever is more, that are one colour from end to end.
    """

    width: int
    height: int
    quality: int | None
    blocks: float
    spread: float
    flat: float
    colours: int
    bars: float

    @property
    def short_side(self) -> int:
        """In pixels."""
        return min(self.width, self.height)

    @property
    def aspect(self) -> float:
        """Longer side by shorter one."""
        return max(self.width, self.height) / self.short_side


def input_facts(data: bytes, image: Image.Image) -> InputFacts:
    """The facts of a file and of the RGB picture that `open_image` made of it."""
    small = image.copy()
    small.thumbnail((SIDE, SIDE), Image.Resampling.BOX)
    grey = np.asarray(small.convert("L"), dtype=np.float32)
    return InputFacts(
        width=image.width,
        height=image.height,
        quality=jpeg_quality(data),
        blocks=_blocks(image),
        spread=float(grey.std()),
        flat=_flat(grey),
        colours=_colours(np.asarray(small)),
        bars=_bars(np.asarray(small)),
    )


def jpeg_quality(data: bytes) -> int | None:
    """The quality at which libjpeg makes tables like this JPEG's, 1 … 100; None for other files."""
    try:
        with Image.open(io.BytesIO(data), formats=("JPEG",)) as header:
            tables: Mapping[int, list[int]] = header.quantization  # type: ignore[attr-defined]  # of JPEG files alone
    except (OSError, ValueError, SyntaxError):
        return None
    if not tables:
        return None
    scale = 100 * sum(tables[min(tables)]) / _IJG_SUM
    quality = (200 - scale) / 2 if scale <= 100 else 5000 / scale
    return int(np.clip(round(quality), 1, 100))


def _blocks(image: Image.Image) -> float:
    """How much larger steps are across the likeliest 8-pixel grid, a crop may have moved it; in both directions, the smaller."""
    width, height = image.size
    if min(width, height) < 4 * TILE:
        return 1.0
    left, top = max(0, (width - _MOST) // 2), max(0, (height - _MOST) // 2)
    middle = image.crop((left, top, min(width, left + _MOST), min(height, top + _MOST))).convert("L")
    grey = np.asarray(middle, dtype=np.int16)
    return min(_grid(np.abs(np.diff(grey, axis=1)).mean(axis=0)), _grid(np.abs(np.diff(grey, axis=0)).mean(axis=1)))


def _grid(steps: NDArray[np.floating]) -> float:
    """The largest mean step among the eight places of a grid by the median of all eight."""
    whole = steps[: steps.size // TILE * TILE].reshape(-1, TILE).mean(axis=0)
    return float((whole.max() + 0.1) / (np.median(whole) + 0.1))


def _flat(grey: NDArray[np.float32]) -> float:
    rows, columns = (side // TILE * TILE for side in grey.shape)
    if not rows or not columns:
        return 0.0
    tiles = grey[:rows, :columns].reshape(rows // TILE, TILE, columns // TILE, TILE)
    return float((tiles.std(axis=(1, 3)) < STILL).mean())


def _colours(pixels: NDArray[np.uint8]) -> int:
    coarse = (pixels >> 4).astype(np.int32)
    counts = np.sort(np.bincount((coarse[..., 0] << 8 | coarse[..., 1] << 4 | coarse[..., 2]).ravel()))[::-1]
    return int(np.searchsorted(np.cumsum(counts), 0.9 * counts.sum()) + 1)


def _bars(pixels: NDArray[np.uint8]) -> float:
    greys = pixels.astype(np.int16).sum(axis=2)
    return max(float((np.ptp(greys, axis=axis) <= 6).mean()) for axis in (0, 1))
