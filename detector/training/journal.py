"""Journal: what a worker tells the world while it works, and how the world asks it to stop."""

import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from detector.training.runs import Run
from detector.training.status import RunStatus

WRITE_SECONDS = 0.5
"""The status file is replaced at most this often; a page polls every two seconds."""


class Stopped(Exception):  # noqa: N818 - a request, not an error
    """The user asked the run to stop."""


class Journal:
    """Writes status and metrics of one run, estimates the time left, and notices the STOP file.

    With `main=False` (the other processes of a distributed run) it writes nothing. With `alone=False` a stop waits for the
    first training step, where all processes can leave together.
    """

    def __init__(
        self, run: Run, epochs: int, listener: Callable[[RunStatus], None] | None = None, main: bool = True, alone: bool = True
    ) -> None:
        self.run = run
        self.main = main
        self.alone = alone
        self.listener = listener
        self.status = RunStatus(state="running", epochs=epochs)
        self.rows: list[dict[str, Any]] = []
        self._written = 0.0
        self._clock = self._work_clock = time.monotonic()
        self._first_share = 0.0

    def begin(self, rows: list[dict[str, Any]]) -> None:
        """Start the epochs after those already in `rows`."""
        self.rows = list(rows)
        if self.main:
            self.run.write_metrics(self.rows)
        self._clock = time.monotonic()
        self._first_share = len(rows) / self.status.epochs if self.status.epochs else 0.0
        self._tell(replace(self.status, phase="Training", epoch=len(rows), step=0, steps=0), force=True)

    def phase(self, name: str, done: int = 0, total: int = 0) -> None:
        """Say what it is doing apart from training steps; raises Stopped when asked to stop."""
        shown = f"{name} ({done} of {total})" if total else name
        self._tell(replace(self.status, phase=shown, seconds_left=None), force=done == 0)
        if self.alone and self.stop_wanted():
            raise Stopped

    def say(self, name: str, done: int = 0, total: int = 0) -> None:
        """As `phase`, of work that is finished even when a stop is asked for, since the run would be worth nothing without it."""
        self._tell(replace(self.status, phase=f"{name} ({done} of {total})", seconds_left=None), force=done == 0)

    def timed(self, name: str, done: int, total: int) -> None:
        """As `phase`, with the time left as measured since this work's first call, which has done = 0."""
        if done == 0:
            self._work_clock = time.monotonic()
        left = (time.monotonic() - self._work_clock) / done * (total - done) if done else None
        self._tell(replace(self.status, phase=f"{name} ({done} of {total})", seconds_left=left), force=done == 0)
        if self.alone and self.stop_wanted():
            raise Stopped

    def step(self, step: int, steps: int, phase: str = "Training") -> None:
        """After each training step. The time left is measured over the steps since the worker started."""
        status = replace(self.status, phase=phase, step=step, steps=steps)
        gained = status.share - self._first_share
        elapsed = time.monotonic() - self._clock
        left = elapsed / gained * (1.0 - status.share) if gained > 0 else None
        self._tell(replace(status, seconds_left=left))

    def end_epoch(self, row: dict[str, Any]) -> None:
        """Add a finished epoch."""
        self.rows.append(row)
        if self.main:
            self.run.append_metrics(row)
        self._tell(replace(self.status, epoch=len(self.rows), step=0), force=True)

    def close(self, state: str, message: str = "") -> None:
        """The run's last word: finished, stopped or failed."""
        self._tell(replace(self.status, state=state, phase="", step=0, seconds_left=None, message=message), force=True)

    def stop_wanted(self) -> bool:
        """True once the STOP file is there."""
        return self.run.stop_file.exists()

    def _tell(self, status: RunStatus, force: bool = False) -> None:
        self.status = status
        if not self.main:
            return
        if force or time.monotonic() - self._written > WRITE_SECONDS:
            self._written = time.monotonic()
            self.run.write_status(status)
        if self.listener:
            self.listener(status)
