"""Mixing two detectors: the weighted mean of what each says, in log-odds beyond its own line. Numbers only."""

import math
from dataclasses import dataclass

_NEAREST = 1e-9  # to 0 and 1, where log-odds have no end


@dataclass(frozen=True)
class Mixed:
    """A mixed score, whose line lies at one half, and the log-odds beyond the line that it comes from."""

    score: float
    beyond: float

    @property
    def is_ai(self) -> bool:
        """Whether it lies on the AI-generated side."""
        return self.beyond >= 0


def mix(first: float, second: float, weight: float) -> Mixed:
    """The mean of two detectors' log-odds beyond their lines; `weight`, 0 to 1, is the share of the second.

    The mean of logits is a geometric mean of odds: a detector that is very sure weighs more than in a mean of scores.
    """
    beyond = (1 - weight) * first + weight * second
    return Mixed(1 / (1 + math.exp(-max(min(beyond, 500), -500))), beyond)


def beyond(probability: float, threshold: float) -> float:
    """How far a score lies beyond a detector's line, in log-odds: above 0 it is called AI-generated."""
    return log_odds(probability) - log_odds(threshold)


def log_odds(probability: float) -> float:
    """ln(p / (1 - p)), bounded where p is as good as 0 or 1."""
    p = min(max(probability, _NEAREST), 1 - _NEAREST)
    return math.log(p / (1 - p))


def turning_weight(first: float, second: float) -> float | None:
    """The weight at which the mixed verdict turns, or None where both detectors say the same."""
    if (first >= 0) == (second >= 0):
        return None
    return first / (first - second)
