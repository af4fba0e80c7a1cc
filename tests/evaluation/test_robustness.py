import json

import numpy as np
import pytest

from detector.errors import UserError
from detector.evaluation.metrics import evaluate
from detector.evaluation.perturbations import KINDS, UNTOUCHED, key_of
from detector.evaluation.robustness import Robustness, measure
from detector.figures.robustness import robustness_figure, score_figure

N = 120


def scored(fall: float = 0.6, seed: int = 0, count: int = N) -> tuple[list[int], list[dict[str, float]]]:
    """Scores that tell the classes apart untouched; JPEG takes up to `fall` from those of AI images, blur does nothing."""
    random = np.random.default_rng(seed)
    labels = [number % 2 for number in range(count)]
    own = []
    for label in labels:
        score = float(np.clip(0.2 + 0.6 * label + random.normal(0, 0.1), 0, 1))
        strengths = KINDS["jpeg"].strengths
        scores = {UNTOUCHED: score}
        for at, strength in enumerate(strengths):
            scores[key_of("jpeg", strength)] = float(np.clip(score - fall * label * at / (len(strengths) - 1), 0, 1))
        scores |= {key_of("blur", strength): score for strength in KINDS["blur"].strengths}
        own.append(scores)
    return labels, own


def test_each_number_is_the_metric_of_those_scores_with_its_interval() -> None:
    labels, own = scored()
    found = measure("d", "s", 0.5, labels, [""] * N, own)
    key = key_of("jpeg", 20)
    metrics = evaluate(labels, [scores[key] for scores in own], 0.5)
    point = found.of("jpeg")[-1]
    for name in ("recall_real", "recall_ai", "auc"):
        number = point.numbers[name]
        assert number.value == getattr(metrics, name)
        assert (number.low, number.high) == metrics.intervals[name]
    before = found.points[0].numbers["recall_ai"].value
    assert point.numbers["recall_ai"].change == pytest.approx(point.numbers["recall_ai"].value - before)


def test_a_real_loss_is_clear_and_no_change_is_not() -> None:
    labels, own = scored()
    found = measure("d", "s", 0.5, labels, [""] * N, own)
    assert found.of("jpeg")[-1].numbers["recall_ai"].clear
    assert not found.of("jpeg")[-1].numbers["recall_real"].clear
    for point in found.of("blur")[1:]:
        for number in point.numbers.values():
            assert number.change == 0 and number.change_low < 0 < number.change_high  # never certain of no change


def test_pictures_of_one_group_widen_the_paired_interval() -> None:
    labels, own = scored()
    alone = measure("d", "s", 0.5, labels, [""] * N, own).of("jpeg")[4].numbers["recall_ai"]
    grouped_labels, grouped_own = labels[:20] * 6, own[:20] * 6
    groups = [f"group {number % 20}" for number in range(N)]
    together = measure("d", "s", 0.5, grouped_labels, groups, grouped_own).of("jpeg")[4].numbers["recall_ai"]
    assert together.change_high - together.change_low > 1.5 * (alone.change_high - alone.change_low)


def test_the_paired_interval_holds_the_true_difference() -> None:
    """Of 100 draws from a known population some 95 intervals should hold its difference."""
    labels, own = scored(0.35, seed=1, count=4000)
    key = key_of("jpeg", 35)

    def recall(rows: np.ndarray, name: str) -> float:
        return float(np.mean([own[row][name] >= 0.5 for row in rows if labels[row]]))

    true = recall(np.arange(4000), key) - recall(np.arange(4000), UNTOUCHED)
    random, hits = np.random.default_rng(2), 0
    for _ in range(100):
        rows = random.choice(2000, 60, replace=False)
        rows = np.concatenate([2 * rows, 2 * rows + 1])
        few = [{UNTOUCHED: own[row][UNTOUCHED], key: own[row][key]} for row in rows]
        number = measure("d", "s", 0.5, [labels[row] for row in rows], [""] * len(rows), few).of("jpeg")[1].numbers["recall_ai"]
        hits += number.change_low <= true <= number.change_high
    assert 88 <= hits <= 100


def test_strengths_that_not_all_pictures_were_scored_at_are_left_out() -> None:
    labels, own = scored()
    del own[3][key_of("blur", 2)]
    strengths = [point.strength for point in measure("d", "s", 0.5, labels, [""] * N, own).of("blur")[1:]]
    assert strengths == [0.5, 1, 1.5, 3]


def test_one_class_alone_has_its_recall_and_nothing_else() -> None:
    _, own = scored()
    numbers = measure("d", "s", 0.5, [1] * 60, [""] * 60, own[1::2]).points[0].numbers
    assert set(numbers) == {"recall_ai"}


def test_it_comes_back_from_json_and_damage_is_said() -> None:
    labels, own = scored()
    found = measure("d", "s", 0.5, labels, [""] * N, own, seen=7)
    values = json.loads(json.dumps(found.to_dict()))
    assert Robustness.from_dict(values) == found
    for damaged in ({}, values | {"points": []}, values | {"extra": 1}, values | {"points": values["points"][1:]}):
        with pytest.raises(UserError, match="run it again"):
            Robustness.from_dict(damaged)
    with pytest.raises(UserError, match="No picture"):
        measure("d", "s", 0.5, [], [], [])


def test_the_figure_has_every_measure_its_band_and_chance() -> None:
    labels, own = scored()
    found = measure("d", "s", 0.5, labels, [""] * N, own)
    chart = robustness_figure(found, "jpeg").to_dict()
    lines = [trace for trace in chart["data"] if "name" in trace]
    assert [trace["name"] for trace in lines] == ["Real called real (n = 60)", "AI-generated found (n = 60)", "AUC (n = 120)"]
    assert all(len(trace["x"]) == 1 + len(KINDS["jpeg"].strengths) for trace in lines)
    assert len(chart["data"]) == 6 and chart["layout"]["shapes"][0]["y0"] == 0.5
    assert chart["layout"]["xaxis"]["ticktext"][0] == "none"


def test_the_score_figure_marks_each_side_of_the_line_by_shape() -> None:
    chart = score_figure("blur", 0.9, [0.8, 0.7, 0.6, 0.4, 0.3], 0.5).to_dict()
    assert list(chart["data"][0]["marker"]["symbol"]) == ["square"] * 4 + ["circle"] * 2
