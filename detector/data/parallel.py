"""Work on many files at once, in order: decoding and hashing leave the interpreter free for other threads."""

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Value = TypeVar("Value")
Result = TypeVar("Result")

_AHEAD = 64  # bounds the results held in memory, and the wait when the reader gives up


def in_order(work: Callable[[Value], Result], values: Sequence[Value]) -> Iterator[Result]:
    """`work` of each value, in the order of the values, done by as many threads as there are cores."""
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for start in range(0, len(values), _AHEAD):
            yield from pool.map(work, values[start : start + _AHEAD])
