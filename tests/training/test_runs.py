import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from detector.errors import RunError, UserError
from detector.home import REPOSITORY
from detector.training.config import TrainConfig
from detector.training.runs import Run, create_run, find_run, list_runs
from detector.training.status import RunStatus


def wait_for(run: Run, *states: str, epochs: int = 0, seconds: float = 90) -> RunStatus:
    """Wait until the run is in one of the states and has so many finished epochs."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        status = run.status()
        if status.state in states and len(run.metrics()) >= epochs:
            return status
        assert status.active or status.state in states, f"{status}\n{run.log_tail()}"
        time.sleep(0.05)
    raise AssertionError(f"still {run.status()} after {seconds} s\n{run.log_tail()}")


def test_a_new_run_is_starting_and_is_found_by_name(workspace: Path, small: TrainConfig) -> None:
    run = create_run(small, "first")
    assert run.status().state == "starting"
    assert find_run("first").config() == small


def test_runs_are_listed_newest_first(workspace: Path, small: TrainConfig) -> None:
    create_run(small, "older")
    time.sleep(0.02)
    create_run(small, "newer")
    assert [run.name for run in list_runs()] == ["newer", "older"]


def test_two_runs_without_a_name_get_different_ones(workspace: Path, small: TrainConfig) -> None:
    assert create_run(small).name != create_run(small).name


@pytest.mark.parametrize("name", ["../escape", "a/b", ".hidden", "x" * 81, "a b", "<b>"])
def test_a_name_that_is_no_folder_name_is_refused(workspace: Path, small: TrainConfig, name: str) -> None:
    with pytest.raises(UserError):
        create_run(small, name)
    assert list_runs() == []


def test_a_name_that_is_taken_is_refused(workspace: Path, small: TrainConfig) -> None:
    create_run(small, "twin")
    with pytest.raises(RunError, match="already"):
        create_run(small, "twin")


def test_half_a_line_of_metrics_is_not_read(workspace: Path, small: TrainConfig) -> None:
    run = create_run(small, "half")
    run.append_metrics({"epoch": 1})
    with (run.folder / "metrics.jsonl").open("a") as file:
        file.write('{"epoch": 2, "train_')
    assert run.metrics() == [{"epoch": 1}]


def test_a_run_that_says_running_while_nobody_holds_its_lock_reads_as_interrupted(workspace: Path, small: TrainConfig) -> None:
    run = create_run(small, "ghost")
    run.write_status(RunStatus(state="running"))
    assert run.status().state == "interrupted"
    assert json.loads((run.folder / "status.json").read_text())["state"] == "running"  # derived, not stored
    with run.lock():
        assert Run(run.folder).status().state == "running"


def test_a_running_run_can_be_neither_deleted_nor_renamed(workspace: Path, small: TrainConfig) -> None:
    run = create_run(small, "busy")
    run.write_status(RunStatus(state="running"))
    with run.lock():
        with pytest.raises(RunError, match="stop it"):
            run.delete()
        with pytest.raises(RunError, match="stop it"):
            run.rename("idle")


def test_a_finished_run_can_be_renamed_and_deleted_but_not_resumed(workspace: Path, small: TrainConfig) -> None:
    run = create_run(small, "done")
    run.write_status(RunStatus(state="finished"))
    with pytest.raises(RunError, match="finished"):
        run.resume()
    run = run.rename("kept")
    assert [each.name for each in list_runs()] == ["kept"]
    run.delete()
    assert list_runs() == []


def test_a_launched_worker_trains_to_the_end_on_its_own(workspace: Path, small: TrainConfig) -> None:
    run = create_run(small, "worker")
    run.launch()
    assert wait_for(run, "finished").epoch == 3
    assert len(run.metrics()) == 3 and run.predictions_file.exists()


def test_a_killed_worker_reads_as_interrupted_and_resumes_after_its_last_whole_epoch(workspace: Path, small: TrainConfig) -> None:
    run = create_run(small.but(epochs=400), "killed")
    worker = subprocess.Popen(
        [sys.executable, "-m", "detector", "train", "--run-dir", str(run.folder)],
        cwd=REPOSITORY, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    wait_for(run, "running", epochs=2)
    os.kill(worker.pid, signal.SIGKILL)
    worker.wait()
    assert run.status().state == "interrupted"
    kept = run.metrics()
    run.resume()
    wait_for(run, "running", epochs=len(kept) + 2)
    assert run.metrics()[: len(kept) - 1] == kept[:-1]
    assert [row["epoch"] for row in run.metrics()] == list(range(1, len(run.metrics()) + 1))
    run.stop()
    assert wait_for(run, "stopped").message.startswith("Stopped after")
    assert run.predictions_file.exists() and (run.best_weights / "card.md").exists()
