"""A run on equalised pictures: the rule goes with the weights, and whoever uses them sees pictures as training did."""

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from detector.data.equalise import Equalise
from detector.data.images import open_image
from detector.errors import UserError
from detector.evaluate import evaluate_folder
from detector.predict import Predictor
from detector.training.config import TrainConfig
from detector.training.engine import fit
from detector.training.runs import create_run


def test_the_rule_goes_with_the_weights_and_every_use_gives_the_scores_of_the_run(workspace: Path, small: TrainConfig) -> None:
    run = create_run(small.but(equalise="crop", equalise_side=24, epochs=1), "alike")
    fit(run)
    predictor = Predictor.load(run.best_weights, device="cpu")
    assert predictor.config.preprocess.equalise == Equalise("crop", 24)
    assert run.about()["preprocess"]["equalise"]["side"] == 24
    frame = pd.read_csv(run.predictions_file)
    pictures = [open_image(Path(small.data) / path) for path in frame["path"]]
    scores = [verdict.probability for verdict in predictor.predict(pictures)]
    assert scores == pytest.approx(list(frame["probability"]), abs=1e-5)
    as_they_are = Predictor(
        predictor.model, replace(predictor.config, preprocess=replace(predictor.config.preprocess, equalise=None))
    )
    assert [verdict.probability for verdict in as_they_are.predict(pictures)] != pytest.approx(scores, abs=1e-5)
    assert predictor.explain(pictures[0]).box == (4, 4, 28, 28)
    again = evaluate_folder(str(run.best_weights), small.data, device="cpu").predictions.set_index("path")["probability"]
    assert [again[path] for path in frame["path"]] == pytest.approx(scores, abs=1e-5)


def test_without_a_side_given_it_is_the_one_that_the_data_allow(workspace: Path, small: TrainConfig) -> None:
    run = create_run(small.but(equalise="resize", epochs=1), "alike")
    fit(run)
    assert Predictor.load(run.best_weights, device="cpu").config.preprocess.equalise == Equalise("resize", 32)


def test_the_svm_carries_the_rule_too(workspace: Path, small: TrainConfig) -> None:
    run = create_run(
        small.but(model="svm", backbone="lenet5", pretrained=False, equalise="crop", equalise_side=24, svm_folds=2), "svm"
    )
    fit(run)
    assert Predictor.load(run.best_weights, device="cpu").config.preprocess.equalise == Equalise("crop", 24)


def test_a_side_too_small_is_refused_before_the_run_starts(small: TrainConfig) -> None:
    with pytest.raises(UserError, match="8 pixels or more"):
        small.but(equalise="crop", equalise_side=5)
