"""Abstention: how many images a detector decides, and how many of those it decides rightly; the rest reads inconclusive."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from detector.evaluation.calibration import Calibration
from detector.evaluation.curves import auc
from detector.evaluation.left_out import LeftOut
from detector.evaluation.rates import Interval, wilson
from detector.evaluation.sample import Values, checked
from detector.labels import AI, INCONCLUSIVE, LABEL_NAMES, REAL


@dataclass(frozen=True)
class Abstention:
    """Of `n` images: how many were decided, how many of those rightly, and false alarms among `real` ones.

    Scores alone are judged here; what input checks and novelty would refuse comes on top.
    """

    n: int
    decided: int
    right: int
    real: int
    alarms: int

    @property
    def right_interval(self) -> Interval:
        """Wilson's 95 % interval of the share of the decided that is right."""
        return wilson(self.right, self.decided)

    def to_dict(self) -> dict[str, Any]:
        """Plain values, with the intervals."""
        ends = {"right_interval": self.right_interval, "alarms_interval": wilson(self.alarms, self.real)}
        return asdict(self) | {name: list(pair) for name, pair in ends.items()}


def abstention(labels: Values, probabilities: Values, threshold: float, calibration: Calibration) -> Abstention:
    """The three-way verdicts on images with known labels and calibrated probabilities."""
    truth, scores = checked(labels, probabilities)
    verdicts = _verdicts(scores.tolist(), threshold, calibration)
    pairs = list(zip(truth.tolist(), verdicts, strict=True))
    return Abstention(
        n=len(pairs),
        decided=sum(verdict != INCONCLUSIVE for verdict in verdicts),
        right=sum(verdict == LABEL_NAMES[label] for label, verdict in pairs),
        real=sum(label == REAL for label, _ in pairs),
        alarms=sum(label == REAL and verdict == LABEL_NAMES[AI] for label, verdict in pairs),
    )


def left_out_row(
    generator: str, probabilities: Sequence[float], real: Sequence[float], threshold: float, calibration: Calibration
) -> LeftOut:
    """What became of a left-out generator's images, from their calibrated probabilities and those of unseen real images."""
    verdicts = _verdicts(probabilities, threshold, calibration)
    conformal = calibration.conformal
    covered = len(verdicts) if conformal is None else sum(AI in conformal.labels(each) for each in probabilities)
    labels = [AI] * len(probabilities) + [REAL] * len(real)
    area = auc(labels, [*probabilities, *real])[0] if probabilities and real else None
    return LeftOut(generator, len(verdicts), verdicts.count(LABEL_NAMES[AI]), verdicts.count(LABEL_NAMES[REAL]), covered, area)


def _verdicts(scores: Sequence[float], threshold: float, calibration: Calibration) -> list[str]:
    return [calibration.judge(score, threshold)[0] for score in scores]
