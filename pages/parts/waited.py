"""Work of seconds to minutes behind a page that stays alive: in a thread, with the time left and a way to stop it.

A click on Stop would end a page's own run, but not that of a fragment, which Streamlit lets finish.
"""

import threading
import time
from collections.abc import Callable, Hashable
from typing import TypeVar, cast

import streamlit as st

from pages.parts.progress import time_left

MOST = 256
"""Results kept for a session; the oldest go first."""
SECONDS = 0.5
"""Between two looks at how far the work is."""
PACED = 0.1
"""The share done from which the pace tells something: work that may end early is slow at first."""
PATIENCE = 120.0
"""Seconds that work goes on after the last look: whoever closed the page does not wait, and a hidden tab looks once a minute."""

T = TypeVar("T")
Tell = Callable[[float, float], None]
"""Told how much of how much is done."""


class Stopped(Exception):  # noqa: N818 - it was asked for
    """Raised where work tells of itself after it was told to stop."""


class Job:
    """Work in a thread, how far it is, and what came of it."""

    def __init__(self, work: Callable[[Tell], object]) -> None:
        self.begun = self.looked = time.monotonic()
        self.done, self.total = 0.0, 1.0
        self.result: object = None
        self.error: Exception | None = None
        self.stopping = False
        self._thread = threading.Thread(target=self._run, args=(work,), daemon=True)
        self._thread.start()

    def running(self) -> bool:
        """Whether there is neither a result nor an error yet."""
        return self._thread.is_alive()

    def wait(self, seconds: float) -> None:
        """Wait so long for it, or until it is over."""
        self._thread.join(seconds)

    def tell(self, done: float, total: float) -> None:
        """Where the work says how far it is; raises Stopped, which ends it, when it is to stop or nobody waits any more."""
        self.stopping = self.stopping or time.monotonic() - self.looked > PATIENCE
        if self.stopping:
            raise Stopped
        self.done, self.total = done, total

    def _run(self, work: Callable[[Tell], object]) -> None:
        try:
            self.result = work(self.tell)
        except Exception as error:
            self.error = error  # raised again where the result is asked for


def waited(
    key: Hashable, words: str, work: Callable[[Tell], T], on_stop: Callable[[], None] | None = None, moment: float = 0.3
) -> T | None:
    """What `work` gives, begun once for a key and kept; None, and a bar, while it goes on. Then the page runs by itself again.

    There is no bar for work that takes less than a `moment` in seconds, for which the page waits. `work` runs in a thread, so it
    may ask nothing of Streamlit. Its error is raised here once. Nothing is kept of work that failed or was stopped; a stop calls
    `on_stop`, for what began it.
    """
    jobs = _jobs()
    if not known(key):
        jobs[key] = Job(work)
        jobs[key].wait(moment)
        while len(jobs) > MOST:
            jobs.pop(next(iter(jobs))).stopping = True
    job = jobs[key]
    if job.running():
        _watch(key, words, on_stop)
        return None
    if job.error:
        del jobs[key]
        raise job.error
    return cast(T, job.result)


def known(key: Hashable) -> bool:
    """Whether the work of this key goes on or is done."""
    job = _jobs().get(key)
    return job is not None and not job.stopping


@st.fragment(run_every=SECONDS)
def _watch(key: Hashable, words: str, on_stop: Callable[[], None] | None) -> None:
    """The bar, which looks again by itself until the work is over."""
    job = _jobs().get(key)
    if job is None or not job.running():
        st.rerun()
    job.looked = time.monotonic()
    share = min(job.done / job.total, 1.0)
    left = time_left(time.monotonic() - job.begun, share, 1) if share > PACED else ""
    st.progress(share, words + left)
    st.button("Stop", icon=":material/stop_circle:", key=f"stop-{key}", on_click=_stop, args=(key, on_stop))


def _stop(key: Hashable, on_stop: Callable[[], None] | None) -> None:
    if job := _jobs().pop(key, None):
        job.stopping = True
    if on_stop:
        on_stop()


@st.cache_resource(scope="session", show_spinner=False)
def _jobs() -> dict[Hashable, Job]:
    return {}
