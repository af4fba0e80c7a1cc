"""The worker of a sweep: starts its runs, so many at once, until all have ended or it is asked to stop.

Each run is a process of its own that outlives this one, so a killed worker loses nothing: the next one finds the runs that go on,
resumes those that were cut off, and starts the rest. The first run fills the caches that all share, and so starts alone.
"""

import contextlib
import logging
import os
import time
from collections.abc import Callable
from dataclasses import replace

from detector.errors import RunError, UserError
from detector.training.runs import Run, create_run
from detector.training.status import RunStatus
from detector.training.sweep import Sweep
from detector.training.sweep_plan import SweepPlan

POLL_SECONDS = 0.5
STEPS = 1000
ENDED = ("finished", "failed", "stopped")

log = logging.getLogger(__name__)


def work(sweep: Sweep, listener: Callable[[RunStatus], None] = lambda status: None) -> RunStatus:
    """Work the queue off; returns the last status, which is also written. The caller holds the sweep's lock.

    What an earlier worker left failed, stopped or interrupted is tried once more. A run that fails does not stop the others.
    """
    plan = sweep.plan()
    # without this each of several runs would use every core, and they would wait for each other
    os.environ.setdefault("OMP_NUM_THREADS", str(max((os.cpu_count() or 1) // plan.jobs, 1)))
    queue = _Queue(sweep, plan)
    while True:
        try:
            more = queue.turn()
            status = queue.status()
            sweep.write_status(status)
            listener(status)
            if not more:
                return status
            time.sleep(POLL_SECONDS)
        except KeyboardInterrupt:
            if sweep.stop_file.exists():
                raise
            sweep.stop_file.touch()  # its runs end in order; a second interruption leaves at once


class _Queue:
    """What this worker knows: the runs, and which it has tried. `turn` does the next thing."""

    def __init__(self, sweep: Sweep, plan: SweepPlan) -> None:
        self.sweep, self.plan = sweep, plan
        self.runs = sweep.runs()
        self.tried: dict[int, str] = {}  # point -> why it could not be started, or nothing
        self.states: dict[int, RunStatus] = {}
        self.begun = time.monotonic()
        self.first_share: float | None = None

    def turn(self) -> bool:
        """Start a run where there is room, stop them where that is asked; False when there is nothing left to do."""
        self._look()
        active = [point for point, status in self.states.items() if status.active]
        if self.sweep.stop_file.exists():
            for point in active:
                with contextlib.suppress(RunError):  # it ended this very moment
                    self.runs[point].stop()
            return bool(active)
        waiting = [point for point in range(len(self.plan.points)) if self._waits(point)]
        if waiting and len(active) < self.plan.jobs and (not active or self._caches_are_full()):
            self._start(waiting[0])
            return True
        return bool(active or waiting)

    def status(self) -> RunStatus:
        """How far the sweep is; time left in seconds from the pace since this worker began."""
        total, done = len(self.plan.points), sum(self._ended(point) for point in range(len(self.plan.points)))
        within = sum(status.share for point, status in self.states.items() if not self._ended(point))
        status = RunStatus("running", "Training", done, total, round(within * STEPS), STEPS)
        if self.first_share is None:
            self.first_share = status.share
        gained, elapsed = status.share - self.first_share, time.monotonic() - self.begun
        left = elapsed / gained * (1 - status.share) if gained > 0 else None
        if any(self._waits(point) or self._active(point) for point in range(total)):
            stopping = self.sweep.stop_file.exists()
            if not stopping or any(map(self._active, range(total))):
                return replace(status, seconds_left=None if stopping else left, phase="Stopping" if stopping else "Training")
        return self._closed(status)

    def _closed(self, status: RunStatus) -> RunStatus:
        states = [each.state for each in self.states.values()]
        finished, failed = states.count("finished"), states.count("failed") + len(list(filter(None, self.tried.values())))
        total = len(self.plan.points)
        # every reason once: they tend to be the same
        reasons = [each.message for each in self.states.values() if each.state == "failed"] + list(self.tried.values())
        why = " ".join(dict.fromkeys(reason for reason in reasons if reason))
        message = f"{failed} of {total} runs failed: {why}"[:500] if failed else ""
        if self.sweep.stop_file.exists():
            state, message = "stopped", f"Stopped: {finished} of {total} runs are finished."
        else:
            state = "failed" if failed and not finished else "finished" if finished + failed == total else "stopped"
        return replace(status, state=state, phase="", step=0, steps=0, seconds_left=None, message=message)

    def _look(self) -> None:
        if not all((run.folder / "config.json").exists() for run in self.runs.values()):
            self.runs = self.sweep.runs()  # one was renamed or deleted
        self.states = {point: run.status() for point, run in self.runs.items() if point < len(self.plan.points)}

    def _active(self, point: int) -> bool:
        return point in self.states and self.states[point].active

    def _waits(self, point: int) -> bool:
        """True for a run that this worker has yet to start or resume."""
        status = self.states.get(point)
        return point not in self.tried and (status is None or status.resumable)

    def _ended(self, point: int) -> bool:
        return not self._waits(point) and not self._active(point)

    def _caches_are_full(self) -> bool:
        return any(status.epoch > 0 or status.state == "finished" for status in self.states.values())

    def _start(self, point: int) -> None:
        self.tried[point] = ""
        try:
            run = self.runs[point] if point in self.runs else self._new_run(point)
            self.runs[point] = run
            run.launch()
        except (UserError, OSError) as error:
            log.error("run %d cannot be started: %s", point + 1, error)
            self.tried[point] = f"Run {point + 1} could not be started: {error}"
        self._look()

    def _new_run(self, point: int) -> Run:
        config, name = self.plan.config(point), f"{self.sweep.name}-{point + 1:03}"
        facts = {"sweep": self.sweep.name, "point": point}
        try:
            return create_run(config, name, **facts)
        except RunError:  # the name is taken; what counts is the note, so any name will do
            return create_run(config, f"{name}-{time.time_ns() // 1_000_000 % 100_000}", **facts)
