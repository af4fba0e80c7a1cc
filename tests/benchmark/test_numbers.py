import hashlib
from dataclasses import replace

import numpy as np
import pytest

from detector.benchmark.answers import Answers
from detector.benchmark.numbers import Number, Trial, auc_fall, class_numbers, lowest, verdict_numbers
from detector.evaluation.metrics import evaluate
from tests.benchmark.sets import picture


def trial(seed: int, apart: float, count: int = 200, a_group: int = 1, noise: int = 0) -> Trial:
    """Pictures of both classes in turn, whose scores are so far apart; so many in a row share group and luck."""
    random = np.random.default_rng([seed, noise])
    labels = np.arange(count) % 2
    luck = np.repeat(random.normal(0, 1, count // a_group), a_group)
    scores = 1 / (1 + np.exp(-(luck + apart * (labels - 0.5))))
    made = []
    for at, label in enumerate(labels):
        one = picture(f"{at}", int(label), group=f"g{at // a_group}" if a_group > 1 else "")
        made.append(replace(one, item=replace(one.item, sha256=hashlib.sha256(f"{at}".encode()).hexdigest())))
    called = scores >= 0.5
    return Trial(seed, tuple(made), Answers(scores, called, np.abs(scores - 0.5) > 0.2, called))


def test_a_single_test_has_the_values_that_evaluation_gives() -> None:
    own = trial(0, 1.5)
    found, known = class_numbers([own]), evaluate(own.labels, own.answers.probabilities, 0.5)
    for name in ("auc", "average_precision", "tpr_at_5_fpr", "balanced_accuracy", "recall_real", "recall_ai", "ece", "brier"):
        assert found[name].value == pytest.approx(getattr(known, name)), name
    assert found["false_alarms"].value == pytest.approx(1 - known.recall_real)
    low, high = known.intervals["auc"]
    assert found["auc"].low == pytest.approx(low, abs=0.02) and found["auc"].high == pytest.approx(high, abs=0.02)


def test_several_seeds_give_the_mean_and_their_disagreement_widens_it() -> None:
    same = class_numbers([trial(seed, 1.5, noise=seed) for seed in range(3)])["auc"]
    mixed = [trial(0, 0.2), trial(1, 1.5), trial(2, 4.0)]
    each = [class_numbers([one])["auc"].value for one in mixed]
    found = class_numbers(mixed)["auc"]
    assert found.value == pytest.approx(np.mean(each))
    assert found.high - found.low > 1.5 * (same.high - same.low)


def test_pictures_of_one_group_count_as_one_draw() -> None:
    alone = class_numbers([trial(0, 1.0)])["balanced_accuracy"]
    grouped = class_numbers([trial(0, 1.0, a_group=10)])["balanced_accuracy"]
    assert grouped.high - grouped.low > 1.5 * (alone.high - alone.low)


def test_the_fall_of_the_auc_is_paired() -> None:
    before = trial(0, 1.5)
    assert auc_fall([before], [before]) == Number(0.0, 0.0, 0.0)
    scores = before.answers.probabilities
    worse = replace(before.answers, probabilities=np.where(np.arange(200) % 10 < 2, 0.5, scores))
    fall = auc_fall([before], [replace(before, answers=worse)])
    area = class_numbers([before])["auc"]
    assert 0 < fall.value < 0.2 and fall.high - fall.low < 0.8 * (area.high - area.low)


def test_verdicts_count_both_classes_alike() -> None:
    labels = [0] * 90 + [1] * 10
    pictures = tuple(picture(f"{at}", label) for at, label in enumerate(labels))
    decided = np.array([True] * 90 + [True] * 5 + [False] * 5)
    nothing = Answers(np.full(100, 0.1), np.zeros(100, bool), decided, np.zeros(100, bool))
    found = verdict_numbers([Trial(0, pictures, nothing)])
    assert found["inconclusive"].value == pytest.approx(0.25)
    assert found["right_of_decided"].value == pytest.approx(1 / 1.5), "who calls everything real is not right nine times in ten"


def test_the_lowest_number_is_told_with_its_place() -> None:
    numbers = {"dalle": Number(0.8, 0.7, 0.9), "flux": Number(0.6, 0.5, 0.7)}
    assert lowest(numbers) == ("flux", numbers["flux"])
