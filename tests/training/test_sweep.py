import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from detector.errors import RunError, UserError
from detector.home import REPOSITORY
from detector.training.config import TrainConfig
from detector.training.runs import create_run, find_run, list_runs
from detector.training.status import RunStatus
from detector.training.summary import Summary, stamp, summarise
from detector.training.sweep import Sweep, create_sweep, find_sweep, list_sweeps
from detector.training.sweep_plan import SWEEPS, SweepPlan, grid, parse_axis, parse_point, parse_values, preset_sweep
from detector.training.sweep_result import Outcome, cells, outcomes, ranked, rivals


def wait_for(sweep: Sweep, *states: str, seconds: float = 300) -> RunStatus:
    """Wait until the sweep is in one of the states."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        status = sweep.status()
        if status.state in states:
            return status
        assert status.active, f"{status}\n{sweep.log_tail()}"
        time.sleep(0.05)
    raise AssertionError(f"still {sweep.status()} after {seconds} s\n{sweep.log_tail()}")


@pytest.fixture
def quiet(workspace: Path) -> Iterator[None]:
    """Whatever is still at work when a test ends is asked to stop."""
    yield
    for sweep in list_sweeps():
        if sweep.status().active:
            sweep.stop()
    for run in list_runs():
        end = time.monotonic() + 60
        while run.status().active and time.monotonic() < end:
            run.stop_file.touch()
            time.sleep(0.1)


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


def test_a_sweep_comes_back_from_disk_as_it_was(workspace: Path, small: TrainConfig) -> None:
    plan = SweepPlan(small, grid({"epochs": (1, 2), "jpeg": (False, True)}), 3)
    create_sweep("mine", plan)
    assert find_sweep("mine").plan() == plan and find_sweep("mine").status().state == "stopped"
    assert list_runs() == []  # a run exists once it is started


def test_a_name_or_data_that_cannot_be_is_refused_and_leaves_nothing(workspace: Path, small: TrainConfig) -> None:
    plan = SweepPlan(small, ({"epochs": 1},))
    for name in ("../up", "x" * 73):
        with pytest.raises(UserError):
            create_sweep(name, plan)
    for wrong in (SweepPlan(small.but(data="/no/such"), plan.points), SweepPlan(small, ({"data": "/no/such"},))):
        with pytest.raises(UserError, match="/no/such"):
            create_sweep("mine", wrong)
    assert list_sweeps() == []
    create_sweep("mine", plan)
    with pytest.raises(RunError, match="already"):
        create_sweep("mine", plan)


def test_runs_validated_on_different_images_are_told_apart(small: TrainConfig) -> None:
    assert SweepPlan(small, grid({"epochs": (1, 2)})).same_images
    assert not SweepPlan(small, grid({"seed": (1, 2)})).same_images
    assert SweepPlan(small, grid({"seed": (1,)})).same_images  # one value for all


def test_a_sweep_trains_every_point_and_a_failing_run_does_not_stop_the_others(
    workspace: Path, small: TrainConfig, quiet: None
) -> None:
    create_run(small, "mix-002")  # the name is taken by a run of somebody else
    points = ({"model": "no-such-network"}, {"epochs": 1})
    sweep = create_sweep("mix", SweepPlan(small, points, 2))
    sweep.launch()
    status = wait_for(sweep, "finished")
    assert "1 of 2 runs failed" in status.message and "no-such-network" in status.message
    runs = sweep.runs()
    assert [runs[point].status().state for point in range(2)] == ["failed", "finished"]
    assert runs[1].config() == small.but(epochs=1) and len(runs[1].metrics()) == 1
    assert runs[1].name != "mix-002" and find_run("mix-002").metrics() == []


def test_a_killed_worker_loses_nothing_and_the_next_one_goes_on(workspace: Path, small: TrainConfig, quiet: None) -> None:
    sweep = create_sweep("killed", SweepPlan(small, ({"epochs": 400}, {"epochs": 1}), 1))
    worker = subprocess.Popen(
        [sys.executable, "-m", "detector", "sweep", "run", "killed"],
        cwd=REPOSITORY, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    end = time.monotonic() + 200
    while not (0 in sweep.runs() and len(sweep.runs()[0].metrics()) > 2) and time.monotonic() < end:
        time.sleep(0.05)
    os.kill(worker.pid, signal.SIGKILL)
    worker.wait()
    assert sweep.status().state == "interrupted"
    first = sweep.runs()[0]
    assert first.status().state == "running"  # a run of its own, it goes on
    _kill_worker_of(first.folder)
    while first.status().state == "running" and time.monotonic() < end:  # its threads die one by one, and hold the lock till then
        time.sleep(0.05)
    assert first.status().state == "interrupted"
    kept = first.metrics()
    sweep.launch()
    while len(first.metrics()) <= len(kept) + 1 and time.monotonic() < end + 200:
        time.sleep(0.05)
    assert first.metrics()[: len(kept) - 1] == kept[:-1]  # resumed from its checkpoint, not begun anew
    first.stop()  # just this one: the others still have their turn
    wait_for(sweep, "stopped", "finished")
    states = [sweep.runs()[point].status().state for point in range(2)]
    assert states == ["stopped", "finished"]


def _kill_worker_of(folder: Path) -> None:
    """SIGKILL the process that trains the run in this folder."""
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            words = (entry / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if b"--run-dir" in words and str(folder).encode() in words:
            os.kill(int(entry.name), signal.SIGKILL)
            while entry.exists() and b"Z" not in (entry / "stat").read_bytes().rpartition(b")")[2][:3]:
                time.sleep(0.02)
            return
    raise AssertionError("the run has no worker")


def test_stopping_stops_the_runs_and_starts_no_more(workspace: Path, small: TrainConfig, quiet: None) -> None:
    sweep = create_sweep("long", SweepPlan(small.but(epochs=400), grid({"batch_size": (8, 16, 32)}), 1))
    sweep.launch()
    end = time.monotonic() + 200
    while not (0 in sweep.runs() and sweep.runs()[0].metrics()) and time.monotonic() < end:
        time.sleep(0.05)
    with pytest.raises(RunError, match="stop it"):
        sweep.delete(with_runs=True)
    sweep.stop()
    assert wait_for(sweep, "stopped").message == "Stopped: 0 of 3 runs are finished."
    assert {point: run.status().state for point, run in sweep.runs().items()} == {0: "stopped"}
    sweep.delete(with_runs=True)
    assert list_sweeps() == [] == list_runs()


def test_deleting_a_sweep_may_keep_its_runs(workspace: Path, small: TrainConfig) -> None:
    sweep = create_sweep("kept", SweepPlan(small, ({"epochs": 1},)))
    create_run(small, "kept-001", sweep="kept", point=0).write_status(RunStatus(state="finished"))
    sweep.delete(with_runs=False)
    assert [run.name for run in list_runs()] == ["kept-001"] and list_sweeps() == []
    with pytest.raises(RunError, match="earlier sweep"):  # they would be taken for runs of the new one
        create_sweep("kept", SweepPlan(small, ({"epochs": 1},)))


def test_a_renamed_run_still_belongs_to_its_sweep(workspace: Path, small: TrainConfig) -> None:
    sweep = create_sweep("mine", SweepPlan(small, ({"epochs": 1},)))
    run = create_run(small, "mine-001", sweep="mine", point=0)
    run.write_status(RunStatus(state="finished"))
    run.rename("favourite")
    assert sweep.runs()[0].name == "favourite"


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
