"""Batch: a long list of pictures to classify, on disk. Its folder is the truth, as a run's is.

config.json   the BatchPlan                      images.jsonl   a line a picture, in order, once they are found
status.json   how far it is                      results.jsonl  a line a picture that was classified, in the same order
about.json    created, the detector's facts      images/        a zip's pictures, unpacked
STOP          asks the worker to stop            lock, log.txt  held by the worker while it lives, and its words

The n-th result is that of the n-th picture, so how many there are tells where to go on. In the status an epoch is a picture.
"""

import json
import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from filelock import FileLock

from detector.batches.plan import ZIP, BatchPlan
from detector.batches.results import whole_lines
from detector.errors import DataError, RunError, UserError
from detector.files import atomic_path, read_json, write_json
from detector.home import checked_name, home
from detector.training.status import RunStatus
from detector.training.worker import lock_of, log_end, read_status, start, write_status


class Batch:
    """One batch, known by its folder. Cheap to make; reads the disk at every question."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.name = folder.name
        self.images_file = folder / "images.jsonl"
        self.results_file = folder / "results.jsonl"
        self.upload_file = folder / "upload.zip"
        self.unpacked = folder / "images"
        self.stop_file = folder / "STOP"
        self.log_file = folder / "log.txt"

    def plan(self) -> BatchPlan:
        """What it classifies; raises UserError when config.json is missing or damaged."""
        return BatchPlan.from_dict(read_json(self.folder / "config.json"))

    def about(self) -> dict[str, Any]:
        """Facts: created; once it has begun also weights, weights_hash, threshold, images, detector; empty where damaged."""
        try:
            return read_json(self.folder / "about.json")
        except UserError:
            return {}

    def note(self, **facts: Any) -> None:
        """Add facts to about.json."""
        write_json(self.folder / "about.json", {**self.about(), **facts})

    def images(self, first: int = 0) -> Iterator[dict[str, str]]:
        """The pictures in order, from the one with this number on: path, and generator where a name tells one."""
        with self.images_file.open(encoding="utf-8") as lines:
            for number, line in enumerate(lines):
                if number >= first:
                    yield json.loads(line)

    def done(self) -> int:
        """How many pictures have their result."""
        return whole_lines(self.results_file)

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

    def launch(self) -> None:
        """Start a worker of its own session, or go on after the last result."""
        if self.status().state == "running":
            raise RunError(f"The batch {self.name} is already running.")
        self.plan()
        self.stop_file.unlink(missing_ok=True)
        self.write_status(RunStatus(phase="Starting", epoch=self.done(), epochs=int(self.about().get("images", 0))))
        start(["predict", "--batch", self.name], self.log_file)

    def stop(self) -> None:
        """Ask the worker to stop; every result stays."""
        if not self.status().active:
            raise RunError(f"The batch {self.name} is not running.")
        self.stop_file.touch()

    def delete(self) -> None:
        """Remove its results, and its pictures if they came from a zip; raises RunError while it runs."""
        if self.status().active:
            raise RunError(f"The batch {self.name} is running: stop it before it is deleted.")
        shutil.rmtree(self.folder)


def batches_folder() -> Path:
    """One folder a batch."""
    return home() / "batches"


def create_batch(name: str, plan: BatchPlan, upload: IO[bytes] | None = None) -> Batch:
    """A new batch, not started; `upload` is a zip's content, which is kept until it is unpacked.

    Raises UserError for a name that is bad or taken, and DataError when the disk has no room; then nothing is left.
    """
    batch = Batch(batches_folder() / checked_name(name))
    batches_folder().mkdir(parents=True, exist_ok=True)
    try:
        batch.folder.mkdir()
    except FileExistsError:
        raise RunError(f"There is a batch called {name} already: choose another name.") from None
    try:
        if upload:
            plan = BatchPlan(ZIP, (str(batch.upload_file),), plan.weights, plan.device)
            with atomic_path(batch.upload_file) as temporary, temporary.open("wb") as file:
                shutil.copyfileobj(upload, file, 2**20)
        batch.note(created=datetime.now().astimezone().isoformat(timespec="seconds"))
        batch.write_status(RunStatus(state="stopped", message="Not started yet."))
        write_json(batch.folder / "config.json", plan.to_dict())
    except OSError as error:
        shutil.rmtree(batch.folder, ignore_errors=True)
        raise DataError(f"The batch cannot be written ({error.strerror}): make room on the disk and try again.") from error
    return batch


def default_name(called: str = "batch") -> str:
    """A name that tells what it classifies and when it was made."""
    word = "".join(c if (c.isalnum() and c.isascii()) or c in "._-" else "-" for c in called).strip("-._")[:60] or "batch"
    return f"{word}-{datetime.now():%m%d-%H%M%S}"


def find_batch(name: str) -> Batch:
    """The batch of this name; raises RunError when there is none."""
    batch = Batch(batches_folder() / checked_name(name))
    if not (batch.folder / "config.json").exists():
        known = ", ".join(each.name for each in list_batches()[:12]) or "none yet"
        raise RunError(f"There is no batch called {name}. Known batches: {known}.")
    return batch


def list_batches() -> list[Batch]:
    """Every batch, newest first."""
    files = sorted(batches_folder().glob("*/config.json"), key=lambda file: file.stat().st_mtime, reverse=True)
    return [Batch(file.parent) for file in files]
