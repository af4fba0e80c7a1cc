from pathlib import Path

import pandas as pd
import pytest

from detector.data.images import open_image
from detector.predict import Predictor
from detector.training.config import TrainConfig
from detector.training.engine import fit
from detector.training.runs import create_run


@pytest.mark.parametrize("more", [{}, {"model": "svm", "backbone": "lenet5", "svm_c": "1", "svm_gamma": "1"}])
def test_a_run_is_tested_by_the_crops_that_its_detector_will_score(
    workspace: Path, small: TrainConfig, more: dict[str, str]
) -> None:
    config = small.but(**more, resize="native", image_size=20, crops=5, pretrained=False, epochs=1, svm_folds=2)
    run = create_run(config, "crops")
    fit(run)
    predictor = Predictor.load(str(run.best_weights))
    assert predictor.config.preprocess.crops == 5
    for row in pd.read_csv(run.predictions_file).head(8).itertuples():
        image = open_image(Path(config.data) / row.path)
        assert len(predictor.config.preprocess.arrays(image)) == 5
        (verdict,) = predictor.predict([image])
        assert verdict.probability == pytest.approx(row.probability, abs=1e-4)
