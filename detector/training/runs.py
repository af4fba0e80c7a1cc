"""Run: one training run on disk. Its folder is the truth: pages, command line and worker read and write the same files.

config.json     the TrainConfig                     metrics.jsonl    a line an epoch
status.json     how far it is, replaced atomically  predictions.csv  validation and test, once trained
manifest.csv    every image with its split          weights/best, weights/last
about.json      data, versions, parameters          checkpoint.pt    what resuming needs
STOP            asks the worker to stop             lock             held by the worker while it lives
"""

import json
import shutil
from datetime import datetime
from pathlib import Path
from typing import Any

from filelock import FileLock

from detector.data.specs import absolute, data_title
from detector.errors import RunError
from detector.files import read_json, write_json
from detector.home import checked_name, runs_folder
from detector.training.config import TrainConfig
from detector.training.status import RunStatus
from detector.training.worker import STARTING_SECONDS, lock_of, log_end, read_status, start, write_status

__all__ = ["STARTING_SECONDS", "Run", "absolute_data", "create_run", "find_run", "list_runs"]


class Run:
    """One run, known by its folder. Cheap to make; reads the disk at every question."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.predictions_file = folder / "predictions.csv"
        self.manifest_file = folder / "manifest.csv"
        self.checkpoint_file = folder / "checkpoint.pt"
        self.best_weights = folder / "weights" / "best"
        self.last_weights = folder / "weights" / "last"
        self.log_file = folder / "log.txt"
        self.stop_file = folder / "STOP"

    @property
    def name(self) -> str:
        """The folder's name."""
        return self.folder.name

    def config(self) -> TrainConfig:
        """Its settings; raises UserError when config.json is missing or damaged."""
        return TrainConfig.from_dict(read_json(self.folder / "config.json"))

    def about(self) -> dict[str, Any]:
        """Facts found while it ran: created, images a split, parameters, versions; empty before it started."""
        file = self.folder / "about.json"
        return read_json(file) if file.exists() else {}

    def note(self, **facts: Any) -> None:
        """Add facts to about.json, which worker and pages may do at the same moment."""
        with FileLock(self.folder / "about.lock"):
            write_json(self.folder / "about.json", {**self.about(), **facts})

    def metrics(self) -> list[dict[str, Any]]:
        """One dict an epoch, oldest first; a line still being written is left out."""
        try:
            text = (self.folder / "metrics.jsonl").read_text(encoding="utf-8")
        except FileNotFoundError:
            return []
        return [json.loads(line) for line in text.split("\n")[:-1]]

    def finished_epochs(self) -> int:
        """Epochs in the metrics; the svm's rows are candidates, not epochs."""
        return sum("epoch" in row for row in self.metrics())

    def write_metrics(self, rows: list[dict[str, Any]]) -> None:
        """Write the rows anew; called once when a run starts or resumes, so that no row of a lost epoch stays."""
        (self.folder / "metrics.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")

    def append_metrics(self, row: dict[str, Any]) -> None:
        """Add one epoch's row."""
        with (self.folder / "metrics.jsonl").open("a", encoding="utf-8") as file:
            file.write(json.dumps(row) + "\n")

    def lock(self) -> FileLock:
        """The lock that a worker holds while it lives."""
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

    def launch(self) -> None:
        """Start a worker of its own session: it outlives the page, the tab and the server."""
        if self.status().state == "running":
            raise RunError(f"{self.name} is already running.")
        self.stop_file.unlink(missing_ok=True)
        self.write_status(RunStatus(phase="Starting", epoch=self.finished_epochs(), epochs=self.config().planned_epochs))
        start(["train", "--run-dir", str(self.folder)], self.log_file)

    def stop(self) -> None:
        """Ask the worker to stop after the step it is at; what it has learnt until its last whole epoch stays."""
        if not self.status().active:
            raise RunError(f"{self.name} is not running.")
        self.stop_file.touch()

    def resume(self) -> None:
        """Go on after the last finished epoch, in a new worker."""
        status = self.status()
        if not status.resumable:
            raise RunError(f"{self.name} is {status.state}: only a stopped, interrupted or failed run can be resumed.")
        self.launch()

    def rename(self, name: str) -> "Run":
        """Give it another name and return the run under it; raises RunError while it runs or when the name is taken."""
        target = self.folder.with_name(checked_name(name))
        self.must_rest("renamed")
        if target.exists():
            raise RunError(f"There is a run called {name} already.")
        self.folder.rename(target)
        return Run(target)

    def delete(self) -> None:
        """Remove it and all its files for good; raises RunError while it runs."""
        self.must_rest("deleted")
        shutil.rmtree(self.folder)

    def must_rest(self, verb: str) -> None:
        """Raise RunError while it runs: its files are the worker's then."""
        if self.status().active:
            raise RunError(f"{self.name} is running: stop it before it is {verb}.")


def create_run(config: TrainConfig, name: str = "", **facts: Any) -> Run:
    """A new run folder with these settings, not started; without a name it is called after model, data and time.

    `facts` go into about.json, before the run can be seen.
    """
    wanted = checked_name(name) if name else _default_name(config)
    folder, number = runs_folder() / wanted, 2
    runs_folder().mkdir(parents=True, exist_ok=True)
    while True:
        try:
            folder.mkdir()
            break
        except FileExistsError:
            if name:
                raise RunError(f"There is a run called {name} already: choose another name.") from None
            folder, number = runs_folder() / f"{wanted}-{number}", number + 1
    run = Run(folder)
    run.note(created=datetime.now().astimezone().isoformat(timespec="seconds"), **facts)
    run.write_status(RunStatus(phase="Waiting for its worker", epochs=config.planned_epochs))
    write_json(folder / "config.json", config.but(data=absolute_data(config.data)).to_dict())
    return run


def absolute_data(data: str) -> str:
    """The data's whole path, or paths, since workers start elsewhere; "lab" stays."""
    return absolute(data)


def _default_name(config: TrainConfig) -> str:
    parts = (config.model, data_title(config.data), datetime.now().strftime("%m%d-%H%M"))
    plain = "-".join(
        "".join(c if (c.isalnum() and c.isascii()) or c in "._" else "-" for c in part).strip("-.") for part in parts
    )
    return checked_name(plain[:76].lstrip("._-") or "run")


def find_run(name: str) -> Run:
    """The run of this name; raises RunError when there is none."""
    run = Run(runs_folder() / checked_name(name))
    if not (run.folder / "config.json").exists():
        raise RunError(f"There is no run called {name}. Known runs: {', '.join(r.name for r in list_runs()[:12]) or 'none yet'}.")
    return run


def list_runs() -> list[Run]:
    """Every run, newest first."""
    folders = [file.parent for file in runs_folder().glob("*/config.json")]
    return [Run(folder) for folder in sorted(folders, key=lambda folder: folder.stat().st_ctime, reverse=True)]
