"""Plot: a small figure as values in the units of its axes; templates/plot.html turns it into SVG. Knows no metric."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import ceil, floor, log10

WIDTH, HEIGHT = 420, 300
LEFT, RIGHT, TOP, BOTTOM = 60, 20, 12, 44  # margins, in the same units

Point = tuple[float, float]


@dataclass(frozen=True)
class Axis:
    """A title, its two ends, and ticks as (value, text)."""

    title: str
    low: float
    high: float
    ticks: tuple[tuple[float, str], ...]


@dataclass(frozen=True)
class Line:
    """Points joined in order; `style` is a class of the style sheet, `name` what the legend calls it ("" leaves it out)."""

    points: tuple[Point, ...]
    style: str
    name: str = ""


@dataclass(frozen=True)
class Dot:
    """A point with a bar from `low` to `high` where they are given."""

    x: float
    y: float
    style: str
    low: float | None = None
    high: float | None = None
    name: str = ""


@dataclass(frozen=True)
class Bar:
    """A bar from the lower end of the y axis up to `y`."""

    left: float
    right: float
    y: float
    style: str


@dataclass(frozen=True)
class Plot:
    """A figure: the question it answers, what it shows in words, two axes and what is drawn. Places are SVG units."""

    title: str
    words: str
    x: Axis
    y: Axis
    lines: tuple[Line, ...] = ()
    dots: tuple[Dot, ...] = ()
    bars: tuple[Bar, ...] = ()
    legend: tuple[tuple[str, str], ...] = field(default=())  # (style, name) of what has no name of its own

    def left(self, value: float) -> float:
        """Where a value lies on the x axis."""
        return round(LEFT + (WIDTH - LEFT - RIGHT) * _share(self.x, value), 1)

    def top(self, value: float) -> float:
        """Where a value lies on the y axis, from the top."""
        return round(HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * _share(self.y, value), 1)

    def path(self, line: Line) -> str:
        """The line's points for SVG."""
        return " ".join(f"{self.left(x):g},{self.top(y):g}" for x, y in line.points)

    def names(self) -> list[tuple[str, str, str]]:
        """The legend: whether a line, dot or bar is meant, its style and its name."""
        lines = [("line", each.style, each.name) for each in self.lines if each.name]
        dots = [("dot", each.style, each.name) for each in self.dots if each.name]
        return [*(("bar" if self.bars else "dot", style, name) for style, name in self.legend), *lines, *dots]


def shares(title: str) -> Axis:
    """An axis from 0 to 100 %."""
    return Axis(title, 0.0, 1.0, tuple((value / 4, f"{value * 25}%") for value in range(5)))


def scores(title: str) -> Axis:
    """An axis of scores from 0 to 1."""
    return Axis(title, 0.0, 1.0, tuple((value / 4, f"{value / 4:g}") for value in range(5)))


def fitting(title: str, values: Sequence[float], whole: bool = False) -> Axis:
    """An axis from 0 to just beyond the largest of these values, with a few round ticks; `whole` for counts."""
    most = max(values, default=0.0) or 1.0
    rough = most / 4
    power = 10.0 ** floor(log10(rough))
    step = next(power * factor for factor in (1, 2, 2.5, 5, 10) if power * factor >= rough * (1 - 1e-9))
    if whole:
        step = float(max(1, ceil(step)))
    count = ceil(most / step * (1 - 1e-9))
    return Axis(title, 0.0, step * count, tuple((step * i, f"{step * i:,.10g}") for i in range(count + 1)))


def epochs(values: Sequence[float]) -> Axis:
    """An axis of epochs with at most seven ticks."""
    first, last = min(values), max(values)
    step = max(1, ceil((last - first) / 6))
    ticks = tuple((float(value), str(value)) for value in range(int(first), int(last) + 1, step))
    return Axis("Epoch", float(first), float(max(last, first + 1)), ticks)


def _share(axis: Axis, value: float) -> float:
    return min(max((value - axis.low) / (axis.high - axis.low), 0.0), 1.0)
