"""Toy pictures for the studies: any network can learn those with stripes, and none learns anything from plain noise."""

from pathlib import Path

import numpy as np
from PIL import Image

TINY = {"model": "lenet5", "image_size": 0, "epochs": 2, "batch_size": 16, "max_images": 0, "freeze_backbone": False,
        "pretrained": False, "backbone": "tf_efficientnet_lite0", "learning_rate": 3e-3, "optimizer": "adam", "device": "cpu",
        "valid_fraction": 0.25, "test_fraction": 0.25, "rotation": 0.0, "random_crop": 0.0}  # fmt: skip
"""Settings under which an experiment takes about a second, whatever its plan says."""


def make_pictures(folder: Path, count: int = 24, seed: int = 0, marked: bool = True, prefix: str = "") -> Path:
    """So many noisy 32 px pictures a class; those of the AI class carry stripes if `marked`."""
    random = np.random.default_rng(seed)
    for name in ("real", "ai"):
        (folder / name).mkdir(parents=True, exist_ok=True)
        for number in range(count):
            pixels = random.integers(60, 200, (32, 32, 3))
            if name == "ai" and marked:
                pixels[::4] = 240
            Image.fromarray(pixels.astype(np.uint8)).save(folder / name / f"{prefix}{number:02}.png")
    return folder
