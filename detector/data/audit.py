"""Audit: how far models that never look at the picture itself can tell the classes of a data set apart."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from detector.data.drivers import drivers
from detector.data.manifest import Item, Manifest
from detector.data.probe_score import Folds, Ints, group_folds, score_probe
from detector.data.probes.reading import PROBES, Reading, read_features
from detector.labels import AI, LABEL_NAMES, REAL

if TYPE_CHECKING:
    from detector.data.equalise import Equalise

Light = Literal["green", "amber", "red", "grey"]

WARN, ALARM = 0.60, 0.75
"""AUC from which a probe is warned of, and from which its shortcut is plain."""
FEWEST = 50
"""Groups of pictures in the smaller class below which nothing is said: chance alone reaches 0.60 too often."""
MOST = 2000
"""Pictures of a class that are looked at, chosen by their hash."""
PAIRS = 3
"""Pairs of most telling pictures that a finding above the line names."""


@dataclass(frozen=True)
class Finding:
    """What one probe found: AUC of its out-of-fold scores with the 95 % interval, over n pictures; None where n is too small.

    `drivers` are sentences about the features that differ most. `pairs` are the most telling pictures, a real and an AI-generated
    path each, given from an AUC of 0.60.
    """

    probe: str
    auc: float | None
    low: float | None
    high: float | None
    n: int
    drivers: tuple[str, ...] = ()
    pairs: tuple[tuple[str, str], ...] = ()

    @property
    def light(self) -> Light:
        """Green below 0.60, amber from there, red from 0.75; grey when there are too few pictures to say."""
        if self.auc is None:
            return "grey"
        return "red" if self.auc >= ALARM else "amber" if self.auc >= WARN else "green"


@dataclass(frozen=True)
class Audit:
    """The findings of every probe on one data set, as it is or (`equalise` not "") as it would be under that rule.

    `looked_at` counts the pictures of each label name, `total` those of the data set; `left_out` could not be read.
    """

    findings: tuple[Finding, ...]
    fingerprint: str
    equalise: str = ""
    looked_at: Mapping[str, int] | None = None
    total: int = 0
    left_out: int = 0
    seconds: float = 0.0
    created: str = ""

    @property
    def worst(self) -> Finding | None:
        """The finding with the highest AUC; None when there were too few pictures for any."""
        return max((finding for finding in self.findings if finding.auc is not None), key=lambda one: one.auc or 0, default=None)

    @property
    def light(self) -> Light:
        """The light of the worst finding."""
        return self.worst.light if self.worst else "grey"

    def to_dict(self) -> dict[str, Any]:
        """Plain values for a JSON file, with the light."""
        return asdict(self) | {"light": self.light}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> "Audit":
        """The inverse of `to_dict`; raises KeyError, TypeError or ValueError for other values."""
        known = {key: value for key, value in values.items() if key != "light"}
        return cls(**{**known, "findings": tuple(_finding(each) for each in values["findings"])})


def _finding(values: Mapping[str, Any]) -> Finding:
    pairs = tuple((str(real), str(ai)) for real, ai in values["pairs"])
    return Finding(**{**values, "drivers": tuple(values["drivers"]), "pairs": pairs})


def run_audit(
    manifest: Manifest,
    equalise: "Equalise | None" = None,
    progress: Callable[[int, int], None] | None = None,
    most: int = MOST,
) -> Audit:
    """Read at most `most` pictures a class once, and let every probe try to tell the classes apart.

    Pictures are taken as they are, or as `equalise` would make them. Copies and pictures of one group never stand on both sides
    of a fold. `progress(done, total)` counts pictures read; the models take some seconds more.
    """
    started = time.monotonic()
    chosen = sample(manifest.items, most)
    reading = read_features(manifest, chosen, equalise, progress)
    return Audit(
        findings=_findings(reading),
        fingerprint=manifest.fingerprint,
        equalise=equalise.key() if equalise else "",
        looked_at={name: sum(item.label == label for item in reading.items) for label, name in enumerate(LABEL_NAMES)},
        total=len(manifest.items),
        left_out=len(chosen) - len(reading.items),
        seconds=round(time.monotonic() - started, 1),
        created=datetime.now().astimezone().isoformat(timespec="seconds"),
    )


def sample(items: Sequence[Item], most: int) -> tuple[Item, ...]:
    """At most so many pictures a class, in their order, chosen by hash: by no name, and the same ones every time."""
    chosen: set[str] = set()
    for label in (REAL, AI):
        ranked = sorted((item for item in items if item.label == label), key=lambda item: (item.sha256, item.path))
        chosen.update(item.path for item in ranked[:most])
    return tuple(item for item in items if item.path in chosen)


def _findings(reading: Reading) -> tuple[Finding, ...]:
    labels = np.array([item.label for item in reading.items], np.int64)
    names = [item.group or item.sha256 for item in reading.items]
    groups = np.unique(np.array(names, str), return_inverse=True)[1].astype(np.int64)
    if min(len(set(groups[labels == label])) for label in (REAL, AI)) < FEWEST:
        return tuple(Finding(probe, None, None, None, len(labels)) for probe in PROBES)
    folds = group_folds(labels, groups)
    return tuple(_finding_of(probe, reading, labels, groups, folds) for probe in PROBES)


def _finding_of(probe: str, reading: Reading, labels: Ints, groups: Ints, folds: Folds) -> Finding:
    rows = reading.rows[probe]
    score = score_probe(rows, labels, groups, folds)
    pairs: tuple[tuple[str, str], ...] = ()
    if score.auc >= WARN:
        order = np.argsort(score.scores, kind="stable")
        pairs = tuple(zip(_first(reading, order, REAL, groups), _first(reading, order[::-1], AI, groups), strict=False))
    return Finding(
        probe,
        round(score.auc, 4),
        round(score.low, 4),
        round(score.high, 4),
        len(labels),
        drivers(PROBES[probe], rows, labels),
        pairs,
    )


def _first(reading: Reading, order: Ints, label: int, groups: Ints) -> list[str]:
    """Paths of the first pictures of a class in this order, one a group."""
    found: dict[int, str] = {}
    for index in order.tolist():
        if reading.items[index].label == label:
            found.setdefault(int(groups[index]), reading.items[index].path)
        if len(found) == PAIRS:
            break
    return list(found.values())
