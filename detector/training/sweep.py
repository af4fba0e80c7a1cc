"""Sweep: a queue of training runs that try settings, on disk. Its folder is the truth, as a run's is.

sweep.json   the SweepPlan             status.json  how far it is, replaced atomically
STOP         asks the worker to stop   lock         held by the worker while it lives
log.txt      the worker's words

Its runs are ordinary runs; each tells in about.json which sweep and which point of it it belongs to, so that it may be renamed.
A run exists once it has been started. In the status an epoch is a run that has ended, a step a thousandth of one.
"""

import os
import shutil
from datetime import datetime
from pathlib import Path
from typing import Any

from filelock import FileLock

from detector.errors import DataError, RunError, UserError
from detector.files import read_json, write_json
from detector.home import checked_name, home
from detector.training.runs import Run, absolute_data, list_runs
from detector.training.status import RunStatus
from detector.training.sweep_plan import SweepPlan
from detector.training.worker import lock_of, log_end, read_status, start, write_status

LONGEST = 72
"""Characters of a sweep's name, so that its runs' names, which end in a number, fit as well."""


class Sweep:
    """One sweep, known by its folder. Cheap to make; reads the disk at every question."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.name = folder.name
        self.stop_file = folder / "STOP"
        self.log_file = folder / "log.txt"

    def plan(self) -> SweepPlan:
        """What it tries; raises UserError when sweep.json is missing or damaged."""
        return SweepPlan.from_dict(read_json(self.folder / "sweep.json"))

    def runs(self) -> dict[int, Run]:
        """The runs that there are by the number of their point, 0 the first."""
        found = {}
        for run in reversed(list_runs()):  # the newest of a point wins
            about = _about(run)
            if about.get("sweep") == self.name and isinstance(about.get("point"), int):
                found[about["point"]] = run
        return found

    def lock(self) -> FileLock:
        """The lock that the worker holds while it lives."""
        return lock_of(self.folder)

    def status(self) -> RunStatus:
        """How far it is, with "interrupted" derived from the lock."""
        return read_status(self.folder)

    def write_status(self, status: RunStatus) -> None:
        """Replace status.json, stamped with the time."""
        write_status(self.folder, status)

    def log_tail(self, lines: int = 30) -> str:
        """The end of the worker's log."""
        return log_end(self.log_file, lines)

    def set_jobs(self, jobs: int) -> None:
        """Change how many runs there are at once, from the next start on; raises UserError for an impossible number."""
        plan = self.plan()
        write_json(self.folder / "sweep.json", SweepPlan(plan.base, plan.points, jobs).to_dict())

    def launch(self) -> None:
        """Start the worker, or go on with what is not finished."""
        if self.status().state == "running":
            raise RunError(f"The sweep {self.name} is already running.")
        plan = self.plan()
        self.stop_file.unlink(missing_ok=True)
        self.write_status(RunStatus(phase="Starting", epochs=len(plan.points)))
        start(["sweep", "run", self.name], self.log_file)

    def stop(self) -> None:
        """Ask the worker to stop its runs and end; what they have learnt until their last whole epoch stays."""
        if not self.status().active:
            raise RunError(f"The sweep {self.name} is not running.")
        self.stop_file.touch()

    def delete(self, with_runs: bool) -> None:
        """Remove it, and its runs if so wished; raises RunError while it or one of them runs."""
        if self.status().active:
            raise RunError(f"The sweep {self.name} is running: stop it before it is deleted.")
        if with_runs:
            for run in self.runs().values():
                run.delete()
        shutil.rmtree(self.folder)


def create_sweep(name: str, plan: SweepPlan) -> Sweep:
    """A new sweep, not started; raises UserError for a name that is taken or data that is not there."""
    if len(checked_name(name)) > LONGEST:
        raise RunError(f"The name of a sweep may have {LONGEST} characters, so that its runs can be numbered.")
    points = tuple({**point, "data": _there(point["data"])} if "data" in point else point for point in plan.points)
    plan = SweepPlan(plan.base.but(data=_there(plan.base.data)), points, plan.jobs)
    sweep = Sweep(sweeps_folder() / name)
    sweeps_folder().mkdir(parents=True, exist_ok=True)
    if any(_about(run).get("sweep") == name for run in list_runs()):
        raise RunError(f"There are runs of an earlier sweep called {name}: delete them, or choose another name.")
    try:
        sweep.folder.mkdir()
    except FileExistsError:
        raise RunError(f"There is a sweep called {name} already: choose another name.") from None
    sweep.write_status(RunStatus(state="stopped", epochs=len(plan.points), message="Not started yet."))
    write_json(sweep.folder / "sweep.json", plan.to_dict())
    return sweep


def default_name() -> str:
    """A name that tells when the sweep was made."""
    return f"sweep-{datetime.now():%m%d-%H%M%S}"


def find_sweep(name: str) -> Sweep:
    """The sweep of this name; raises RunError when there is none."""
    sweep = Sweep(sweeps_folder() / checked_name(name))
    if not (sweep.folder / "sweep.json").exists():
        known = ", ".join(each.name for each in list_sweeps()[:12]) or "none yet"
        raise RunError(f"There is no sweep called {name}. Known sweeps: {known}.")
    return sweep


def list_sweeps() -> list[Sweep]:
    """Every sweep, newest first."""
    folders = [file.parent for file in sweeps_folder().glob("*/sweep.json")]
    return [Sweep(folder) for folder in sorted(folders, key=lambda folder: folder.stat().st_ctime, reverse=True)]


def sweeps_folder() -> Path:
    """One folder a sweep."""
    return home() / "sweeps"


def default_jobs() -> int:
    """Runs at once unless said otherwise: each gets two cores."""
    return max((os.cpu_count() or 1) // 2, 1)


def _there(data: str) -> str:
    path = absolute_data(data)
    if path != "lab" and not Path(path).exists():
        raise DataError(f"There is no data at {data}: give a folder with one sub-folder a class, or a table.")
    return path


def _about(run: Run) -> dict[str, Any]:
    try:
        return run.about()
    except UserError:  # a damaged file belongs to no sweep
        return {}
