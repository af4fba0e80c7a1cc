"""Pictures of the two classes show the same; those of one were once made larger, which their finest pixels still tell."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from detector.training.config import TrainConfig
from detector.training.engine import fit
from detector.training.presets import preset_config
from detector.training.runs import create_run

SIDE = 72


@pytest.fixture(scope="module")
def enlarged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Noise over a soft gradient; in the AI class the noise was scaled up from half the size."""
    folder, random = tmp_path_factory.mktemp("enlarged"), np.random.default_rng(0)
    for name in ("real", "ai"):
        (folder / name).mkdir()
        for number in range(40):
            side = SIDE // 2 if name == "ai" else SIDE
            noise = Image.fromarray(random.integers(0, 80, (side, side, 3)).astype(np.uint8)).resize(
                (SIDE, SIDE), Image.Resampling.BILINEAR
            )
            soft = Image.fromarray(random.integers(0, 170, (2, 2, 3)).astype(np.uint8)).resize(
                (SIDE, SIDE), Image.Resampling.BILINEAR
            )
            Image.fromarray(np.asarray(noise) + np.asarray(soft)).save(folder / name / f"{number:02}.png")
    return folder


def learnt(data: Path, config: TrainConfig, name: str) -> float:
    run = create_run(config.but(data=str(data), device="cpu", valid_fraction=0.25, test_fraction=0.25), name)
    fit(run)
    assert run.status().state == "finished"
    auc = run.about()["result"]["test"]["auc"]
    assert isinstance(auc, float)
    return auc


@pytest.mark.parametrize(("model", "epochs"), [("npr", 6), ("median", 12), ("wavelet", 8), ("srm", 6), ("patches9", 16)])
def test_each_front_end_learns_a_trace_in_the_pixels(workspace: Path, enlarged: Path, model: str, epochs: int) -> None:
    config = TrainConfig(model=model, pretrained=False, image_size=32, epochs=epochs, batch_size=8, learning_rate=3e-3, crops=2)
    assert learnt(enlarged, config, model) > 0.9


def test_the_statistics_learn_it_too(workspace: Path, enlarged: Path) -> None:
    config = preset_config("dct-statistics").but(image_size=64, crops=1)
    assert learnt(enlarged, config, "dct") > 0.95
