"""Figures of several runs: overlaid curves, settings against results, and the cells of a sweep."""

import math
from dataclasses import replace

import pytest

from detector.evaluation.terms import shown
from detector.figures.curves import compare_curves, smoothed, stopped_early
from detector.figures.parallel import axis_of, parallel_figure
from detector.figures.sweep import sweep_figure
from detector.training.config import TrainConfig
from detector.training.summary import Summary
from detector.training.sweep_plan import SweepPlan, grid
from detector.training.sweep_result import Outcome, cells, outcomes

ROWS = [{"epoch": e, "valid_loss": loss, "valid_auc": 0.5 + e / 20, "learning_rate": 0.1**e}
        for e, loss in enumerate([0.9, 0.4, 0.6, 0.5], start=1)]  # fmt: skip
PLAN = SweepPlan(TrainConfig(), grid({"batch_size": (32, 64), "learning_rate": (0.1, 0.01)}))


def said(value: float | None) -> str:
    return shown("accuracy", value)


def found(*accuracies: float | None) -> list[Outcome]:
    """Outcomes of the plan, in its order; None waits."""
    runs = [
        Summary(
            f"run-{point}",
            "finished",
            sweep="s",
            point=point,
            valid={"accuracy": value, "loss": 1 - value, "n": 200, "intervals": {"accuracy": [value - 0.05, value + 0.05]}},
        )
        for point, value in enumerate(accuracies)
        if value is not None
    ]
    return outcomes(PLAN, "s", runs)


def test_smoothing_starts_at_the_first_value_and_follows_slowly() -> None:
    assert smoothed([2.0], 0.9) == pytest.approx([2.0])
    assert smoothed([1.0, 1.0, 1.0], 0.7) == pytest.approx([1.0] * 3)
    mean = smoothed([0.0, 1.0], 0.5)
    assert mean == pytest.approx([0.0, 2 / 3])  # weights 1/3 and 2/3
    assert smoothed([0.3, 0.9, 0.1], 0.0) == pytest.approx([0.3, 0.9, 0.1])
    gap = smoothed([1.0, float("nan"), 1.0], 0.5)
    assert math.isnan(gap[1]) and gap[2] == pytest.approx(1.0)


def test_the_true_line_stays_faintly_behind_a_smoothed_one() -> None:
    faint, bold = compare_curves({"a": ROWS}, "loss", smoothing=0.6).data
    assert list(faint.y) == [0.9, 0.4, 0.6, 0.5] and list(bold.y) == pytest.approx(smoothed(faint.y, 0.6))
    assert faint.opacity < 0.5 and not faint.showlegend and faint.line.color == bold.line.color


def test_a_star_marks_the_best_epoch_and_a_cross_where_patience_ended_the_run() -> None:
    chart = compare_curves({"a": ROWS, "b": ROWS[:3]}, "auc", stopped={"b"})
    marks = [(trace.name, trace.x[0], round(trace.y[0], 3)) for trace in chart.data if trace.mode == "markers"]
    assert marks == [("best epoch", 2, 0.6), ("best epoch", 2, 0.6), ("stopped early", 3, 0.65)]


def test_a_run_ended_early_only_by_its_own_patience() -> None:
    assert stopped_early(ROWS, planned=10, patience=2, state="finished")
    assert not stopped_early(ROWS, planned=10, patience=0, state="finished")
    assert not stopped_early(ROWS, planned=4, patience=2, state="finished")
    assert not stopped_early(ROWS, planned=10, patience=2, state="stopped")


def test_the_learning_rate_is_nobodys_validation_and_is_never_smoothed() -> None:
    chart = compare_curves({"a": ROWS}, "learning_rate", smoothing=0.9, log=True)
    (line,) = chart.data
    assert list(line.y) == pytest.approx([0.1, 0.01, 0.001, 0.0001])
    assert chart.layout.yaxis.title.text == "Learning rate" and chart.layout.yaxis.type == "log"


def test_a_dozen_runs_all_look_different() -> None:
    chart = compare_curves({str(number): ROWS for number in range(12)}, "loss")
    assert len({(trace.line.color, trace.line.dash) for trace in chart.data}) == 12


