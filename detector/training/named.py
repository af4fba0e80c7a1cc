"""Runs by name and settings: trained if they are not yet, resumed if they were cut off, so that trainings can be repeated."""

from collections.abc import Callable

from filelock import Timeout

from detector.errors import RunError
from detector.home import runs_folder
from detector.training.config import TrainConfig
from detector.training.runs import Run, absolute_data, create_run
from detector.training.status import RunStatus


def run_of(name: str, config: TrainConfig) -> Run:
    """The run of that name with just these settings, else a new one; a number follows where other settings took the name."""
    config, number = config.but(data=absolute_data(config.data)), 1
    while True:
        numbered = name if number == 1 else f"{name}-{number}"
        run = Run(runs_folder() / numbered)
        if not (run.folder / "config.json").exists():
            return create_run(config, numbered)
        if run.config() == config:
            return run
        number += 1


def finish(run: Run, listener: Callable[[RunStatus], None] | None = None) -> None:
    """Train a run to its end in this process, unless it is finished; raises RunError when it is stopped or busy elsewhere."""
    if run.status().state == "finished":
        return
    from detector.training.engine import fit

    try:
        with run.lock().acquire(timeout=10):
            run.stop_file.unlink(missing_ok=True)
            fit(run, listener)
    except Timeout:
        raise RunError(f"{run.name} is being trained by another process already.") from None
    if run.status().state != "finished":
        raise RunError(f"{run.name} was stopped: start again to go on, what is finished is kept.")
