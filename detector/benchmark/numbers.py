"""Numbers of the benchmark with their intervals: means over seeds, by drawing whole groups of pictures and seeds anew.

The same draw is used for every seed, generator and change, so that what they share (the same real pictures) is counted once.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from detector.benchmark.answers import Answers
from detector.benchmark.pictures import Picture
from detector.evaluation.intervals import DRAWS, around, cell_draws, ranking_draws, score_draws, unit_sums, weights
from detector.evaluation.rates import Interval, student, wilson
from detector.evaluation.sample import Floats, Sample, group_codes
from detector.labels import AI, REAL


@dataclass(frozen=True)
class Number:
    """A value with its 95 % interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, eq=False)
class Trial:
    """The answers about one test's pictures (N,), with their labels and the unit that each belongs to."""

    seed: int
    pictures: tuple[Picture, ...]
    answers: Answers

    @cached_property
    def labels(self) -> NDArray[np.int64]:
        """(N,)."""
        return np.array([picture.label for picture in self.pictures], dtype=np.int64)

    def of_set(self, name: str) -> "Trial":
        """The pictures of one set."""
        chosen = [at for at, picture in enumerate(self.pictures) if picture.data == name]
        answers = Answers.from_array(self.answers.to_array()[chosen])
        return Trial(self.seed, tuple(self.pictures[at] for at in chosen), answers)


@dataclass(frozen=True, eq=False)
class _Part:
    """A test as a sample whose units are numbered alike in all parts."""

    seed: int
    sample: Sample
    answers: Answers


Measure = Callable[[_Part], dict[str, Floats]]
"""Values by name of a part itself and of each draw, (1 + DRAWS,)."""


def class_numbers(trials: Sequence[Trial]) -> dict[str, Number]:
    """What a test with both classes tells: balanced accuracy, recalls, AUC, AP, rates at few false alarms, ECE, Brier score."""
    return _means(trials, lambda part: {**_rates(part), **ranking_draws(part.sample), **_score_measures(part)})


def auc_number(trials: Sequence[Trial]) -> Number:
    """The AUC alone, which is a good deal quicker."""
    return _means(trials, _auc)["auc"]


def verdict_numbers(trials: Sequence[Trial]) -> dict[str, Number]:
    """ECE and false alarms; of the three-way verdict, both classes counting alike: share undecided, share right of the rest."""
    found = _means(trials, lambda part: {**_score_measures(part), **_rates(part), **_verdict_measures(part)})
    return {name: found[name] for name in ("ece", "false_alarms", "inconclusive", "right_of_decided") if name in found}


def auc_fall(before: Sequence[Trial], after: Sequence[Trial]) -> Number:
    """How far the AUC falls; both hold the same pictures, seed by seed."""
    parts = _parts([*before, *after])
    first, second = (_draws_of(own, _auc)["auc"] for own in (parts[: len(before)], parts[len(before) :]))
    return _difference(first - second, _units(parts))


def lowest(numbers: dict[str, Number]) -> tuple[str, Number]:
    """Where the lowest value is, and that number."""
    where = min(numbers, key=lambda name: (numbers[name].value, name))
    return where, numbers[where]


def _rates(part: _Part) -> dict[str, Floats]:
    predicted = np.where(part.answers.called_ai, AI, REAL)
    real_real, real_ai, ai_real, ai_ai = cell_draws(part.sample, predicted).T
    with np.errstate(divide="ignore", invalid="ignore"):
        recall_real, recall_ai = real_real / (real_real + real_ai), ai_ai / (ai_real + ai_ai)
    both = (recall_real + recall_ai) / 2
    return {"balanced_accuracy": both, "recall_real": recall_real, "recall_ai": recall_ai, "false_alarms": 1 - recall_real}


def _score_measures(part: _Part) -> dict[str, Floats]:
    _, squares, gaps = score_draws(part.sample)
    return {"ece": np.abs(gaps).sum(axis=1), "brier": squares}


def _auc(part: _Part) -> dict[str, Floats]:
    return {"auc": ranking_draws(part.sample)["auc"]}


