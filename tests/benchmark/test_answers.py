import numpy as np
import pytest

from detector.benchmark.answers import FALSE_ALARMS, Answers, judge_by, sigmoid
from detector.errors import DataError


def logits_of(labels: np.ndarray, apart: float, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).normal(0, 1, labels.size) + apart * (labels - 0.5)


def test_the_threshold_lets_few_real_validation_pictures_through() -> None:
    labels = np.arange(400) % 2
    logits = logits_of(labels, 1.0)  # so much overlap that the best balanced accuracy has more false alarms
    called = judge_by(logits, labels.tolist()).answers(logits).called_ai
    assert called[labels == 0].mean() <= FALSE_ALARMS
    assert called[labels == 1].mean() > 0.1


def test_probabilities_keep_the_order_and_mean_what_they_say() -> None:
    labels = np.arange(900) % 2
    judge = judge_by(40 * logits_of(labels, 2.0), labels.tolist())
    fresh = np.arange(2000) % 2
    logits = 40 * logits_of(fresh, 2.0, seed=1)
    found = judge.answers(logits).probabilities
    assert (np.diff(found[np.argsort(logits)]) >= 0).all()
    high = found > 0.8
    assert abs(fresh[high].mean() - found[high].mean()) < 0.05


def test_between_the_classes_no_verdict_is_given() -> None:
    labels = np.arange(400) % 2
    judge = judge_by(logits_of(labels, 2.0), labels.tolist())
    found = judge.answers(np.array([-4.0, 0.0, 4.0]))
    assert found.decided.tolist() == [True, False, True]
    assert found.called_ai[[0, 2]].tolist() == [False, True]
    assert found.covered.tolist() == [False, True, True]


def test_too_few_validation_pictures_are_one_line() -> None:
    with pytest.raises(DataError, match="add pictures"):
        judge_by(np.arange(8.0), [0, 1] * 4)


def test_answers_come_back_from_an_array() -> None:
    answers = Answers(np.array([0.1, 0.9]), np.array([False, True]), np.array([True, False]), np.array([False, True]))
    again = Answers.from_array(answers.to_array())
    assert all((getattr(again, name) == getattr(answers, name)).all() for name in vars(answers))


def test_large_logits_do_not_overflow() -> None:
    assert sigmoid(np.array([-1e4, 0.0, 1e4])).tolist() == [0.0, 0.5, 1.0]
