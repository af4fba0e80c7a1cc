"""The score table counts what it should, and verdicts follow from it."""

import json

import numpy as np
import pytest

from detector.errors import UserError
from detector.evaluation.calibration import Calibration, ScoreTable, score_table
from detector.evaluation.metrics import wilson


def _table(*groups: tuple[float, int, int]) -> ScoreTable:
    """Groups of (score, real images, AI images)."""
    labels = np.concatenate([[0] * real + [1] * ai for _, real, ai in groups])
    scores = np.concatenate([[score] * (real + ai) for score, real, ai in groups])
    return score_table(labels, scores)


def decide(probability: float, threshold: float, table: ScoreTable | None) -> str:
    """The verdict of a detector that carries this table and nothing else."""
    return Calibration({"valid": table} if table else {}).judge(probability, threshold)[0]


def test_ten_bins_of_equal_width_hold_every_image_once():
    scores = np.linspace(0, 1, 101)
    table = score_table(np.arange(101) % 2, scores)
    assert len(table.bins) == 10
    assert sum(a_bin.n for a_bin in table.bins) == 101
    assert [a_bin.low for a_bin in table.bins] == [i / 10 for i in range(10)]
    assert [a_bin.n for a_bin in table.bins[:-1]] == [10] * 9


def test_a_score_on_an_edge_is_counted_in_the_bin_it_is_looked_up_in():
    for score in [i / 10 for i in range(11)] + [0.3 - 1e-12, 0.1 + 0.2]:
        assert score_table([1], [score]).bin_of(score).n == 1
    assert _table((1.0, 0, 1)).bins[-1].n == 1


def test_a_bin_tells_the_share_that_was_generated_with_its_interval_and_count():
    a_bin = _table((0.85, 24, 128)).bin_of(0.83)
    assert (a_bin.low, a_bin.high, a_bin.n, a_bin.ai) == (0.8, 0.9, 152, 128)
    assert a_bin.rate == pytest.approx(0.842, abs=1e-3)
    assert a_bin.interval == wilson(128, 152)


def test_without_a_table_the_threshold_decides_alone():
    assert [decide(p, 0.6, None) for p in (0.0, 0.59, 0.6, 1.0)] == ["real", "real", "ai", "ai"]


def test_scores_whose_images_were_clearly_of_one_class_give_that_class():
    table = _table((0.05, 40, 2), (0.95, 2, 40))
    assert decide(0.02, 0.5, table) == "real"
    assert decide(0.97, 0.5, table) == "ai"


def test_a_bin_that_straddles_one_half_is_inconclusive():
    table = _table((0.55, 20, 25))
    assert decide(0.55, 0.5, table) == "inconclusive"


def test_nine_images_are_too_few_to_say_anything_and_ten_are_enough():
    assert decide(0.95, 0.5, _table((0.95, 0, 9))) == "inconclusive"
    assert decide(0.95, 0.5, _table((0.95, 0, 10))) == "ai"
    assert decide(0.35, 0.5, _table((0.95, 0, 10))) == "inconclusive"


def test_a_verdict_against_the_evidence_of_its_own_bin_is_inconclusive():
    table = _table((0.35, 90, 10))
    assert decide(0.35, 0.3, table) == "inconclusive"
    assert decide(0.35, 0.5, table) == "real"


def test_a_table_survives_a_json_file():
    table = _table((0.15, 30, 4), (0.75, 3, 30))
    assert ScoreTable.from_dict(json.loads(json.dumps(table.to_dict()))) == table


def _damaged(**changes: object) -> dict[str, object]:
    values = _table((0.15, 30, 4)).to_dict()
    values["bins"][1] |= changes
    return values


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"bins": None},
        {"bins": [{"low": 0}]},
        {"bins": []},
        _damaged(ai=99),
        _damaged(n=-1, ai=-1),
        _damaged(low=0.5),
        _damaged(n="many"),
    ],
)
def test_a_damaged_table_is_refused_with_what_to_do(values: dict[str, object]):
    with pytest.raises(UserError, match="calibrate the detector again"):
        ScoreTable.from_dict(values)


@pytest.mark.parametrize("probability", [-0.1, 1.1, float("nan")])
def test_an_impossible_probability_has_no_bin(probability: float):
    with pytest.raises(UserError, match="between 0 and 1"):
        _table((0.5, 1, 1)).bin_of(probability)
