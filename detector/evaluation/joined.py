"""Joined: the images that several detectors have all scored, with the score of each. Runs no network and opens no image."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from detector.errors import UserError
from detector.evaluation.sample import Floats, Ints, Sample, predicted_labels, sample_of

SHORT_HASH = 16  # hex digits that weights keep of each image they learnt from
CONTENT, PATH = "content", "path"


@dataclass(frozen=True, eq=False)
class Scored:
    """What one detector says of images: rows as `read_predictions` gives them, which lie below `root` where that is known.

    `hashes` are the files' sha256 by path, as far as known; `seen` the first digits of those that it was trained or chosen on;
    `not_scored` counts images that were left out for having been seen.
    """

    name: str
    threshold: float
    frame: pd.DataFrame
    root: Path | None = None
    hashes: Mapping[str, str] = field(default_factory=dict)
    seen: frozenset[str] = frozenset()
    not_scored: int = 0


@dataclass(frozen=True)
class LeftOut:
    """Images of one detector that are not compared, and why."""

    name: str
    n: int
    why: str


@dataclass(frozen=True, eq=False)
class Joined:
    """N images scored by M detectors; `frame` has path (below `root`), label, generator, group and sha256 ("" if unknown).

    `seen` counts for each detector the images among them that it learnt from: its numbers on these flatter.
    """

    names: tuple[str, ...]
    thresholds: tuple[float, ...]
    frame: pd.DataFrame
    root: Path | None
    scores: Floats  # (M, N)
    by: str
    left_out: tuple[LeftOut, ...]
    seen: tuple[int, ...]

    @cached_property
    def labels(self) -> Ints:
        """The truth, (N,)."""
        return self.frame["label"].to_numpy().astype(np.int64)

    @cached_property
    def called(self) -> Ints:
        """What each detector calls each image at its own threshold, (M, N)."""
        return np.stack([predicted_labels(row, line) for row, line in zip(self.scores, self.thresholds, strict=True)])

    @cached_property
    def right(self) -> npt.NDArray[np.bool_]:
        """Whether each detector is right on each image, (M, N)."""
        return np.asarray(self.called == self.labels)

    @cached_property
    def samples(self) -> tuple[Sample, ...]:
        """Each detector's scores as a sample; all have the same groups."""
        first = sample_of(self.labels, self.scores[0], self.frame["group"])
        return tuple(Sample(first.labels, row, first.groups, first.n_groups) for row in self.scores)

    def table(self) -> pd.DataFrame:
        """One row an image: what is known of it, then the score of each detector and whether that is right."""
        columns = self.frame.copy()
        for index, name in enumerate(self.names):
            columns[f"probability: {name}"] = self.scores[index]
            columns[f"right: {name}"] = self.right[index]
        return columns


def join(models: Sequence[Scored]) -> Joined:
    """The images that all these have scored, in the order of the first.

    Files with the same content are one image; where the content of some is not known, the path below one root tells. An image
    that two call by different classes as its truth is left out. Raises UserError for fewer than two detectors, two of one name,
    and where nothing is left to compare.
    """
    names = tuple(model.name for model in models)
    if len(models) < 2:
        raise UserError("A comparison needs two detectors or more: name another one.")
    if twice := {name for name in names if names.count(name) > 1}:
        raise UserError(f"{min(twice)} is named twice: compare it with another detector.")
    by = CONTENT if all(set(model.frame["path"]) <= model.hashes.keys() for model in models) else PATH
    if by == PATH and len({model.root for model in models}) > 1:
        raise UserError(
            "These predictions come from different folders, and not all know the content of their files: "
            "compare the detectors on one data set instead."
        )
    tables = [_by_key(model, by) for model in models]
    shared = tables[0].index
    for table in tables[1:]:
        shared = shared[shared.isin(table.index)]
    labels = np.stack([table.loc[shared, "label"].to_numpy() for table in tables])
    agreed = (labels == labels[0]).all(axis=0)
    kept = shared[agreed]
    if kept.empty:
        raise UserError(
            f"{' and '.join(names)} have scored no image in common: compare them on one data set, so that each scores the same."
        )
    frame = tables[0].loc[kept].reset_index(drop=True)
    frame["sha256"] = [models[0].hashes.get(path, "") for path in frame["path"]]
    digits = frame["sha256"].str[:SHORT_HASH]
    return Joined(
        names,
        tuple(model.threshold for model in models),
        frame[["path", "label", "generator", "group", "sha256"]],
        models[0].root,
        np.stack([table.loc[kept, "probability"].to_numpy() for table in tables]),
        by,
        tuple(note for model, table in zip(models, tables, strict=True) for note in _left_out(model, table, shared, kept)),
        tuple(int(digits.isin(model.seen).sum()) for model in models),
    )


def _by_key(model: Scored, by: str) -> pd.DataFrame:
    """The detector's rows by what tells an image from others; of copies the first."""
    keys = model.frame["path"].map(model.hashes) if by == CONTENT else model.frame["path"]
    return model.frame.set_axis(pd.Index(keys, name="key"))[~keys.duplicated().to_numpy()]


def _left_out(model: Scored, table: pd.DataFrame, shared: "pd.Index[str]", kept: "pd.Index[str]") -> list[LeftOut]:
    counts = {
        "it was trained or chosen on them": model.not_scored,
        "they are copies of others": len(model.frame) - len(table),
        "not all the others have scored them": len(table) - len(shared),
        "the tables disagree about their class": len(shared) - len(kept),
    }
    return [LeftOut(model.name, n, why) for why, n in counts.items() if n]
