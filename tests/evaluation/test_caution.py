"""Where a test is too small for its claim, the page says so in words."""

import numpy as np

from detector.evaluation.caution import cautions
from detector.evaluation.metrics import evaluate


def _cautions(real: int, ai: int, groups: int | None = None) -> list[str]:
    random = np.random.default_rng(0)
    labels = np.repeat([0, 1], [real, ai])
    scores = np.clip(0.5 + 0.25 * (2 * labels - 1) + random.normal(0, 0.2, labels.size), 0, 1)
    return cautions(evaluate(labels, scores, groups=None if groups is None else np.arange(labels.size) % groups))


def test_a_large_test_of_both_classes_needs_no_caution():
    assert _cautions(600, 600) == []


def test_few_images_of_a_class_are_named_with_what_one_of_them_weighs():
    said = _cautions(600, 20)
    assert said == ["Only 20 AI-generated images: one of them moves its class's numbers by 5%."]


def test_an_interval_of_more_than_twenty_points_is_called_too_wide():
    assert any("too few images to tell" in line for line in _cautions(8, 8))


def test_many_images_of_few_groups_are_few():
    assert any("come from only 12 groups" in line for line in _cautions(600, 600, groups=12))


def test_a_rate_at_one_percent_false_alarms_needs_five_hundred_real_images():
    assert _cautions(400, 600) == ["Found at 1 % false alarms needs 500 real images or more to be read; here are 400."]


def test_one_class_alone_is_said_first_and_asks_for_no_real_images_at_few_false_alarms():
    said = _cautions(0, 600)
    assert said == ["All images are AI-generated: nothing here says how it fares with real ones."]
