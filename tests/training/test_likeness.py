"""A finished run leaves calibrated predictions, a bank of what it learnt from, and a card that says how far to trust it."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from detector.data.images import open_image
from detector.evaluation.novelty import FILE
from detector.evaluation.predictions import read_predictions
from detector.models.card_trust import TITLES
from detector.predict import Predictor
from detector.training.config import TrainConfig
from detector.training.engine import fit
from detector.training.runs import Run, create_run


@pytest.fixture(scope="module")
def split(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Noise and striped noise in given splits: 30 pictures a class to learn from, 16 for validation, 3 for the test."""
    folder, random = tmp_path_factory.mktemp("split"), np.random.default_rng(0)
    for part, count in (("train", 30), ("valid", 16), ("test", 3)):
        for name in ("real", "ai"):
            (folder / part / name).mkdir(parents=True)
            for number in range(count):
                pixels = random.integers(60, 200, (32, 32, 3))
                pixels[:: 4 if name == "ai" else 40] = 240
                Image.fromarray(pixels.astype(np.uint8)).save(folder / part / name / f"{number:02}.png")
    return folder


@pytest.fixture(scope="module")
def done(split: Path, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A run of two epochs, on enough pictures for a bank."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DETECTOR_HOME", str(tmp_path_factory.mktemp("home")))
        config = TrainConfig(
            data=str(split), model="lenet5", epochs=2, batch_size=16, learning_rate=3e-3, device="cpu", false_alarms=0.1
        )
        run = create_run(config, "likeness")
        fit(run)
        return run


def test_predictions_and_later_verdicts_are_the_same_calibrated_probabilities(done: Run, split: Path):
    predictor = Predictor.load(done.best_weights, "cpu")
    assert predictor.calibration.score_map and predictor.calibration.conformal
    frame = read_predictions(done.predictions_file)
    verdicts = predictor.predict([open_image(split / path) for path in frame["path"]])
    np.testing.assert_allclose([verdict.probability for verdict in verdicts], frame["probability"], atol=1e-5)


def test_the_threshold_for_few_false_alarms_travels_with_the_weights(done: Run):
    frame, threshold = read_predictions(done.predictions_file), Predictor.load(done.best_weights, "cpu").config.threshold
    valid = frame[(frame["split"] == "valid") & (frame["label"] == 0)]
    assert (valid["probability"] >= threshold).mean() <= 0.1
    assert done.about()["result"]["valid"]["threshold"] == threshold


def test_the_bank_names_the_training_pictures_nearest_to_one(done: Run, split: Path):
    predictor = Predictor.load(done.best_weights, "cpu")
    assert (done.best_weights / FILE).is_file() and predictor.bank
    path = next(path for _, _, path in predictor.bank.names if "/ai/" in path)
    view = predictor.config.preprocess.arrays(open_image(split / path))
    ((verdict, near),) = predictor.compared([view])
    assert near[0].path == path
    assert not any("unlike" in reason for reason in verdict.reasons)


def test_the_card_tells_of_calibration_abstention_and_speed(done: Run):
    card = (done.best_weights / "card.md").read_text()
    assert all(f"\n## {title}\n" in card for title in TITLES)
    assert "Platt" in card and "images a second" in card and "Not measured. The promise" in card
