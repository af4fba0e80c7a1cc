import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from detector.errors import RunError, UserError
from detector.home import REPOSITORY
from detector.training.config import TrainConfig
from detector.training.runs import create_run, find_run, list_runs
from detector.training.status import RunStatus
from detector.training.sweep import Sweep, create_sweep, find_sweep, list_sweeps
from detector.training.sweep_plan import SweepPlan, grid


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
