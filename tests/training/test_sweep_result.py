"""What came out of a sweep, and how one run is summed up."""

from dataclasses import replace
from pathlib import Path

import pytest

from detector.training.config import TrainConfig
from detector.training.runs import create_run
from detector.training.summary import Summary, stamp, summarise
from detector.training.sweep_plan import SweepPlan, grid
from detector.training.sweep_result import Outcome, cells, outcomes, ranked, rivals

PLAN = SweepPlan(TrainConfig(), grid({"batch_size": (32, 64), "learning_rate": (0.1, 0.01)}))


def summary(point: int, accuracy: float, loss: float = 0.5, test: float = 0.5, width: float = 0.02) -> Summary:
    intervals = {"accuracy": [accuracy - width, accuracy + width]}
    valid = {"accuracy": accuracy, "loss": loss, "n": 200, "intervals": intervals}
    return Summary(f"run-{point}", "finished", sweep="s", point=point, valid=valid, test={"accuracy": test})


def test_the_best_is_chosen_on_validation_whatever_the_test_says() -> None:
    found = outcomes(PLAN, "s", [summary(0, 0.7, test=0.99), summary(1, 0.8, test=0.6), summary(3, 0.75)])
    order = ranked(found, "accuracy")
    assert [outcome.point for outcome in order] == [1, 3, 0]
    assert found[2].state == "waiting" and found[1].settings == {"batch_size": 32, "learning_rate": 0.01}


def test_a_lower_loss_is_better_and_settles_ties() -> None:
    found = outcomes(PLAN, "s", [summary(0, 0.8, loss=0.6), summary(1, 0.8, loss=0.4), summary(2, 0.7, loss=0.3)])
    assert [outcome.point for outcome in ranked(found, "loss")] == [2, 1, 0]
    assert [outcome.point for outcome in ranked(found, "accuracy")] == [1, 0, 2]


def test_runs_within_the_margin_of_the_best_are_not_called_worse() -> None:
    found = outcomes(PLAN, "s", [summary(0, 0.8), summary(1, 0.79), summary(2, 0.7)])
    assert [outcome.point for outcome in rivals(ranked(found, "accuracy"), "accuracy")] == [1]


def test_cells_average_over_the_fields_that_are_not_shown() -> None:
    found = outcomes(PLAN, "s", [summary(0, 0.7), summary(1, 0.9), summary(2, 0.6)])
    by_batch = {cell.x: cell for cell in cells(found, "batch_size", None, "accuracy")}
    assert by_batch[32].value == pytest.approx(0.8) and by_batch[32].best
    assert by_batch[64].value == pytest.approx(0.6) and len(by_batch[64].outcomes) == 2
    (only,) = cells(found, "batch_size", None, "accuracy", {"learning_rate": 0.01, "batch_size": 64})
    assert only.value is None and not only.best


def test_runs_of_other_sweeps_do_not_count() -> None:
    stranger = replace(summary(0, 0.9), sweep="other")
    assert all(isinstance(each, Outcome) and each.run is None for each in outcomes(PLAN, "s", [stranger]))


def test_a_summary_reads_a_finished_run_and_its_stamp_moves_with_its_files(workspace: Path, small: TrainConfig) -> None:
    run = create_run(small, "one", sweep="s", point=4)
    before = stamp(run)
    run.append_metrics({"epoch": 1, "valid_loss": 0.5, "seconds": 2.0})
    run.append_metrics({"epoch": 2, "valid_loss": 0.4, "seconds": 3.0})
    run.note(tags=["keep"], result={"test": {"accuracy": 0.9}})
    read = summarise(run)
    assert (read.best["epoch"], read.seconds, read.tags, read.point) == (2, 5.0, ("keep",), 4)
    assert read.test == {"accuracy": 0.9} and stamp(run) != before


@pytest.mark.parametrize("file", ["config.json", "about.json", "metrics.jsonl"])
def test_a_run_with_a_damaged_file_is_summed_up_as_damaged(workspace: Path, small: TrainConfig, file: str) -> None:
    run = create_run(small, "one")
    (run.folder / file).write_text("{half\n")
    assert summarise(run) == Summary("one", "damaged")
