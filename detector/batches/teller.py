"""Teller: what the worker of a batch tells the world while it works, and how the world asks it to stop."""

import time
from collections.abc import Callable
from dataclasses import replace

from detector.batches.batch import Batch
from detector.training.status import RunStatus

WRITE_SECONDS = 0.5
"""The status file is replaced at most this often; a page polls every two seconds."""


class Stopped(Exception):  # noqa: N818 - a request, not an error
    """The user asked the batch to stop."""


class Teller:
    """Tells the world how far the work is, and notices the STOP file."""

    def __init__(self, batch: Batch, listener: Callable[[RunStatus], None]) -> None:
        self.batch, self.listener = batch, listener
        self.status = replace(batch.status(), state="running", message="", seconds_left=None)
        self.written = self.begun = 0.0
        self.first = 0

    def phase(self, words: str, done: int = 0, total: int = 0) -> None:
        """What is done before the first picture is classified; raises Stopped when that is wanted."""
        self._tell(replace(self.status, phase=words, step=done, steps=total), force=words != self.status.phase)
        if self.batch.stop_file.exists():
            raise Stopped

    def begin(self, done: int, total: int) -> None:
        """Start counting pictures."""
        self.first, self.begun = done, time.monotonic()
        self._tell(RunStatus("running", "Classifying", done, total), force=True)

    def count(self, done: int) -> None:
        """After some pictures; raises Stopped when that is wanted. The time left is measured since this worker began."""
        gone, left = time.monotonic() - self.begun, self.status.epochs - done
        seconds = gone / (done - self.first) * left if done > self.first else None
        self._tell(replace(self.status, epoch=done, seconds_left=seconds))
        if self.batch.stop_file.exists() and left:
            raise Stopped

    def close(self, state: str, message: str) -> RunStatus:
        """The last word."""
        closed = replace(self.status, state=state, phase="", step=0, steps=0, seconds_left=None, message=message)
        self._tell(closed, force=True)
        return closed

    def _tell(self, status: RunStatus, force: bool = False) -> None:
        self.status = status
        if force or time.monotonic() - self.written > WRITE_SECONDS:
            self.written = time.monotonic()
            self.batch.write_status(status)
        self.listener(status)
