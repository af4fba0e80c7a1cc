"""Feature rows: vectors by name in two files that only grow, so that what was computed before a stop is there after it.

PATH.rows holds vectors one after another, PATH.names a line for each. Of torn ends only whole pairs count.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from filelock import FileLock
from numpy.typing import NDArray

Floats = NDArray[np.float32]


class FeatureRows:
    """The vectors of length `width` kept under a path without suffix, as float32 or with `half` as float16; processes may add."""

    def __init__(self, path: Path, width: int, half: bool = False) -> None:
        self.width, self.dtype = width, np.dtype(np.float16 if half else np.float32)
        self._rows, self._names, self._lock = (path.with_name(path.name + end) for end in (".rows", ".names", ".lock"))

    def names(self) -> list[str]:
        """The names, in the order of their vectors; one may come twice."""
        try:
            lines = self._names.read_bytes().split(b"\n")[:-1]
            whole = self._rows.stat().st_size // (self.dtype.itemsize * self.width)
        except FileNotFoundError:
            return []
        return [line.decode("ascii", "replace") for line in lines[:whole]]

    def add(self, names: Sequence[str], vectors: Floats) -> None:
        """Append vectors (N, width); what a killed process left half written is cut off first."""
        self._rows.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(self._lock):
            kept = self.names()
            with self._rows.open("ab") as rows:
                rows.truncate(self.dtype.itemsize * self.width * len(kept))
                rows.write(np.ascontiguousarray(vectors, dtype=self.dtype).tobytes())
            with self._names.open("ab") as lines:
                lines.truncate(sum(len(name) + 1 for name in kept))
                lines.write("".join(f"{name}\n" for name in names).encode("ascii"))

    def read(self, names: Sequence[str]) -> Floats:
        """The vectors of these names (N, width) in their order; raises KeyError for one that is not there."""
        place = {name: number for number, name in enumerate(self.names())}
        wanted = [place[name] for name in names]
        if not wanted:
            return np.zeros((0, self.width), np.float32)
        rows = np.memmap(self._rows, self.dtype, "r", shape=(len(place) and max(place.values()) + 1, self.width))
        return np.asarray(rows[wanted], dtype=np.float32)
