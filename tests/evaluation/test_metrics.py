"""Metrics against scikit-learn, against textbook intervals, and at their edges."""

import json
import subprocess
import sys

import numpy as np
import pytest
from sklearn import metrics as sk

from detector.errors import UserError
from detector.evaluation.curves import precision_recall
from detector.evaluation.metrics import auc, best_threshold, checked, evaluate, log_loss, predicted_labels, roc, wilson
from detector.evaluation.sample import sample_of


def _scores(n: int, seed: int, decimals: int = 12) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, 2, n)
    probabilities = 1 / (1 + np.exp(-(1.6 * labels - 0.8 + rng.normal(0, 1, n))))
    return labels, probabilities.round(decimals)


@pytest.mark.parametrize(("n", "decimals", "threshold"), [(12, 12, 0.5), (300, 12, 0.5), (300, 1, 0.3), (2000, 2, 0.8)])
def test_every_rate_equals_scikit_learns(n: int, decimals: int, threshold: float):
    labels, probabilities = _scores(n, seed=n, decimals=decimals)
    predicted = probabilities >= threshold
    ours = evaluate(labels, probabilities, threshold)
    assert ours.n == n
    assert ours.accuracy == pytest.approx(sk.accuracy_score(labels, predicted))
    assert ours.balanced_accuracy == pytest.approx(sk.balanced_accuracy_score(labels, predicted))
    assert ours.precision == pytest.approx(sk.precision_score(labels, predicted, zero_division=0))
    assert ours.recall == ours.recall_ai == pytest.approx(sk.recall_score(labels, predicted))
    assert ours.recall_real == pytest.approx(sk.recall_score(labels, predicted, pos_label=0))
    assert ours.f1 == pytest.approx(sk.f1_score(labels, predicted))
    assert ours.auc == pytest.approx(sk.roc_auc_score(labels, probabilities))
    assert ours.loss == pytest.approx(sk.log_loss(labels, probabilities))
    assert ours.confusion_matrix == tuple(map(tuple, sk.confusion_matrix(labels, predicted).tolist()))


def test_the_loss_of_certain_mistakes_is_scikit_learns_and_finite():
    labels, probabilities = np.array([0, 1, 1, 0]), np.array([1.0, 0.0, 1.0, 0.0])
    assert log_loss(labels, probabilities) == pytest.approx(sk.log_loss(labels, probabilities))


@pytest.mark.parametrize("decimals", [1, 2, 12])
def test_the_roc_curve_is_scikit_learns_corner_by_corner(decimals: int):
    labels, probabilities = _scores(400, seed=5, decimals=decimals)
    for ours, theirs in zip(roc(labels, probabilities), sk.roc_curve(labels, probabilities), strict=True):
        np.testing.assert_allclose(ours, theirs)


def test_a_roc_curve_of_one_class_is_refused():
    with pytest.raises(UserError, match="both real and AI-generated"):
        roc([1, 1], [0.2, 0.9])


def test_the_threshold_itself_counts_as_ai():
    assert predicted_labels([0.49, 0.5, 0.51], 0.5).tolist() == [0, 1, 1]


def test_one_class_has_no_auc_and_its_balanced_accuracy_is_its_recall():
    result = evaluate([1, 1, 1, 1], [0.9, 0.8, 0.7, 0.1])
    assert result.auc is None
    assert "auc" not in result.intervals
    assert result.balanced_accuracy == result.recall_ai == 0.75
    assert result.recall_real == 0.0
    assert result.intervals["recall_real"] == (0.0, 1.0)


def test_a_detector_that_never_says_ai_has_precision_and_f1_zero():
    result = evaluate([0, 1, 1], [0.1, 0.2, 0.3])
    assert (result.precision, result.f1, result.recall) == (0.0, 0.0, 0.0)


def test_metrics_survive_a_json_file():
    labels, probabilities = _scores(50, seed=1)
    values = evaluate(labels, probabilities).to_dict()
    assert json.loads(json.dumps(values)) == values
    assert json.loads(json.dumps(evaluate([0], [0.2]).to_dict()))["auc"] is None


def test_eighty_percent_of_sixty_images_means_sixty_eight_to_eighty_eight():
    low, high = wilson(48, 60)
    assert (round(low, 3), round(high, 3)) == (0.682, 0.882)


def test_wilson_agrees_with_its_published_examples():
    # Newcombe, Statistics in Medicine 1998, table I, method 3
    for successes, n, expected in [
        (81, 263, (0.2553, 0.3662)),
        (15, 148, (0.0624, 0.1605)),
        (0, 20, (0.0, 0.1611)),
        (1, 29, (0.0061, 0.1718)),
    ]:
        assert wilson(successes, n) == pytest.approx(expected, abs=1e-4)


def test_a_perfect_score_on_few_images_is_no_certainty():
    result = evaluate([0] * 5 + [1] * 5, [0.1] * 5 + [0.9] * 5)
    assert result.auc == 1.0
    assert result.intervals["auc"][0] < 0.7
    assert result.intervals["accuracy"][0] < 0.75


