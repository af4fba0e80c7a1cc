"""The result of a sweep: which run is best on validation, and a table of it over two fields. It never chooses by test images."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import mean
from typing import Any

from detector.training.summary import Summary
from detector.training.sweep_plan import SweepPlan

MEASURES = {"accuracy": "Accuracy", "balanced_accuracy": "Balanced accuracy", "auc": "AUC", "loss": "Loss"}
"""What runs can be compared by, on validation images."""

LOWER_IS_BETTER = ("loss",)
WAITING = "waiting"


@dataclass(frozen=True)
class Outcome:
    """One point of a sweep: its settings, and its run once it has been started."""

    point: int
    settings: Mapping[str, Any]
    run: Summary | None = None

    @property
    def state(self) -> str:
        """The run's state, or "waiting"."""
        return self.run.state if self.run else WAITING

    def valid(self, measure: str) -> float | None:
        """The measure on validation images, or None before there is one."""
        value = self.run.valid.get(measure) if self.run else None
        return None if value is None else float(value)

    def interval(self, measure: str) -> tuple[float, float] | None:
        """The 95 % interval of `valid`, where it is known."""
        bounds = self.run.valid.get("intervals", {}).get(measure) if self.run else None
        return None if bounds is None else (float(bounds[0]), float(bounds[1]))

    @property
    def n(self) -> int:
        """Validation images."""
        return int(self.run.valid.get("n", 0)) if self.run else 0


@dataclass(frozen=True)
class Cell:
    """The outcomes that share a value of each of two fields; `value` is their mean, None without a result."""

    x: Any
    y: Any
    outcomes: tuple[Outcome, ...]
    value: float | None
    best: bool


def outcomes(plan: SweepPlan, sweep: str, runs: Sequence[Summary]) -> list[Outcome]:
    """Every point of the sweep with its run among `runs`, the newest first; a point without one waits."""
    by_point = {run.point: run for run in reversed(runs) if run.sweep == sweep}
    varied = plan.varied or {name: [] for name in plan.points[0]}
    return [
        Outcome(number, {name: point.get(name, getattr(plan.base, name)) for name in varied}, by_point.get(number))
        for number, point in enumerate(plan.points)
    ]


def ranked(found: Sequence[Outcome], measure: str) -> list[Outcome]:
    """Those with a result, the best on validation first; of equally good ones that of the lower loss, then the earlier."""
    sign = 1 if measure in LOWER_IS_BETTER else -1
    scored = [(value, outcome) for outcome in found if (value := outcome.valid(measure)) is not None]
    return [outcome for value, outcome in sorted(scored, key=lambda pair: (sign * pair[0], _loss(pair[1]), pair[1].point))]


def rivals(order: Sequence[Outcome], measure: str) -> list[Outcome]:
    """The runs after the best whose interval holds the best one's value: too near to be called worse."""
    top = order[0].valid(measure) if order else None
    near = []
    for outcome in order[1:]:
        bounds = outcome.interval(measure)
        if top is not None and bounds is not None and bounds[0] <= top <= bounds[1]:
            near.append(outcome)
    return near


def cells(found: Sequence[Outcome], x: str, y: str | None, measure: str, fixed: Mapping[str, Any] | None = None) -> list[Cell]:
    """The outcomes whose settings have the values of `fixed`, gathered by the values of two fields, or of one."""
    best = next(iter(ranked(found, measure)), None)
    groups: dict[tuple[Any, Any], list[Outcome]] = {}
    for outcome in found:
        if all(outcome.settings[name] == value for name, value in (fixed or {}).items()):
            groups.setdefault((outcome.settings[x], outcome.settings[y] if y else ""), []).append(outcome)
    made = []
    for (x_value, y_value), members in groups.items():
        values = [value for each in members if (value := each.valid(measure)) is not None]
        made.append(Cell(x_value, y_value, tuple(members), mean(values) if values else None, best in members))
    return made


def _loss(outcome: Outcome) -> float:
    value = outcome.valid("loss")
    return float("inf") if value is None else value
