"""Slices: how a detector does on each generator and each folder of a test, with intervals."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from detector.data.names import labels_of, split_of
from detector.evaluation.rates import Rate, effective_n, wilson
from detector.evaluation.sample import Floats, Ints, Sample
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
    if sample.grouped:
        size = count * sample.n_units
        in_unit = np.bincount(place, minlength=size).reshape(count, -1).astype(float)
        hits_in_unit = np.bincount(place[right], minlength=size).reshape(count, -1).astype(float)
        draws = _groups_in(codes, sample.groups[chosen], count, sample.n_groups)
        even = [_effective(*row) for row in zip(hits_in_unit, in_unit, draws, strict=True)]
    else:
        even = [float(each) for each in n]
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


def _effective(hits: Floats, counts: Floats, draws: int) -> float:
    n, found = counts.sum(), hits.sum()
    if not n or found in (0, n):
        return float(draws)
    return effective_n(hits, counts, float(found / n))


def _groups_in(codes: Ints, groups: Ints, parts: int, n_groups: int) -> Ints:
    """How many groups have images in each part, (parts,)."""
    pairs = np.unique(codes * n_groups + groups)
    return np.bincount(pairs // n_groups, minlength=parts)
