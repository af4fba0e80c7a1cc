"""A data set with one plain shortcut: real pictures are JPEGs, AI-generated ones PNGs, and all of them are noise."""

from pathlib import Path

import numpy as np
from PIL import Image


def write_shortcut(folder: Path, name: str = "{}") -> Path:
    """Fifty pictures a class below the folder, which is returned; `name` is the pattern of their names."""
    random = np.random.default_rng(0)
    for label, kind in (("real", "jpg"), ("ai", "png")):
        (folder / label).mkdir()
        for number in range(50):
            pixels = random.integers(0, 256, (16, 16, 3), np.uint8)
            Image.fromarray(pixels).save(folder / label / f"{name.format(number)}.{kind}")
    return folder
