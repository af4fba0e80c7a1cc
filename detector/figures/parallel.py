"""Parallel coordinates: one line a run through its settings to its result, to see which settings go with good results.

Drawn with plain lines: plotly's own parallel coordinates need WebGL, which not every browser has, and then show nothing.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go
from plotly.colors import sample_colorscale

from detector.figures.style import INCONCLUSIVE_COLOUR, figure, with_note

MOST_FIELDS = 8
"""Axes beside that of the result; more are no longer read."""

_SCALE = [[0, "#3b528b"], [0.5, "#21918c"], [1, "#8fc93a"]]  # dark to bright: a better result; each stands out on both themes
_LONGEST = 18
_TICKS = 12


@dataclass(frozen=True)
class Axis:
    """One vertical axis: the height of each run on it, 0 … 1, and its tick marks as height and text."""

    label: str
    heights: tuple[float, ...]
    ticks: tuple[tuple[float, str], ...]


def parallel_figure(
    names: Sequence[str], settings: Sequence[Mapping[str, Any]], results: Sequence[float], title: str, percent: bool
) -> go.Figure:
    """One line a run: `settings` hold the same fields each, `results` the number that the last axis and the colour show."""
    chart = figure("", "", height=400, margin={"l": 30, "r": 70, "t": 20, "b": 10}, showlegend=False, hovermode="closest")
    if len(settings) < 2:
        return with_note(chart, "It takes two runs with a result")
    axes = [axis_of(name, [each[name] for each in settings]) for name in list(settings[0])[:MOST_FIELDS]]
    axes.append(_result_axis(title, results, percent))
    for place, axis in enumerate(axes):
        chart.add_shape(type="line", x0=place, x1=place, y0=0, y1=1, line={"color": INCONCLUSIVE_COLOUR, "width": 1})
        for height, text in axis.ticks:
            chart.add_annotation(x=place, y=height, text=text, showarrow=False, xanchor="left", xshift=4, font_size=12)
    for index, (name, result) in enumerate(zip(names, results, strict=True)):
        chart.add_scatter(
            x=list(range(len(axes))),
            y=[axis.heights[index] for axis in axes],
            mode="lines+markers",
            name=_short(name),
            line={"color": sample_colorscale(_SCALE, axes[-1].heights[index])[0], "width": 2},
            marker={"size": 5},
            opacity=0.8,
            hovertext=_hover(name, settings[index], title, f"{result:.1%}" if percent else f"{result:.3f}"),
            hoverinfo="text",
        )
    chart.update_xaxes(
        tickvals=list(range(len(axes))), ticktext=[axis.label for axis in axes], side="top", showgrid=False, zeroline=False
    )
    return chart.update_yaxes(visible=False, range=[-0.06, 1.06])


def axis_of(name: str, values: Sequence[Any]) -> Axis:
    """The axis of a setting: numbers by size, evenly in decades where they span several, anything else by name."""
    label = _short(name.replace("_", " "))
    if not all(isinstance(value, int | float) and not isinstance(value, bool) for value in values):
        words = sorted({_text(value) for value in values})
        place = {word: index / max(1, len(words) - 1) for index, word in enumerate(words)}
        return Axis(label, tuple(place[_text(value)] for value in values), tuple((place[w], _short(w)) for w in _thin(words)))
    distinct = sorted(set(values))
    spread = distinct[0] > 0 and distinct[-1] / distinct[0] > 20
    scaled = {value: math.log10(value) if spread else float(value) for value in distinct}
    place = _between(scaled, scaled[distinct[0]], scaled[distinct[-1]])
    return Axis(label, tuple(place[value] for value in values), tuple((place[tick], f"{tick:g}") for tick in _thin(distinct)))


def _result_axis(title: str, results: Sequence[float], percent: bool) -> Axis:
    low, high = min(results), max(results)
    place = _between({value: value for value in results}, low, high)
    ends = [low, high] if high > low else [low]
    return Axis(
        title, tuple(place[value] for value in results), tuple((place[e], f"{e:.1%}" if percent else f"{e:.3f}") for e in ends)
    )


def _between(scaled: Mapping[Any, float], low: float, high: float) -> dict[Any, float]:
    """Each value's height; in the middle where all are one."""
    return {value: (number - low) / (high - low) if high > low else 0.5 for value, number in scaled.items()}


def _thin(values: Sequence[Any]) -> Sequence[Any]:
    """At most a dozen of them, evenly."""
    return values[:: math.ceil(len(values) / _TICKS)]


def _hover(name: str, settings: Mapping[str, Any], title: str, result: str) -> str:
    lines = [f"{key.replace('_', ' ')}: {_escaped(_text(value))}" for key, value in settings.items()]
    return "<br>".join([f"<b>{_escaped(name)}</b>", *lines, f"{title}: {result}"])


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")


def _text(value: Any) -> str:
    return ("yes" if value else "no") if isinstance(value, bool) else str(value)


def _short(text: str) -> str:
    text = _escaped(text.rsplit("/", 1)[-1])
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
