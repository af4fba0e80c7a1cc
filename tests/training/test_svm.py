from pathlib import Path

import numpy as np
import pytest

from detector.predict import Predictor
from detector.training.config import TrainConfig
from detector.training.engine import fit
from detector.training.runs import create_run
from detector.training.status import RunStatus


@pytest.fixture
def svm(small: TrainConfig) -> TrainConfig:
    return small.but(
        model="svm",
        backbone="test_resnet.r160_in1k",
        pretrained=False,
        image_size=32,
        svm_c="1,10",
        svm_gamma="0.5,1,2",
        svm_folds=3,
    )


def test_an_svm_is_trained_kept_and_used_like_a_network(workspace: Path, svm: TrainConfig) -> None:
    run = create_run(svm, "svm")
    fit(run)
    assert run.status().state == "finished" and run.status().share == 1.0
    assert [row["candidate"] for row in run.metrics()] == [1, 2, 3, 4, 5, 6]
    assert run.about()["result"]["test"]["n"] > 0 and "support vector machine" in (run.best_weights / "card.md").read_text()
    predictor = Predictor.load(str(run.best_weights))
    from PIL import Image

    found = predictor.explain(Image.fromarray(np.random.default_rng(0).integers(0, 255, (40, 40, 3), dtype=np.uint8)))
    assert 0 < found.verdict.probability < 1 and np.isfinite(found.heat).all()


def test_an_svm_stops_when_asked_and_starts_again(workspace: Path, svm: TrainConfig) -> None:
    run = create_run(svm, "svm")

    def stop_at_the_second_candidate(status: RunStatus) -> None:
        if status.phase == "Trying C and gamma" and status.step == 2:
            run.stop_file.touch()

    fit(run, stop_at_the_second_candidate)
    assert run.status().state == "stopped" and len(run.metrics()) == 2
    run.stop_file.unlink()
    fit(run)
    assert run.status().state == "finished" and len(run.metrics()) == 6