def test_one_image_of_a_class_leaves_the_auc_wide_open():
    low, high = evaluate([0, 0, 0, 1], [0.1, 0.4, 0.6, 0.5]).intervals["auc"]
    assert high - low > 0.7


def test_delongs_variance_equals_the_definition_over_all_pairs():
    labels, scores = _scores(80, seed=2, decimals=1)
    ai, real = scores[labels == 1], scores[labels == 0]
    wins = (ai[:, None] > real) + 0.5 * (ai[:, None] == real)
    sd = (wins.mean(1).var(ddof=1) / ai.size + wins.mean(0).var(ddof=1) / real.size) ** 0.5
    area, interval = auc(labels, scores)
    assert area is not None and interval is not None
    logit = np.log(np.array(interval) / (1 - np.array(interval)))
    assert area == pytest.approx(wins.mean())
    assert logit[1] - logit[0] == pytest.approx(2 * 1.959964 * sd / (area * (1 - area)))


def test_the_auc_interval_covers_the_true_area_about_nineteen_times_in_twenty():
    true_area = 0.7602  # of normal scores one standard deviation apart: Phi(1 / sqrt 2)
    rng = np.random.default_rng(0)
    labels = np.repeat([0, 1], 40)
    covered = 0
    for _ in range(600):
        interval = auc(labels, 1 / (1 + np.exp(-(labels + rng.normal(0, 1, 80)))))[1]
        assert interval is not None
        covered += interval[0] <= true_area <= interval[1]
    assert 0.92 <= covered / 600 <= 0.98


