"""Robustness: recall of each class and AUC at every strength of every perturbation, and how far they are from the untouched ones.

Numbers from scores; it asks no network. Differences are paired: the same groups of pictures are drawn for both sides.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from detector.errors import UserError
from detector.evaluation.intervals import cell_draws, ranking_draws
from detector.evaluation.metrics import evaluate_sample
from detector.evaluation.perturbations import KINDS, UNTOUCHED, key_of
from detector.evaluation.rates import student
from detector.evaluation.sample import Floats, Sample, predicted_labels, sample_of
from detector.labels import AI, REAL

_COUNTED = {"recall_real": (REAL,), "recall_ai": (AI,), "auc": (REAL, AI)}
MEASURES = {"recall_real": "Real called real", "recall_ai": "AI-generated found", "auc": "AUC"}
"""What is followed, in words. AUC is left out where a class is missing."""


@dataclass(frozen=True)
class Number:
    """A number with its 95 % interval, and its difference from that of the untouched pictures with the paired interval."""

    value: float
    low: float
    high: float
    change: float
    change_low: float
    change_high: float

    @property
    def clear(self) -> bool:
        """Whether the interval of the difference leaves zero out."""
        return not self.change_low <= 0 <= self.change_high


@dataclass(frozen=True)
class Point:
    """One strength of one perturbation; its numbers by measure."""

    kind: str
    strength: float
    numbers: dict[str, Number]


@dataclass(frozen=True)
class Robustness:
    """A detector's numbers at each point; `points[0]` are the untouched pictures. `seen` counts pictures left out as known."""

    weights: str
    data: str
    threshold: float
    n_real: int
    n_ai: int
    groups: int
    seen: int
    points: tuple[Point, ...]

    @property
    def kinds(self) -> tuple[str, ...]:
        """The perturbations that were tried, in the order of the table."""
        tried = {point.kind for point in self.points}
        return tuple(kind for kind in KINDS if kind in tried)

    def of(self, kind: str) -> tuple[Point, ...]:
        """The untouched pictures, then this kind's strengths from mild to strong."""
        return (self.points[0], *(point for point in self.points if point.kind == kind))

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return asdict(self) | {"points": [asdict(point) for point in self.points]}

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> "Robustness":
        """The inverse of `to_dict`; raises UserError for anything else."""
        try:
            points = tuple(
                Point(point["kind"], point["strength"], {name: Number(**each) for name, each in point["numbers"].items()})
                for point in values["points"]
            )
            if not points or points[0].kind != UNTOUCHED or {point.kind for point in points[1:]} - KINDS.keys():
                raise ValueError("no untouched pictures, or an unknown perturbation")
            return cls(**{**values, "points": points})
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise UserError("This is no test of robustness: run it again.") from error


def measure(
    weights: str,
    data: str,
    threshold: float,
    labels: Sequence[int],
    groups: Sequence[str],
    scores: Sequence[Mapping[str, float]],
    seen: int = 0,
) -> Robustness:
    """The numbers at every strength that all pictures were scored at; raises UserError when there are no pictures.

    `scores` holds each picture's probabilities of AI by `key_of` perturbation and strength, and "untouched".
    """
    if not scores:
        raise UserError("No picture was scored.")
    sample = _sample(labels, groups, scores, UNTOUCHED)
    before = _draws(sample, threshold)
    points = [Point(UNTOUCHED, 0.0, _numbers(sample, threshold, before))]
    for kind, perturbation in KINDS.items():
        for strength in perturbation.strengths:
            if all(key_of(kind, strength) in own for own in scores):
                changed = _sample(labels, groups, scores, key_of(kind, strength))
                points.append(Point(kind, strength, _numbers(changed, threshold, before)))
    n_ai = int(sample.labels.sum())
    return Robustness(weights, data, threshold, sample.n - n_ai, n_ai, sample.n_groups, seen, tuple(points))


def _sample(labels: Sequence[int], groups: Sequence[str], scores: Sequence[Mapping[str, float]], key: str) -> Sample:
    return sample_of(list(labels), [own[key] for own in scores], list(groups))


def _draws(sample: Sample, threshold: float) -> dict[str, Floats]:
    """Each measure of the sample and of its draws, (1 + draws,), nan where a draw misses a class."""
    real_real, real_ai, ai_real, ai_ai = cell_draws(sample, predicted_labels(sample.scores, threshold)).T
    with np.errstate(divide="ignore", invalid="ignore"):
        found: dict[str, Floats] = {"recall_real": real_real / (real_real + real_ai), "recall_ai": ai_ai / (ai_real + ai_ai)}
    return found | ({"auc": ranking_draws(sample)["auc"]} if sample.both else {})


def _numbers(sample: Sample, threshold: float, before: Mapping[str, Floats]) -> dict[str, Number]:
    metrics, drawn = evaluate_sample(sample, threshold), _draws(sample, threshold)
    found = {}
    for name in MEASURES:
        value = getattr(metrics, name)
        if name in drawn and np.isfinite(drawn[name][0]):
            found[name] = Number(value, *metrics.intervals[name], *_change(sample, name, drawn[name] - before[name]))
    return found


def _change(sample: Sample, name: str, differences: Floats) -> tuple[float, float, float]:
    """A difference with its interval, from itself and its draws: normal by their standard error, with Student's t.

    One picture won and one lost are added to what was seen (Bonett and Price, JEBS 2012), without which few changed verdicts, or
    none, would claim too much.
    """
    value, drawn = float(differences[0]), differences[1:][np.isfinite(differences[1:])]
    units = sample.n_units
    if units < 2 or drawn.size < 2:
        return value, -1.0, 1.0
    added = [2 / sample.draws_of(label) ** 2 for label in _COUNTED[name]]
    variance = float(drawn.var()) * units / (units - 1) + sum(added) / len(added) ** 2
    half = student(units - 1) * variance**0.5
    return value, max(-1.0, value - half), min(1.0, value + half)