def test_parallel_lines_hold_every_run_and_end_at_its_result() -> None:
    settings = [{"learning_rate": 0.1, "jpeg": True}, {"learning_rate": 0.001, "jpeg": False}]
    chart = parallel_figure(["good", "<b>bad"], settings, [0.9, 0.8], "Accuracy", percent=True)
    good, bad = chart.data
    assert list(good.y) == [1, 1, 1] and list(bad.y) == [0, 0, 0]
    assert list(chart.layout.xaxis.ticktext) == ["learning rate", "jpeg", "Accuracy"]
    assert "learning rate: 0.001" in bad.hovertext and "Accuracy: 80.0%" in bad.hovertext
    assert "<b>&lt;b>bad</b>" in bad.hovertext  # a name is text


def test_an_axis_spreads_decades_evenly_and_names_by_the_alphabet() -> None:
    rate = axis_of("learning_rate", [0.1, 0.01, 0.001])
    assert rate.heights == pytest.approx((1, 0.5, 0)) and [text for _, text in rate.ticks] == ["0.001", "0.01", "0.1"]
    assert axis_of("epochs", [10, 20, 15]).heights == pytest.approx((0, 1, 0.5))
    model = axis_of("model", ["lenet5", "a/path/to/cnn3"])
    assert model.heights == (1, 0) and model.ticks == ((0, "cnn3"), (1, "lenet5"))
    assert axis_of("batch", [8, 8]).heights == (0.5, 0.5)


def test_a_single_run_has_nothing_to_be_parallel_to() -> None:
    assert "two runs" in parallel_figure(["one"], [{"epochs": 1}], [0.5], "Accuracy", True).layout.annotations[0].text


def test_cells_of_a_sweep_show_their_number_and_star_the_best_run() -> None:
    made = cells(found(0.7, 0.9, 0.6, None), "batch_size", "learning_rate", "accuracy")
    chart = sweep_figure(made, "batch_size", "learning_rate", "accuracy", said)
    heat, marks = chart.data
    assert (chart.layout.xaxis.ticktext, chart.layout.yaxis.ticktext) == (("32", "64"), ("0.01", "0.1"))
    assert [list(line) for line in heat.text] == [["★ 90.0%", ""], ["70.0%", "60.0%"]]
    assert heat.textfont.color == "black" and not heat.reversescale
    # a click returns the number of the cell
    by_place = {(x, y): made[number] for x, y, number in zip(marks.x, marks.y, marks.customdata, strict=True)}
    assert by_place[0, 0].best and by_place[1, 1].value == 0.6


def test_a_cell_without_a_result_tells_its_state_and_hovering_tells_interval_and_n() -> None:
    made = cells(found(0.7, None, None, None), "batch_size", "learning_rate", "accuracy")
    chart = sweep_figure(made, "batch_size", "learning_rate", "accuracy", said)
    assert [note.text for note in chart.layout.annotations] == ["waiting"] * 3
    assert any("70.0% (65.0% – 75.0%), n = 200" in text for text in chart.data[1].text)


def test_a_lower_loss_is_brighter_and_averaged_cells_say_of_how_many() -> None:
    made = cells(found(0.7, 0.9, 0.6, None), "batch_size", None, "loss")
    heat = sweep_figure(made, "batch_size", None, "loss", lambda value: shown("loss", value)).data[0]
    assert heat.reversescale
    assert list(heat.text[0]) == ["★ 0.200<br>mean of 2", "0.400<br>mean of 1 of 2"]


def test_a_long_value_keeps_its_end_which_tells_it_from_others() -> None:
    plan = SweepPlan(TrainConfig(), grid({"model": tuple(f"{'very' * 20}-{number}" for number in (1, 2))}))
    made = cells(outcomes(plan, "s", []), "model", None, "accuracy")
    labels = sweep_figure(made, "model", None, "accuracy", said).layout.xaxis.ticktext
    assert [len(label) for label in labels] == [24, 24] and labels[0] != labels[1]


def test_no_cells_is_said_in_words() -> None:
    (note,) = sweep_figure([], "epochs", None, "accuracy", said).layout.annotations
    assert "No run" in note.text
    assert replace(found(0.5)[0], run=None).valid("accuracy") is None
