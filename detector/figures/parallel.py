"""Parallel coordinates: one line a run through its settings to its result, to see which settings go with good results."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import plotly.graph_objects as go

from detector.figures.style import figure, with_note

MOST_FIELDS = 8
"""Axes beside that of the result; more are no longer read."""

_SCALE = [[0, "#21918c"], [0.5, "#5ec962"], [1, "#fde725"]]
_LONGEST = 18
_TICKS = 12


def parallel_figure(settings: Sequence[Mapping[str, Any]], results: Sequence[float], title: str, percent: bool) -> go.Figure:
    """One line a run: `settings` hold the same fields each, `results` the number that the last axis and the colour show."""
    chart = figure("", "", height=400, margin={"l": 60, "r": 60, "t": 60, "b": 20})
    if len(settings) < 2:
        return with_note(chart, "It takes two runs with a result")
    axes = [_axis(name, [each[name] for each in settings]) for name in list(settings[0])[:MOST_FIELDS]]
    axes.append({"label": title, "values": list(results), "tickformat": ".1%" if percent else ".3f"})
    chart.add_parcoords(
        dimensions=axes,
        line={"color": list(results), "colorscale": _SCALE, "showscale": False},
        labelside="top",
        tickfont={"size": 12},
        labelfont={"size": 13},
    )
    return chart


def _axis(name: str, values: list[Any]) -> dict[str, Any]:
    label = _short(name.replace("_", " "))
    if not all(isinstance(value, int | float) and not isinstance(value, bool) for value in values):
        words = sorted({_text(value) for value in values})
        places = [words.index(_text(value)) for value in values]
        return {"label": label, "values": places, "tickvals": list(range(len(words))), "ticktext": [_short(w) for w in words]}
    ticks = sorted(set(values))
    # what spans decades, such as learning rates, is spread evenly
    spread = min(ticks) > 0 and max(ticks) / min(ticks) > 20
    scaled = {tick: math.log10(tick) if spread else float(tick) for tick in ticks}
    axis: dict[str, Any] = {"label": label, "values": [scaled[value] for value in values]}
    if len(ticks) <= _TICKS or spread:
        shown = ticks if len(ticks) <= _TICKS else ticks[:: math.ceil(len(ticks) / _TICKS)]
        axis |= {"tickvals": [scaled[tick] for tick in shown], "ticktext": [f"{tick:g}" for tick in shown]}
    return axis


def _text(value: Any) -> str:
    return ("yes" if value else "no") if isinstance(value, bool) else str(value)


def _short(text: str) -> str:
    text = text.rsplit("/", 1)[-1]
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
