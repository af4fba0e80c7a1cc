"""Conformal sets keep their promise on pictures like those of validation, class by class."""

import json

import numpy as np
import pytest

from detector.errors import UserError
from detector.evaluation.conformal import ALPHAS, Conformal, fit_conformal
from detector.labels import AI, REAL


def scored(n: int, seed: int, apart: float = 2.0) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(seed)
    labels = (random.random(n) < 0.3).astype(int)
    return labels, 1 / (1 + np.exp(-(apart * (labels - 0.5) + random.normal(0, 1, n))))


@pytest.mark.parametrize("alpha", [0.05, 0.1, 0.3])
@pytest.mark.parametrize("label", [REAL, AI])
def test_each_class_is_left_out_of_its_set_about_as_often_as_alpha_says(alpha: float, label: int):
    conformal = fit_conformal(*scored(4000, 0), alpha)
    labels, scores = scored(8000, 1)
    missed = np.mean([label not in conformal.labels(score) for score in scores[labels == label]])
    assert missed == pytest.approx(alpha, abs=0.025)


def test_classes_that_overlap_share_the_middle_and_classes_far_apart_leave_it_to_none():
    assert fit_conformal(*scored(1000, 0, apart=1.0)).labels(0.5) == (REAL, AI)
    assert fit_conformal(*scored(1000, 0, apart=8.0)).labels(0.5) == ()
    assert fit_conformal(*scored(1000, 0, apart=8.0)).labels(0.999) == (AI,)
    assert fit_conformal(*scored(1000, 0, apart=8.0)).labels(0.001) == (REAL,)


def test_too_few_pictures_for_an_alpha_leave_nothing_out():
    labels = np.array([0] * 8 + [1] * 50)
    conformal = fit_conformal(labels, labels * 0.8 + 0.1)
    assert [conformal.labels(score) for score in (0.0, 0.5, 1.0)] == [(REAL,), (REAL,), (REAL, AI)]


def test_the_cut_off_is_the_one_worked_out_by_hand():
    labels, scores = np.array([0] * 19 + [1]), np.append(np.arange(1, 20) / 20, 0.9)
    assert fit_conformal(labels, scores, 0.1).cuts[0.1][0] == pytest.approx(18 / 20)  # the 18th of 19: ceil(20 · 0.9)


def test_cut_offs_survive_a_json_file_for_every_alpha():
    conformal = fit_conformal(*scored(300, 0), 0.05)
    again = Conformal.from_dict(json.loads(json.dumps(conformal.to_dict())))
    assert again == conformal
    assert tuple(again.cuts) == ALPHAS


@pytest.mark.parametrize("damage", [{"alpha": 0.07}, {"cuts": {"0.1": [2, 0]}}, {"cuts": 3}, {"n": {}}])
def test_damaged_cut_offs_are_refused(damage: dict[str, object]):
    with pytest.raises(UserError, match="calibrate the detector again"):
        Conformal.from_dict(fit_conformal(*scored(300, 0)).to_dict() | damage)


def test_an_alpha_that_is_not_on_offer_is_refused():
    with pytest.raises(UserError, match=r"0\.05, 0\.1"):
        fit_conformal([0, 1], [0.1, 0.9], 0.07)
