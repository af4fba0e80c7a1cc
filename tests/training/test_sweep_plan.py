"""The plan of a sweep: a grid or a list of settings, read from words."""

import pytest

from detector.errors import UserError
from detector.training.config import TrainConfig
from detector.training.sweep_plan import SWEEPS, SweepPlan, grid, parse_axis, parse_point, parse_values, preset_sweep


def test_a_grid_holds_every_combination_once() -> None:
    points = grid({"batch_size": (32, 64), "learning_rate": (0.1, 0.01, 0.001)})
    assert len(points) == 6 == len({tuple(point.items()) for point in points})
    assert points[0] == {"batch_size": 32, "learning_rate": 0.1}


def test_bostons_grid_is_the_reports_nine_cells() -> None:
    base, axes = preset_sweep("boston-grid")
    assert base.model == "cnn3" and base.preset == "boston-cnn3" and len(grid(axes)) == 9
    assert axes == {"batch_size": (32, 64, 128), "learning_rate": (0.01, 0.001, 0.0001)}
    for name in SWEEPS:
        base, axes = preset_sweep(name)
        assert SweepPlan(base, grid(axes)).same_images


def test_values_are_read_by_the_fields_own_type() -> None:
    assert parse_axis("learning-rate = 0.01, 1e-3,0.01") == ("learning_rate", (0.01, 0.001))
    assert parse_axis("Batch size=32,64") == ("batch_size", (32, 64))
    assert parse_values("freeze_backbone", "yes, off") == (True, False)
    assert parse_values("svm_c", "0.5,1; 2,3") == ("0.5,1", "2,3")
    assert parse_point("learning_rate=1, jpeg=yes") == {"learning_rate": 1.0, "jpeg": True}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("learning_rat=0.1", "learning_rate meant"),
        ("preset=quick", "no setting"),
        ("batch_size=many", "whole number"),
        ("batch_size=1.5", "whole number"),
        ("batch_size=0", "between 1 and 4096"),
        ("learning_rate=nan", "between"),
        ("jpeg=perhaps", "yes or no"),
        ("optimizer=lion", "one of sgd"),
        ("batch_size=", "at least one value"),
        ("batch_size", "Say which values"),
    ],
)
def test_a_field_or_value_that_does_not_fit_is_one_line(text: str, words: str) -> None:
    with pytest.raises(UserError, match=words) as caught:
        parse_axis(text)
    assert "\n" not in str(caught.value)


def test_more_than_five_hundred_runs_are_refused_before_they_are_listed() -> None:
    with pytest.raises(UserError, match="not 1,000,000"):
        grid({name: tuple(range(1, 1001)) for name in ("epochs", "batch_size")})


def test_values_that_only_clash_together_are_refused(small: TrainConfig) -> None:
    with pytest.raises(UserError, match="95 %"):
        SweepPlan(small, ({"valid_fraction": 0.6, "test_fraction": 0.6},))
