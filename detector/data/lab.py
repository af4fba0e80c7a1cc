"""The lab: pictures made by code where the AI class differs by one planted mark, whose place is known to the pixel.

Nothing here is real or from a generator. The marks imitate traces the literature names, so that a network, a heat map or an
audit can be checked against the truth.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from detector.data.scenes import Picture, Plane, draw_scene, smooth_noise
from detector.errors import DataError
from detector.labels import AI, LABEL_NAMES, REAL

LAB_MARKS: Final = ("checkerboard", "smooth")

_SMALLEST = 16


def draw_lab(label: int, mark: str, rng: np.random.Generator, size: int = 64) -> tuple[Image.Image, Image.Image]:
    """An RGB picture and its mask (mode L, 255 inside the planted mark), size × size; a real picture's mask is black."""
    scene = draw_scene(rng, size)
    cover = _region(rng, size)  # drawn for both labels, so that both use the same random numbers
    if label == REAL:
        cover = np.zeros_like(cover)
    else:
        marked = _MARKS[mark](scene, rng)
        scene = scene + cover[..., None] * (marked - scene)
    picture = np.clip(np.rint(scene), 0, 255).astype(np.uint8)
    return Image.fromarray(picture), Image.fromarray(np.where(cover > 0.5, 255, 0).astype(np.uint8))


def make_lab(
    folder: Path, per_class: int = 400, size: int = 64, seed: int = 0, progress: Callable[[int, int], None] | None = None
) -> None:
    """Write `per_class` pictures each to real/ and ai/ as PNG, and the masks of the latter to masks/ under the same names.

    AI pictures are named after their mark, `<mark>__NNNN.png`, and the marks take turns. The same seed makes the same files.
    Raises DataError when the pictures would be too few or too small to carry a mark, or the folder cannot be written.
    """
    if per_class < 1 or size < _SMALLEST:
        raise DataError(f"The lab needs at least one picture a class, of {_SMALLEST} pixels or more.")
    try:
        for name in (*LABEL_NAMES, "masks"):
            (folder / name).mkdir(parents=True, exist_ok=True)
        for index in range(2 * per_class):
            _write_one(folder, AI if index % 2 else REAL, index // 2, size, seed)
            if progress:
                progress(index + 1, 2 * per_class)
    except OSError as error:
        raise DataError(
            f"The lab's pictures cannot be written to {folder} ({error.strerror}): free space or change permissions."
        ) from error


def _write_one(folder: Path, label: int, number: int, size: int, seed: int) -> None:
    mark = LAB_MARKS[number % len(LAB_MARKS)]
    picture, mask = draw_lab(label, mark, np.random.default_rng([seed, label, number]), size)
    name = f"{mark}__{number:04d}.png" if label == AI else f"{number:04d}.png"
    picture.save(folder / LABEL_NAMES[label] / name)
    if label == AI:
        mask.save(folder / "masks" / name)


def _region(rng: np.random.Generator, size: int) -> Plane:
    """A rounded patch somewhere in the picture, 1 inside and 0 outside with a soft uneven edge; about a fifth of the area."""
    steps = (np.arange(size, dtype=np.float32) + 0.5) / size
    radius = rng.uniform(0.23, 0.3)
    x, y = rng.uniform(radius, 1 - radius, 2)
    distance = np.hypot(steps[None, :] - x, steps[:, None] - y) + 0.04 * smooth_noise(rng, size, 4)
    return np.clip((radius - distance) * size / 3 + 0.5, 0, 1).astype(np.float32)


def _checkerboard(scene: Picture, rng: np.random.Generator) -> Picture:
    """Light and dark squares, as transposed convolutions leave them (Odena et al., Deconvolution and Checkerboard Artifacts)."""
    square = max(scene.shape[0] // 32, 1)  # 2 of 64 pixels: still there when the picture is halved
    rows, columns = np.indices(scene.shape[:2])
    sign = 1.0 - 2.0 * ((rows // square + columns // square) % 2)
    return scene + (rng.uniform(20, 32) * sign[..., None]).astype(np.float32)


def _smooth(scene: Picture, rng: np.random.Generator) -> Picture:
    """The same place without its grain and fine detail, as decoders of diffusion models paint skin and sky."""
    blur = ImageFilter.GaussianBlur(scene.shape[0] * rng.uniform(0.04, 0.06))
    soft: NDArray[np.uint8] = np.asarray(Image.fromarray(scene.astype(np.uint8)).filter(blur))
    return soft.astype(np.float32)


_MARKS = {"checkerboard": _checkerboard, "smooth": _smooth}
