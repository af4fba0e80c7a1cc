"""A calibration proposes by the threshold, objects with reasons, and survives its file, old or new."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from detector.data.input_ranges import InputRanges
from detector.errors import UserError
from detector.evaluation.calibration import Calibration, calibrate, read_calibration
from detector.evaluation.conformal import Conformal
from detector.evaluation.left_out import LeftOut
from detector.evaluation.score_table import score_table
from detector.files import write_json


def validation(n: int = 600) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(0)
    labels = np.arange(n) % 2
    return labels, 1 / (1 + np.exp(-(2 * (labels - 0.5) + random.normal(0, 1, n))))


def test_clear_scores_get_a_verdict_and_doubtful_ones_their_reasons():
    calibration, _, threshold = calibrate(*validation())
    assert calibration.judge(0.99, threshold) == ("ai", ())
    assert calibration.judge(0.01, threshold) == ("real", ())
    verdict, reasons = calibration.judge(0.5, threshold)
    assert verdict == "inconclusive"
    assert any("real and for AI-generated images alike" in reason for reason in reasons)


def test_what_others_found_in_the_picture_makes_any_verdict_inconclusive():
    calibration, _, _ = calibrate(*validation())
    assert calibration.judge(0.99, 0.5, ("the picture is blank",)) == ("inconclusive", ("the picture is blank",))


def test_a_score_unusual_for_both_classes_says_so():
    none = Calibration(conformal=Conformal({0.1: (0.2, 0.8)}, (100, 100)))
    verdict, (reason,) = none.judge(0.6, 0.5)
    assert verdict == "inconclusive"
    assert reason.startswith("fewer than 10 % of real images score so high")


def test_a_set_on_the_other_side_of_the_threshold_is_inconclusive():
    strict = Calibration(conformal=Conformal({0.1: (0.2, 0.4)}, (100, 100)))
    assert strict.judge(0.6, 0.9)[0] == "inconclusive"
    assert strict.judge(0.6, 0.5)[0] == "ai"
    assert strict.judge(0.95, 0.9)[0] == "ai"


def test_a_threshold_can_be_chosen_for_few_false_alarms_on_validation():
    labels, scores = validation()
    _, found, threshold = calibrate(labels, scores, false_alarms=0.05)
    alarms = (found[labels == 0] >= threshold).mean()
    assert 0.03 < alarms <= 0.05
    assert calibrate(labels, scores)[2] == 0.5


def test_a_calibration_survives_its_file(tmp_path: Path):
    calibration, _, _ = calibrate(*validation())
    whole = replace(
        calibration,
        inputs=InputRanges(30, {"short_side": (200.0, 900.0)}),
        left_out=(LeftOut("dalle", 60, 20, 15, 40, 0.8),),
    )
    write_json(tmp_path / "calibration.json", whole.to_dict())
    assert read_calibration(tmp_path) == whole


def test_files_from_before_there_was_a_map_are_read_as_tables(tmp_path: Path):
    table = score_table(*validation())
    write_json(tmp_path / "calibration.json", {"valid": table.to_dict(), "test": table.to_dict()})
    calibration = read_calibration(tmp_path)
    assert calibration == Calibration({"valid": table, "test": table})
    assert calibration.probabilities([0.3]).tolist() == [0.3]


def test_a_folder_without_a_calibration_lets_the_threshold_decide(tmp_path: Path):
    assert read_calibration(tmp_path).judge(0.51, 0.5) == ("ai", ())


@pytest.mark.parametrize(
    "damage",
    [
        {"version": 3},
        {"score_map": 1},
        {"conformal": {}},
        {"inputs": {"n": 3, "flat": [1, 0]}},
        {"left_out": [{"generator": "dalle", "n": 5, "found": 4, "missed": 3, "covered": 1}]},
        {"left_out": [3]},
    ],
)
def test_a_damaged_calibration_is_refused_in_one_line(tmp_path: Path, damage: dict[str, object]):
    calibration, _, _ = calibrate(*validation())
    (tmp_path / "calibration.json").write_text(json.dumps(calibration.to_dict() | damage))
    with pytest.raises(UserError) as caught:
        read_calibration(tmp_path)
    assert "\n" not in str(caught.value)
