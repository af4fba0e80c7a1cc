"""Slices: how a detector does on each generator and each folder of a test, with intervals."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from detector.data.names import labels_of, split_of
from detector.evaluation.rates import Rate, effective_n, wilson
from detector.evaluation.sample import Ints, Sample
from detector.labels import AI

NO_NAME = "(no name)"


@dataclass(frozen=True, eq=False)
class Parts:
    """A division of a sample: the number of each image's part, (N,), and the parts' names; -1 belongs to none."""

    codes: Ints
    names: tuple[str, ...]

    def only(self, chosen: npt.NDArray[np.bool_]) -> "Parts":
        """That of the chosen images (N,)."""
        return Parts(self.codes[chosen], self.names)


@dataclass(frozen=True)
class Slice:
    """One part and class: the share of its images that was called rightly."""

    name: str
    label: int
    recall: Rate


def slices(sample: Sample, parts: Parts, threshold: float, label: int) -> list[Slice]:
    """The recall of a class in each part that holds images of it, in the order of the parts."""
    chosen = (sample.labels == label) & (parts.codes >= 0)
    codes, units = parts.codes[chosen], sample.units[chosen]
    right = (sample.scores[chosen] >= threshold) == (label == AI)
    count = len(parts.names)
    place = codes * sample.n_units + units
    n = np.bincount(codes, minlength=count)
    hits = np.bincount(codes[right], minlength=count)
    even = [float(each) for each in n]
    if sample.grouped:
        size = count * sample.n_units
        in_unit = np.bincount(place, minlength=size).reshape(count, -1).astype(float)
        hits_in_unit = np.bincount(place[right], minlength=size).reshape(count, -1).astype(float)
        for part in np.flatnonzero(n):
            if hits[part] in (0, n[part]):  # all alike: a group tells no more than one image
                even[part] = float(np.unique(sample.groups[chosen][codes == part]).size)
            else:
                even[part] = effective_n(hits_in_unit[part], in_unit[part], float(hits[part] / n[part]))
    return [
        Slice(name, label, Rate(hits[i] / n[i], *wilson(hits[i] / n[i] * even[i], even[i]), int(n[i])))
        for i, name in enumerate(parts.names)
        if n[i]
    ]


def folder_names(paths: Sequence[str]) -> tuple[str, ...]:
    """For each folder of an image what it is besides its class and split, like "faces" of "train/real/faces"; "" for nothing."""
    return tuple(
        "/".join(part for part in path.split("/") if part and not labels_of([part]) and not split_of([part])) for path in paths
    )
