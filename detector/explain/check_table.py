"""The check table: how the maps of many pictures fare, method by method. Reads results; asks no network."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from statistics import median
from typing import Any

from detector.evaluation.metrics import wilson
from detector.explain.map_check import BETTER, NO_BETTER, UNCLEAR, MapCheck
from detector.explain.methods import METHODS


@dataclass(frozen=True)
class CheckRow:
    """The check of one picture's map by one method, for the label that the detector gave the picture."""

    path: str
    label: str
    method: str
    check: MapCheck

    @property
    def title(self) -> str:
        """The method's name for people."""
        return METHODS[self.method].title

    def to_dict(self) -> dict[str, Any]:
        """Plain values, without the curves."""
        check = self.check
        return {
            "path": self.path,
            "label": self.label,
            "method": self.method,
            "badge": check.badge,
            "p_deletion": check.p_deletion,
            "p_insertion": check.p_insertion,
            "advantage": check.advantage,
            "edges_as_good": check.edges_as_good,
            "randomised": check.randomised[-1][1] if check.randomised else None,
            "flip": check.flip,
            "jpeg": check.jpeg,
            "road": check.road,
        }


@dataclass(frozen=True)
class MethodChecks:
    """One method's maps of n pictures: badges counted, and medians of the rest; None where nothing was drawn again.

    `low` and `high` are the 95 % Wilson interval of the share of maps that are better than random; about 5 % are so by chance.
    """

    method: str
    n: int
    better: int
    unclear: int
    no_better: int
    low: float
    high: float
    advantage: float
    edges_as_good: int
    randomised: float | None
    flip: float | None
    jpeg: float | None
    road: float | None

    def to_dict(self) -> dict[str, Any]:
        """Plain values."""
        return asdict(self)


def check_table(rows: Sequence[CheckRow]) -> list[MethodChecks]:
    """One line a method, in the order in which they first come."""
    return [_summary(method, [row for row in rows if row.method == method]) for method in dict.fromkeys(r.method for r in rows)]


def shown_table(table: Sequence[MethodChecks]) -> str:
    """The table as text."""
    head = ("method", "n", "better", "95 %", "unclear", "no better", "edges as good", "ahead", "random weights", "flip", "jpeg")
    lines: list[tuple[str, ...]] = [(*head, "ROAD")]
    for one in table:
        numbers = (_shown(value) for value in (one.advantage, one.randomised, one.flip, one.jpeg, one.road))
        counts = (one.unclear, one.no_better, one.edges_as_good)
        between = f"{100 * one.low:.0f}–{100 * one.high:.0f}"
        lines.append((METHODS[one.method].title, str(one.n), str(one.better), between, *map(str, counts), *numbers))
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines)


def _summary(method: str, rows: Sequence[CheckRow]) -> MethodChecks:
    checks = [row.check for row in rows]
    better, unclear, no_better = (sum(check.badge == badge for check in checks) for badge in (BETTER, UNCLEAR, NO_BETTER))
    low, high = wilson(better, len(checks))
    return MethodChecks(
        method=method,
        n=len(checks),
        better=better,
        unclear=unclear,
        no_better=no_better,
        low=low,
        high=high,
        advantage=median(check.advantage for check in checks),
        edges_as_good=sum(check.edges_as_good for check in checks),
        randomised=_median(check.randomised[-1][1] for check in checks if check.randomised),
        flip=_median(check.flip for check in checks),
        jpeg=_median(check.jpeg for check in checks),
        road=_median(check.road for check in checks),
    )


def _median(values: Iterable[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return median(known) if known else None


def _shown(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"