def test_a_hundred_thousand_images_are_counted_exactly_though_their_draws_are_counted_in_bins():
    labels, probabilities = _scores(100_000, seed=3)  # an algorithm over all pairs would not end here
    ours = evaluate(labels, probabilities, groups=np.arange(100_000) // 4)
    assert ours.auc == pytest.approx(sk.roc_auc_score(labels, probabilities))
    assert ours.average_precision == pytest.approx(sk.average_precision_score(labels, probabilities))
    low, high = ours.intervals["auc"]
    assert low < ours.auc < high < low + 0.02


def test_the_best_threshold_is_the_one_an_exhaustive_search_finds():
    labels, probabilities = _scores(120, seed=4, decimals=2)
    chosen = evaluate(labels, probabilities, best_threshold(labels, probabilities)).balanced_accuracy
    assert chosen == pytest.approx(max(evaluate(labels, probabilities, t).balanced_accuracy for t in np.arange(0, 1.01, 0.005)))


def test_the_best_threshold_is_half_when_half_is_as_good_as_any():
    assert best_threshold([0, 0, 1, 1], [0.1, 0.2, 0.8, 0.9]) == 0.5
    assert best_threshold([1, 1], [0.1, 0.9]) == 0.5


def test_of_equally_good_thresholds_the_one_nearest_to_half_wins():
    # cutting at 0.15 or at 0.65 leaves one image wrong; 0.5 leaves two wrong
    assert best_threshold([0, 1, 0, 1], [0.1, 0.2, 0.6, 0.7]) == pytest.approx(0.65)


def test_scores_that_all_lie_low_move_the_threshold_down():
    assert best_threshold([0, 0, 1, 1], [0.01, 0.02, 0.1, 0.2]) == pytest.approx(0.06)


@pytest.mark.parametrize(
    ("labels", "probabilities", "line"),
    [
        ([], [], "no images"),
        ([0, 1], [0.5], "one probability a label"),
        ([0, 2], [0.5, 0.5], "Labels should be 0"),
        ([0, 1], [0.5, 1.2], "from 0 to 1"),
        ([0, 1], [0.5, float("nan")], "from 0 to 1"),
    ],
)
def test_what_cannot_be_evaluated_is_refused_in_one_line(labels: list[int], probabilities: list[float], line: str):
    with pytest.raises(UserError, match=line) as caught:
        checked(labels, probabilities)
    assert "\n" not in str(caught.value)


def test_listing_results_loads_neither_torch_nor_scikit_learn():
    code = (
        "import sys, detector.figures;"
        "from detector.evaluation import calibration, metrics, predictions;"
        "sys.exit(any(name in sys.modules for name in ('torch', 'sklearn', 'streamlit', 'timm')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize(("n", "decimals", "threshold"), [(12, 12, 0.5), (300, 1, 0.3), (2000, 2, 0.8), (500, 0, 0.5)])
def test_what_averages_classes_or_reads_the_curve_equals_scikit_learns(n: int, decimals: int, threshold: float):
    labels, probabilities = _scores(n, seed=n, decimals=decimals)  # few decimals make ties, none at all extreme scores
    predicted = (probabilities >= threshold).astype(int)
    ours = evaluate(labels, probabilities, threshold)
    precision, recall, f1, _ = sk.precision_recall_fscore_support(labels, predicted, labels=[0, 1], zero_division=0)
    assert (ours.precision_real, ours.precision_ai) == pytest.approx(precision.tolist())
    assert (ours.recall_real, ours.recall_ai) == pytest.approx(recall.tolist())
    assert (ours.f1_real, ours.f1_ai) == pytest.approx(f1.tolist())
    macro = (precision.mean(), recall.mean(), f1.mean())
    assert (ours.precision_macro, ours.recall_macro, ours.f1_macro) == pytest.approx(macro)
    assert ours.average_precision == pytest.approx(sk.average_precision_score(labels, probabilities))
    assert ours.brier == pytest.approx(sk.brier_score_loss(labels, probabilities))
    fpr, tpr, _ = sk.roc_curve(labels, probabilities, drop_intermediate=False)
    assert ours.tpr_at_1_fpr == pytest.approx(tpr[fpr <= 0.01].max())
    assert ours.tpr_at_5_fpr == pytest.approx(tpr[fpr <= 0.05].max())


def test_the_precision_recall_curve_is_scikit_learns():
    labels, probabilities = _scores(400, seed=6, decimals=2)
    recall, precision, thresholds = precision_recall(sample_of(labels, probabilities))
    theirs_precision, theirs_recall, theirs_thresholds = sk.precision_recall_curve(labels, probabilities)
    last = int(np.flatnonzero(theirs_recall == 1)[-1])  # they go on below the last AI image
    np.testing.assert_allclose(precision, theirs_precision[last:-1][::-1])
    np.testing.assert_allclose(recall, theirs_recall[last:-1][::-1])
    np.testing.assert_allclose(thresholds, theirs_thresholds[last:][::-1])


def test_one_class_alone_equals_scikit_learn_where_that_has_an_answer():
    labels, probabilities = np.ones(50, int), np.linspace(0.2, 0.9, 50)
    ours, predicted = evaluate(labels, probabilities), (probabilities >= 0.5).astype(int)
    assert ours.f1_macro == pytest.approx(sk.f1_score(labels, predicted, labels=[0, 1], average="macro", zero_division=0))
    assert ours.brier == pytest.approx(sk.brier_score_loss(labels, probabilities, labels=[0, 1]))
    assert (ours.auc, ours.average_precision, ours.tpr_at_1_fpr, ours.tpr_at_5_fpr) == (None, None, None, None)


def test_the_calibration_error_is_the_mean_gap_of_ten_bins():
    # a bin of 0.9 with half of them AI, and a bin of 0.15 with none
    ours = evaluate([1, 0, 0, 0], [0.9, 0.9, 0.15, 0.15])
    assert ours.ece == pytest.approx((2 * abs(0.9 - 0.5) + 2 * 0.15) / 4)


def test_every_number_lies_in_its_interval_and_aliases_agree():
    labels, probabilities = _scores(300, seed=8)
    for groups in (None, [str(i // 3) for i in range(300)]):
        ours = evaluate(labels, probabilities, groups=groups)
        for name, (low, high) in ours.intervals.items():
            assert low <= getattr(ours, name) <= high, name
        assert ours.intervals["f1"] == ours.intervals["f1_ai"] and ours.precision == ours.precision_ai


def test_copies_of_one_group_tell_no_more_than_one_image():
    labels, probabilities = _scores(60, seed=9)
    once = evaluate(labels, probabilities)
    copied = evaluate(np.repeat(labels, 10), np.repeat(probabilities, 10), groups=np.repeat(np.arange(60), 10))
    blind = evaluate(np.repeat(labels, 10), np.repeat(probabilities, 10))
    assert copied.groups == 60 and blind.groups == 600
    for name in ("accuracy", "auc", "loss", "f1_macro", "brier"):
        width, same, narrow = (each.intervals[name][1] - each.intervals[name][0] for each in (once, copied, blind))
        assert same == pytest.approx(width, rel=0.15), name
        assert narrow < 0.5 * width, name


def test_an_image_without_a_group_is_one_of_its_own():
    labels, probabilities = _scores(20, seed=10)
    assert evaluate(labels, probabilities, groups=[""] * 20).groups == 20
    assert evaluate(labels, probabilities, groups=["a", "a", *[""] * 18]).groups == 19


def test_intervals_are_the_same_at_every_call():
    labels, probabilities = _scores(200, seed=11)
    assert evaluate(labels, probabilities).intervals == evaluate(labels, probabilities).intervals


def test_thousands_of_groups_give_the_interval_that_counting_them_singly_gives(monkeypatch: pytest.MonkeyPatch):
    labels, probabilities = _scores(6000, seed=12)
    groups = np.arange(6000) // 2
    merged = evaluate(labels, probabilities, groups=groups)
    monkeypatch.setattr("detector.evaluation.sample.MOST_UNITS", 10_000)
    singly = evaluate(labels, probabilities, groups=groups)
    for name in ("accuracy", "auc", "loss", "average_precision"):
        widths = [each.intervals[name][1] - each.intervals[name][0] for each in (merged, singly)]
        assert widths[0] == pytest.approx(widths[1], rel=0.12), name


def test_few_false_alarms_of_few_real_images_leave_the_lower_end_open():
    labels, probabilities = _scores(100, seed=13)
    assert evaluate(labels, probabilities).intervals["tpr_at_1_fpr"][0] == 0.0


def test_one_image_alone_goes_into_a_json_file():
    json.dumps(evaluate([1], [0.4], groups=["a"]).to_dict(), allow_nan=False)
