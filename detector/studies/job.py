"""Job: one launch of a study on disk, as a run is one training: pages, command line and worker read and write the same files.

settings.json   study, scale and how its roles are filled       result.json   the StudyResult, once it is there
status.json     how far it is                                   log.txt       the worker's words
STOP            asks the worker to stop                         lock          held by the worker while it lives

In the status, epochs are experiments and a step is a thousandth of one. Its trainings are ordinary runs.
"""

import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from detector.errors import RunError, UserError
from detector.files import read_json, write_json
from detector.home import REPOSITORY, home
from detector.studies.plan import SCALES
from detector.studies.plans import PLANS
from detector.training.runs import STARTING_SECONDS
from detector.training.status import RunStatus

STEPS = 1000
_WRITE_SECONDS = 0.5


class Job:
    """The one job of a study at a scale. Cheap to make; reads the disk at every question."""

    def __init__(self, study: str, scale: str) -> None:
        self.study = study
        self.scale = scale
        self.folder = home() / "studies" / f"{study}-{scale}"
        self.result_file = self.folder / "result.json"
        self.settings_file = self.folder / "settings.json"
        self.stop_file = self.folder / "STOP"
        self.log_file = self.folder / "log.txt"
        self._written = 0.0

    def exists(self) -> bool:
        """True once it was launched, here or from a terminal."""
        return self.settings_file.is_file()

    def roles(self) -> tuple[str, ...]:
        """How the roles were filled, as on the command line; none before the first launch."""
        try:
            return tuple(str(word) for word in read_json(self.settings_file)["roles"])
        except (UserError, KeyError, TypeError):
            return ()

    def write_settings(self, roles: Sequence[str]) -> None:
        """Remember how the roles are filled, for the next launch."""
        write_json(self.settings_file, {"study": self.study, "scale": self.scale, "roles": list(roles)})

    def lock(self) -> FileLock:
        """The lock that a worker holds while it lives."""
        self.folder.mkdir(parents=True, exist_ok=True)
        return FileLock(self.folder / "lock")

    def status(self) -> RunStatus:
        """How far it is, with "interrupted" derived from the lock, as a run's is."""
        status = self._read_status()
        late = status.state == "running" or time.time() - status.updated > STARTING_SECONDS
        if status.active and late and not self._locked():
            status = self._read_status()  # a worker that ended in between has written its last word by now
            if status.active:
                return replace(status, state="interrupted", message="The worker ended without a word. What it finished is kept.")
        return status

    def write_status(self, status: RunStatus, force: bool = True) -> None:
        """Replace status.json, stamped with the time; unforced at most twice a second."""
        if force or time.monotonic() - self._written > _WRITE_SECONDS:
            self._written = time.monotonic()
            write_json(self.folder / "status.json", asdict(replace(status, updated=time.time())))

    def log_tail(self, lines: int = 30) -> str:
        """The end of the worker's log."""
        try:
            return "\n".join(self.log_file.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:])
        except FileNotFoundError:
            return ""

    def launch(self, roles: Sequence[str]) -> None:
        """Start a worker of its own session, which outlives page and server; what earlier launches finished is not done again."""
        if self.status().active:
            raise RunError(f"The study {self.study} is already running at this scale.")
        self.stop_file.unlink(missing_ok=True)
        self.write_settings(roles)
        self.write_status(RunStatus(phase="Starting"))
        words = [word for role in roles for word in ("--role", role)]
        command = [sys.executable, "-m", "detector", "reproduce", self.study, "--scale", self.scale, *words]
        with self.log_file.open("wb") as log:
            subprocess.Popen(
                command, cwd=REPOSITORY, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT, start_new_session=True
            )

    def stop(self) -> None:
        """Ask the worker to stop after the step it is at."""
        if not self.status().active:
            raise RunError(f"The study {self.study} is not running.")
        self.stop_file.touch()

    def _read_status(self) -> RunStatus:
        try:
            values: Mapping[str, Any] = read_json(self.folder / "status.json")
            return RunStatus(**values)
        except (UserError, TypeError):
            return RunStatus(state="failed", message="status.json is missing or damaged.")

    def _locked(self) -> bool:
        try:
            with self.lock().acquire(timeout=0):
                return False
        except Timeout:
            return True


def jobs_of(study: str) -> list[Job]:
    """The jobs of a study that were launched, small before full."""
    return [job for scale in SCALES if (job := Job(study, scale)).exists()]


def all_jobs() -> list[Job]:
    """Every job that was launched."""
    return [job for study in PLANS for job in jobs_of(study)]


def results_of(study: str, shipped: Path) -> dict[str, Path]:
    """Where results of a study lie: "shipped" first, then those of its jobs by scale."""
    found = {"shipped": shipped / f"{study}.json"} | {job.scale: job.result_file for job in jobs_of(study)}
    return {name: path for name, path in found.items() if path.is_file()}
