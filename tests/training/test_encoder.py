from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch

from detector.data.images import open_image
from detector.models.encoder import FrozenEncoder
from detector.models.weights import load_weights
from detector.predict import Predictor
from detector.training import encoder_features
from detector.training.config import TrainConfig
from detector.training.engine import fit
from detector.training.runs import create_run
from detector.training.status import RunStatus


@pytest.fixture
def encoder(small: TrainConfig) -> TrainConfig:
    return small.but(
        model="encoder",
        backbone="test_resnet.r160_in1k",
        pretrained=False,
        image_size=32,
        taps="2,3,last",
        pool="mean+std",
        head_c="0.01,1",
    )


def test_an_encoder_is_fitted_kept_and_used_like_a_network(workspace: Path, encoder: TrainConfig) -> None:
    run = create_run(encoder, "encoder")
    fit(run)
    assert run.status().state == "finished" and run.status().share == 1.0
    assert [row["c"] for row in run.metrics()] == [0.01, 1]
    predictor = Predictor.load(str(run.best_weights))
    assert isinstance(predictor.model, FrozenEncoder)
    shown = pd.read_csv(run.predictions_file)
    data = Path(run.config().data) if run.config().data != "lab" else None
    root = data or workspace / "data" / "lab"
    for row in shown.itertuples():
        (verdict,) = predictor.predict([open_image(root / row.path)])
        assert verdict.probability == pytest.approx(row.probability, abs=2e-3)


def test_a_second_fit_computes_no_feature_again(workspace: Path, encoder: TrainConfig, monkeypatch: pytest.MonkeyPatch) -> None:
    config = encoder.but(augmented_views=2, noise=0.05)
    first = create_run(config, "first")
    fit(first)
    monkeypatch.setattr(encoder_features, "open_image", lambda *_: pytest.fail("a picture was read again"))
    second = create_run(config.but(head_c="0.1"), "second")
    fit(second)
    assert second.status().state == "finished"


def test_a_stopped_run_keeps_its_features_and_goes_on(
    workspace: Path, encoder: TrainConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(encoder_features, "BATCH", 4)
    run = create_run(encoder, "stopped")

    def stop(status: RunStatus) -> None:
        if status.phase.startswith("Computing features, image (8 of"):
            assert status.seconds_left is not None
            run.stop_file.touch()

    fit(run, stop)
    assert run.status().state == "stopped"
    (names,) = (workspace / "cache" / "features").glob("fitted-*.names")
    assert len(names.read_text().split()) == 8
    run.stop_file.unlink()
    seen: list[str] = []
    fit(run, lambda status: seen.append(status.phase))
    assert run.status().state == "finished"
    counts = run.about()["counts"]["train"]
    assert f"Computing features, image (0 of {sum(counts.values()) - 8})" in seen


@pytest.mark.parametrize("compact", ["int8", "float16", "lossless"])
def test_packed_weights_score_as_the_run_did(workspace: Path, encoder: TrainConfig, compact: str) -> None:
    run = create_run(encoder.but(compact=compact), compact)
    fit(run)
    model, config = load_weights(run.best_weights)
    assert config.compact == compact
    plain = create_run(encoder, "plain")
    fit(plain)
    x = torch.randn(4, 3, 32, 32)
    with torch.no_grad():
        difference = (model(x) - load_weights(plain.best_weights)[0](x)).abs().max()
    assert difference < 0.5
    if compact == "lossless":
        assert difference == 0
    else:
        packed, whole = (folder / "model.safetensors" for folder in (run.best_weights, plain.best_weights))
        assert packed.stat().st_size < 0.7 * whole.stat().st_size
    assert np.isfinite(pd.read_csv(run.predictions_file)["probability"]).all()
