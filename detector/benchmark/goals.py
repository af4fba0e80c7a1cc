"""What a default detector is to reach, as data. They are goals and not gates: a number that misses one is printed beside it."""

from dataclasses import dataclass
from typing import Literal

from detector.benchmark.rounds import GENERATOR, SEEN, SET

TRAVELLED, CALIBRATION, SPEED = "travelled", "calibration", "speed"
ALL, MEAN, LOWEST = "all sets", "mean", "lowest"
"""Rows that sum up others."""


@dataclass(frozen=True)
class Goal:
    """A bound on one number: `row` and `measure` of a task; "" stands for every row of the task."""

    task: str
    row: str
    measure: str
    kind: Literal["at least", "at most"]
    value: float

    def missed_by(self, value: float) -> float:
        """How far a value is on the wrong side; 0 where the goal is met."""
        return max(0.0, self.value - value if self.kind == "at least" else value - self.value)


GOALS = (
    Goal(SEEN, "faces", "balanced_accuracy", "at least", 0.96),
    Goal(SEEN, "art", "balanced_accuracy", "at least", 0.93),
    Goal(SEEN, "objects", "balanced_accuracy", "at least", 0.97),
    Goal(SEEN, "cifake", "balanced_accuracy", "at least", 0.95),
    Goal(GENERATOR, MEAN, "auc", "at least", 0.92),
    Goal(GENERATOR, LOWEST, "auc", "at least", 0.85),
    Goal(SET, MEAN, "auc", "at least", 0.92),
    Goal(SET, LOWEST, "auc", "at least", 0.85),
    Goal(TRAVELLED, "", "auc_fall", "at most", 0.05),
    Goal(CALIBRATION, "seen generators", "ece", "at most", 0.05),
    Goal(CALIBRATION, "seen generators", "false_alarms", "at most", 0.05),
    Goal(CALIBRATION, "generators left out", "right_of_decided", "at least", 0.93),
    Goal(CALIBRATION, "generators left out", "inconclusive", "at most", 0.35),
    Goal(CALIBRATION, "sets left out", "right_of_decided", "at least", 0.93),
    Goal(CALIBRATION, "sets left out", "inconclusive", "at most", 0.35),
    Goal(CALIBRATION, "sets left out", "false_alarms", "at most", 0.05),
)


def goal_of(task: str, row: str, measure: str) -> Goal | None:
    """The goal of a number, if it has one."""
    return next((goal for goal in GOALS if (goal.task, goal.measure) == (task, measure) and goal.row in ("", row)), None)