def _verdict_measures(part: _Part) -> dict[str, Floats]:
    called, decided = part.answers.called_ai, part.answers.decided
    shares = {}
    for label in (REAL, AI):
        own = part.sample.labels == label
        all_of, judged, right = (
            _counts(part.sample, own & chosen) for chosen in (own, decided, decided & (called == (label == AI)))
        )
        with np.errstate(divide="ignore", invalid="ignore"):
            shares[label] = judged / all_of, right / all_of
    with np.errstate(divide="ignore", invalid="ignore"):
        judged, right = ((shares[REAL][at] + shares[AI][at]) / 2 for at in (0, 1))
        return {"inconclusive": 1 - judged, "right_of_decided": right / judged}


def _counts(sample: Sample, chosen: NDArray[np.bool_]) -> Floats:
    sums = unit_sums(sample, chosen.astype(np.float64))
    return np.append(sums.sum(), weights(sample.n_units) @ sums)


def _means(trials: Sequence[Trial], measure: Measure) -> dict[str, Number]:
    parts = _parts(trials)
    units, fewest = _units(parts), _fewest(parts)
    return {
        name: _ece(drawn, units) if name == "ece" else Number(float(drawn[0]), *_interval(drawn, units, fewest))
        for name, drawn in _draws_of(parts, measure).items()
        if np.isfinite(drawn[0])
    }


def _parts(trials: Sequence[Trial]) -> list[_Part]:
    codes, count = group_codes([picture.unit for trial in trials for picture in trial.pictures])
    ends = np.cumsum([len(trial.pictures) for trial in trials])[:-1]
    return [
        _Part(trial.seed, Sample(trial.labels, trial.answers.probabilities, own, count), trial.answers)
        for trial, own in zip(trials, np.split(codes, ends), strict=True)
    ]


def _units(parts: Sequence[_Part]) -> int:
    """How many units are drawn."""
    return int(parts[0].sample.n_units)


def _draws_of(parts: Sequence[_Part], measure: Measure) -> dict[str, Floats]:
    """The mean over the parts of each seed, then over seeds; in a draw, over seeds drawn with replacement."""
    by_seed: dict[int, list[dict[str, Floats]]] = {}
    for part in parts:
        by_seed.setdefault(part.seed, []).append(measure(part))
    of_seeds = [{name: np.mean([each[name] for each in found], axis=0) for name in found[0]} for found in by_seed.values()]
    picked = np.random.default_rng(0).integers(0, len(of_seeds), (DRAWS, len(of_seeds)))
    means = {}
    for name in of_seeds[0]:
        values = np.stack([found[name] for found in of_seeds])  # seeds, 1 + draws
        drawn = np.take_along_axis(values[:, 1:], picked.T, axis=0).mean(axis=0)
        means[name] = np.append(values[:, 0].mean(), drawn)
    return means


def _interval(drawn: Floats, units: int, fewest: int) -> Interval:
    """Of a share; where draws tell nothing, as of 1.0, it is that of as many images as the smaller class has units."""
    value = float(drawn[0])
    return around(drawn, units, wilson(value * fewest, fewest))


def _fewest(parts: Sequence[_Part]) -> int:
    """Units of the class that has fewer, over all parts."""
    labels, groups = (np.concatenate([getattr(part.sample, name) for part in parts]) for name in ("labels", "groups"))
    return min(np.unique(groups[labels == label]).size for label in np.unique(labels))


def _ece(drawn: Floats, units: int) -> Number:
    """Distances add up noise, so the middle is what drawing anew adds below the value; see `calibration_interval`."""
    value, sums = float(drawn[0]), drawn[1:][np.isfinite(drawn[1:])]
    middle = max(0.0, 2 * value - float(sums.mean()))
    half = student(units - 1) * float(sums.std())
    return Number(value, max(0.0, middle - half), min(1.0, max(value, middle + half)))


def _difference(drawn: Floats, units: int) -> Number:
    value, sums = float(drawn[0]), drawn[1:][np.isfinite(drawn[1:])]
    half = student(units - 1) * float(sums.std()) * (units / max(units - 1, 1)) ** 0.5
    return Number(value, value - half, value + half)
