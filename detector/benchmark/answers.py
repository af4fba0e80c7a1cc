"""Answers: what a detector says of pictures, and how logits become that by what validation pictures showed, and nothing else."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from detector.errors import DataError
from detector.evaluation.conformal import Conformal, fit_conformal
from detector.evaluation.curves import best_threshold, threshold_for_fpr
from detector.evaluation.score_map import ScoreMap, fit_map
from detector.labels import AI, REAL

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

FALSE_ALARMS = 0.05  # of validation's real pictures, at most, at the default threshold


@dataclass(frozen=True, eq=False)
class Answers:
    """Of pictures (N,): the calibrated probability of AI, whether the threshold calls it AI, and whether a verdict is given.

    `covered` says whether "AI-generated" is among the labels that the detector holds possible.
    """

    probabilities: Floats
    called_ai: Bools
    decided: Bools
    covered: Bools

    def to_array(self) -> NDArray[np.float64]:
        """(N, 4), for a file."""
        return np.column_stack([self.probabilities, self.called_ai, self.decided, self.covered])

    @classmethod
    def from_array(cls, values: NDArray[np.float64]) -> "Answers":
        """The inverse of `to_array`."""
        return cls(values[:, 0], *(values[:, column].astype(bool) for column in (1, 2, 3)))


@dataclass(frozen=True)
class Judge:
    """A map from logits to probabilities, the default threshold, and the labels that a probability is compatible with.

    `scale` is the spread of validation's logits, which keeps them apart where a sigmoid would not.
    """

    scale: float
    score_map: ScoreMap
    threshold: float
    conformal: Conformal

    def answers(self, logits: Floats) -> Answers:
        """The answers for logits (N,): a verdict is given where the threshold's label is the only one possible."""
        probabilities = self.score_map.apply(_scores(logits, self.scale))
        called = probabilities >= self.threshold
        labels = [self.conformal.labels(float(probability)) for probability in probabilities]
        decided = [own == (AI if ai else REAL,) for own, ai in zip(labels, called, strict=True)]
        covered = [AI in own for own in labels]
        return Answers(probabilities, called, np.array(decided, dtype=bool), np.array(covered, dtype=bool))


def judge_by(logits: Floats, labels: Sequence[int]) -> Judge:
    """The judge that validation pictures make; raises DataError unless there are enough of both classes.

    The threshold has the best balanced accuracy there among those with at most `FALSE_ALARMS`.
    """
    truth, scale = np.asarray(labels), float(np.std(logits)) or 1.0
    score_map = fit_map(truth, _scores(logits, scale))
    if score_map is None:
        raise DataError("There are too few validation pictures of a class to calibrate by: add pictures.")
    probabilities = score_map.apply(_scores(logits, scale))
    rare = threshold_for_fpr(truth, probabilities, FALSE_ALARMS)
    threshold = max(best_threshold(truth, probabilities), rare or 0.0)
    return Judge(scale, score_map, threshold, fit_conformal(truth, probabilities))


def sigmoid(logits: Floats) -> Floats:
    """1 / (1 + exp(-logits)) without overflow."""
    return np.asarray(np.exp(-np.logaddexp(0, -np.asarray(logits, np.float64))))


def _scores(logits: Floats, scale: float) -> Floats:
    return sigmoid(np.asarray(logits, np.float64) / scale)
