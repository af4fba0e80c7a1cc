"""A progress bar with the time left, for work that the page waits for."""

import time
from typing import Self

import streamlit as st

_QUIET = 0.15  # seconds between two drawings: each is a message to the browser


class Bar:
    """A bar that appears at the first count and goes with the block. Its drawing is also where a stopped page ends the work."""

    def __init__(self, words: str) -> None:
        self.words = words
        self.place = st.empty()
        self.begun = self.drawn = time.monotonic()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *raised: object) -> None:
        self.place.empty()

    def count(self, done: int, total: int) -> None:
        """So many of so many things."""
        self.draw(done, total, f"{self.words}: {done:,} of {total:,}")

    def megabytes(self, done: int, total: int) -> None:
        """So many of so many bytes."""
        self.draw(done, total, f"{self.words}: {done / 1e6:,.0f} of {total / 1e6:,.0f} MB")

    def draw(self, done: float, total: float, words: str) -> None:
        """This share and these words, and the time left from the pace so far."""
        now = time.monotonic()
        if now - self.drawn < _QUIET and done < total:
            return
        self.drawn = now
        self.place.progress(min(done / max(total, 1), 1.0), words + time_left(now - self.begun, done, total))


def time_left(spent: float, done: float, total: float) -> str:
    """Words for the seconds left at the pace so far; none where nothing is done, or all but a moment."""
    left = spent * (total - done) / done if done else 0.0
    return f", about {duration(left)} left" if left > 3 else ""


def duration(seconds: float) -> str:
    if seconds < 90:
        return f"{round(seconds)} s"
    return f"{round(seconds / 60)} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"
