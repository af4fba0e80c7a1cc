"""What an alarm is worth where AI-generated images are rarer or more common than in the test."""

import numpy as np
import pytest

from detector.evaluation.metrics import evaluate
from detector.evaluation.prevalence import worth, worth_of_score
from detector.evaluation.score_table import score_table


def _tested(found: int, missed: int, false_alarms: int, kept: int):
    labels = [1] * (found + missed) + [0] * (false_alarms + kept)
    return evaluate(labels, [0.9] * found + [0.1] * missed + [0.9] * false_alarms + [0.1] * kept)


def test_at_the_tests_own_mixture_an_alarm_is_worth_its_precision():
    metrics = _tested(90, 10, 20, 180)
    here = worth(metrics, 100 / 300)
    assert here.ppv == pytest.approx(metrics.precision_ai) and here.npv == pytest.approx(metrics.precision_real)
    assert here.alarms == pytest.approx(110 / 300)


def test_bayes_rule_by_hand():
    # of 1,000 images 10 are AI: 9 are found, and 5 % of 990 photos raise an alarm too
    here = worth(_tested(90, 10, 5, 95), 0.01)
    assert here.ppv == pytest.approx(9 / (9 + 49.5))
    assert here.npv == pytest.approx(940.5 / (940.5 + 1))


def test_the_rarer_the_images_the_less_an_alarm_is_worth_and_the_more_the_all_clear():
    metrics = _tested(80, 20, 10, 90)
    found = [worth(metrics, share) for share in (0.01, 0.1, 0.5, 0.9)]
    assert [each.ppv for each in found] == sorted(each.ppv for each in found)
    assert [each.npv for each in found] == sorted((each.npv for each in found), reverse=True)


@pytest.mark.parametrize("counts", [(80, 20, 10, 90), (100, 0, 0, 100), (0, 100, 10, 90), (3, 1, 0, 4)])
def test_intervals_hold_their_value_and_stay_between_nought_and_one(counts: tuple[int, int, int, int]):
    here = worth(_tested(*counts), 0.05)
    for value, (low, high) in ((here.ppv, here.ppv_interval), (here.npv, here.npv_interval)):
        assert 0 <= low <= high <= 1
        assert value is None or low <= value <= high


def test_no_false_alarm_so_far_does_not_make_every_alarm_right():
    here = worth(_tested(50, 0, 0, 50), 0.01)
    assert here.ppv == 1.0 and here.ppv_interval[0] < 0.2


def test_a_detector_that_never_alarms_has_alarms_of_no_worth():
    here = worth(_tested(0, 10, 0, 10), 0.5)
    assert here.ppv is None and here.npv == pytest.approx(0.5) and here.alarms == 0


def test_one_class_alone_says_nothing_of_other_mixtures():
    assert worth(evaluate(np.ones(10, int), np.linspace(0, 1, 10)), 0.1) is None


def test_a_score_means_less_where_ai_generated_pictures_are_rare():
    labels = np.repeat([0, 1], 200)
    table = score_table(labels, np.where(np.arange(400) % 10 == 0, 1 - labels, labels) * 0.8 + 0.05)
    rare, even = worth_of_score(table, 0.85, 0.01), worth_of_score(table, 0.85, 0.5)
    assert rare and even
    assert even.share == pytest.approx(180.5 / (180.5 + 20.5))
    assert rare.share == pytest.approx(180.5 / (180.5 + 99 * 20.5))
    assert all(found.interval[0] < found.share < found.interval[1] for found in (rare, even))
    assert worth_of_score(table, 0.45, 0.5) is None


def test_no_real_picture_at_a_score_among_a_few_is_no_certainty():
    table = score_table([0] * 30 + [1] * 30, [0.1] * 30 + [0.9] * 30)
    found = worth_of_score(table, 0.9, 0.001)
    assert found and found.share < 0.1 and found.interval[1] == 1
