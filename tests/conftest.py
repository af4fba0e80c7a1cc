"""A detector that is quickly made and easily understood: it calls bright pictures AI-generated and dark ones real."""

import os
import shutil
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from detector.evaluation.calibration import score_table
from detector.labels import LABEL_NAMES
from detector.models.inputs import normalise
from detector.models.library import set_default
from detector.models.logits import loss
from detector.models.weights import save_weights
from detector.models.weights_config import WeightsConfig
from detector.models.zoo import create_model, default_preprocess

# Networks this small gain nothing from a second thread, and test processes side by side lose a lot by it (0.7 s become 13 s).
torch.set_num_threads(1)
os.environ.setdefault("OMP_NUM_THREADS", "1")  # for the programs that tests start


def flat(level: int, size: tuple[int, int] = (32, 32)) -> Image.Image:
    """A noisy grey picture of this brightness."""
    pixels = np.random.default_rng(level).normal(level, 12, (size[1], size[0], 3))
    return Image.fromarray(pixels.clip(0, 255).astype(np.uint8))


@pytest.fixture(scope="session")
def bright_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The detector's weights, trained for a second. Its tables know scores below 0.1 and above 0.9, and none between."""
    torch.manual_seed(0)
    model = create_model("lenet5")
    look = default_preprocess("lenet5", model)
    labels = torch.arange(32) % 2
    optimizer = torch.optim.Adam(model.parameters(), lr=3e-3)
    for _ in range(25):
        levels = [int(level) for level in torch.where(labels == 1, 205, 50) + torch.randint(-30, 31, (32,))]
        batch = np.stack([look.array(flat(level)) for level in levels])
        optimizer.zero_grad()
        loss(model(normalise(batch, look)), labels).backward()
        optimizer.step()
    truth = np.arange(120) % 2
    table = score_table(truth, np.where(truth, 0.95, 0.05)).to_dict()
    config = WeightsConfig("lenet5", 2, look, dataset="lamps", run="lamps-run", label_names=LABEL_NAMES)
    folder = tmp_path_factory.mktemp("weights") / "bright"
    save_weights(folder, model.eval(), config, "# bright\n", {"valid": table, "test": table})
    return folder


@pytest.fixture
def bright(bright_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A workspace whose library holds the detector as `bright`, its default; returns the folder of the weights."""
    monkeypatch.setenv("DETECTOR_HOME", str(tmp_path / "home"))
    folder = tmp_path / "home" / "weights" / "bright"
    shutil.copytree(bright_folder, folder)
    set_default("bright")
    return folder


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    """A folder with a bright picture, a dark one in a sub-folder, a damaged one and a text file."""
    folder = tmp_path / "photos"
    (folder / "inner").mkdir(parents=True)
    flat(210, (60, 40)).save(folder / "bright.jpg")
    flat(40, (40, 60)).save(folder / "inner" / "dark.png")
    (folder / "broken.png").write_bytes((folder / "inner" / "dark.png").read_bytes()[:300])
    (folder / "notes.txt").write_text("not a picture")
    return folder
