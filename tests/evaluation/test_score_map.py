"""Calibrated probabilities: right on average, in the same order as the scores, and never certain."""

import json

import numpy as np
import pytest

from detector.errors import UserError
from detector.evaluation.curves import auc
from detector.evaluation.score_map import ScoreMap, fit_map
from detector.evaluation.scores import ece


def overconfident(n: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Labels and float32 scores whose logits are four times too large, many of them saturated."""
    random = np.random.default_rng(seed)
    labels = random.integers(0, 2, n)
    logits = 2 * (labels - 0.5) + random.normal(0, 1.4, n)
    return labels, (1 / (1 + np.exp(-4 * logits))).astype(np.float32)


@pytest.mark.parametrize(("n", "kind"), [(400, "platt"), (3000, "isotonic")])
def test_other_pictures_are_right_as_often_as_their_probability_says(n: int, kind: str):
    score_map = fit_map(*overconfident(n))
    labels, scores = overconfident(4000, seed=1)
    before, after = ece(labels, scores), ece(labels, score_map.apply(scores))
    assert score_map.kind == kind
    assert before > 0.1
    assert after < 0.05


@pytest.mark.parametrize("n", [400, 3000])
def test_the_order_of_scores_and_so_the_auc_stays(n: int):
    labels, scores = overconfident(n)
    found = fit_map(labels, scores).apply(scores)
    order = np.argsort(scores, kind="stable")
    assert (np.diff(found[order]) >= 0).all()
    assert (np.diff(found[order])[np.diff(scores[order]) > 0] > 0).all(), "scores that differed became equal"
    assert auc(labels, found) == auc(labels, scores)


@pytest.mark.parametrize("n", [200, 2000])
def test_classes_told_apart_perfectly_get_no_certainty(n: int):
    labels = np.arange(n) % 2
    found = fit_map(labels, np.where(labels, 0.99, 0.01)).apply([0.01, 0.99])
    assert 0 < found[0] < 0.05
    assert 0.95 < found[1] < 1


@pytest.mark.parametrize("n", [60, 1200])
def test_a_detector_worse_than_chance_is_not_turned_round(n: int):
    labels = np.arange(n) % 2
    found = fit_map(labels, np.where(labels, 0.3, 0.7)).apply([0.1, 0.3, 0.7, 0.9])
    assert (np.diff(found) > 0).all()


def test_fewer_than_ten_pictures_of_a_class_fit_nothing():
    labels = np.array([0] * 9 + [1] * 50)
    assert fit_map(labels, np.linspace(0, 1, 59)) is None
    assert fit_map(np.append(labels, 0), np.linspace(0, 1, 60)) is not None


@pytest.mark.parametrize("n", [400, 3000])
def test_a_map_survives_a_json_file(n: int):
    score_map = fit_map(*overconfident(n))
    again = ScoreMap.from_dict(json.loads(json.dumps(score_map.to_dict())))
    assert again == score_map
    assert (again.apply([0.0, 0.3, 1.0]) == score_map.apply([0.0, 0.3, 1.0])).all()


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"kind": "platt", "n": 50, "slope": -1.0, "shift": 0.0},
        {"kind": "platt", "n": 50, "slope": float("nan"), "shift": 0.0},
        {"kind": "spline", "n": 50},
        {"kind": "isotonic", "n": 2000, "x": [0, 0.5, 1], "y": [0, 0.5, 0.5]},
        {"kind": "isotonic", "n": 2000, "x": [0, 1], "y": [0, 0.5, 1]},
        {"kind": "isotonic", "n": 2000},
    ],
)
def test_a_map_that_would_not_keep_the_order_is_refused(values: dict[str, object]):
    with pytest.raises(UserError, match="calibrate the detector again"):
        ScoreMap.from_dict(values)
