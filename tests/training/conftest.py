"""A small data folder and a workspace of their own for every test of training."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from detector.training.config import TrainConfig


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DETECTOR_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("DETECTOR_PRETRAINED", raising=False)
    return tmp_path / "home"


@pytest.fixture(scope="session")
def striped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Forty noisy pictures a class; those of the AI class carry stripes, so that any network can learn them."""
    folder, random = tmp_path_factory.mktemp("striped"), np.random.default_rng(0)
    for name in ("real", "ai"):
        (folder / name).mkdir()
        for number in range(40):
            pixels = random.integers(60, 200, (32, 32, 3))
            if name == "ai":
                pixels[::4] = 240
            Image.fromarray(pixels.astype(np.uint8)).save(folder / name / f"{number:02}.png")
    return folder


@pytest.fixture
def small(striped: Path) -> TrainConfig:
    """A run that takes about a second."""
    return TrainConfig(
        data=str(striped),
        model="lenet5",
        epochs=3,
        batch_size=16,
        learning_rate=3e-3,
        valid_fraction=0.25,
        test_fraction=0.25,
        device="cpu",
    )
