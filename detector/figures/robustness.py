"""Figures of robustness: recall and AUC as pictures are changed more and more, and one picture's score."""

from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go

from detector.evaluation.perturbations import KINDS
from detector.evaluation.robustness import MEASURES, Robustness
from detector.figures.style import AI_COLOUR, INCONCLUSIVE_COLOUR, LINES, REAL_COLOUR, SYMBOLS, figure

_LOOKS = {"recall_real": (REAL_COLOUR, "dash"), "recall_ai": (AI_COLOUR, "solid"), "auc": (LINES[0], "dot")}
_BAND = 0.16  # opacity; three bands may lie over each other


def robustness_figure(found: Robustness, kind: str, legend: bool = True) -> go.Figure:
    """Every measure at a kind's strengths, from the untouched pictures on, each with its 95 % band and the line of chance."""
    perturbation, points = KINDS[kind], found.of(kind)
    chart = figure(f"{perturbation.title}: {perturbation.unit}", "", height=300 if legend else 270, showlegend=legend)
    at = list(range(len(points)))
    for number, (name, title) in enumerate(MEASURES.items()):
        numbers = [point.numbers[name] for point in points if name in point.numbers]
        if len(numbers) < len(points):
            continue
        colour, dash = _LOOKS[name]
        band = [each.high for each in numbers] + [each.low for each in reversed(numbers)]
        chart.add_scatter(
            x=at + at[::-1], y=band, fill="toself", fillcolor=_clear(colour), line={"width": 0}, mode="lines",
            hoverinfo="skip", showlegend=False,
        )  # fmt: skip
        n = {"recall_real": found.n_real, "recall_ai": found.n_ai}.get(name, found.n_real + found.n_ai)
        chart.add_scatter(
            x=at,
            y=[each.value for each in numbers],
            mode="lines+markers",
            name=f"{title} (n = {n:,})",
            line={"color": colour, "dash": dash, "width": 2},
            marker={"symbol": SYMBOLS[number], "size": 7, "color": colour},
            customdata=[(each.low, each.high, each.change, each.change_low, each.change_high) for each in numbers],
            hovertemplate=(
                f"{title} %{{y:.3f}} (95 %: %{{customdata[0]:.3f}} to %{{customdata[1]:.3f}})<br>from untouched "
                "%{customdata[2]:+.3f} (%{customdata[3]:+.3f} to %{customdata[4]:+.3f})<extra></extra>"
            ),
        )
    _axis(chart, ["none", *(perturbation.shown(point.strength) for point in points[1:])])
    return _with_line(chart, 0.5)


def score_figure(kind: str, score: float, scores: Sequence[float], threshold: float) -> go.Figure:
    """One picture's score untouched and at a kind's strengths, with the detector's line."""
    perturbation = KINDS[kind]
    chart = figure("", "", height=150, showlegend=False)
    chart.update_layout(margin={"l": 10, "r": 10, "t": 10, "b": 10})
    values = [score, *scores]
    chart.add_scatter(
        x=list(range(len(values))),
        y=values,
        mode="lines+markers",
        line={"color": LINES[0], "width": 2},
        marker={
            "size": 9,
            "color": [AI_COLOUR if value >= threshold else REAL_COLOUR for value in values],
            "symbol": ["square" if value >= threshold else "circle" for value in values],
        },
        hovertemplate="score %{y:.2f}<extra></extra>",
    )
    _axis(chart, ["none", *map(perturbation.shown, perturbation.strengths)])
    return _with_line(chart, threshold)


def _axis(chart: go.Figure, names: Sequence[str]) -> None:
    plain: dict[str, Any] = {"fixedrange": True, "zeroline": False}
    chart.update_xaxes(
        tickvals=list(range(len(names))), ticktext=list(names), range=[-0.3, len(names) - 0.7], showgrid=False, **plain
    )
    chart.update_yaxes(range=[-0.03, 1.03], tickvals=[0, 0.5, 1], **plain)


def _with_line(chart: go.Figure, y: float) -> go.Figure:
    """A thin line right across: chance, or where the detector draws its own; so small a figure has no room to name it."""
    return chart.add_hline(y=y, line={"dash": "dot", "width": 1, "color": INCONCLUSIVE_COLOUR})


def _clear(colour: str) -> str:
    red, green, blue = bytes.fromhex(colour[1:])
    return f"rgba({red}, {green}, {blue}, {_BAND})"
