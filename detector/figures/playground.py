"""Figures of the playground: a picture's score, or two detectors' log-odds, against the strength of a change."""

from collections.abc import Sequence

import plotly.graph_objects as go

from detector.figures.style import AI_COLOUR, DASHES, INCONCLUSIVE_COLOUR, LINES, REAL_COLOUR, figure

HEIGHT = 230


def strength_curve(title: str, names: Sequence[str], scores: Sequence[float], threshold: float, here: int) -> go.Figure:
    """The score at each notch of a slider, the detector's line, and a ring round the notch `here`."""
    chart = figure(title, "Score", height=HEIGHT, showlegend=False, margin={"l": 10, "r": 10, "t": 10, "b": 10})
    places = list(range(len(scores)))
    beyond = [score >= threshold for score in scores]
    chart.add_scatter(
        x=places, y=list(scores), mode="lines+markers", name="score", line={"color": LINES[0], "width": 2},
        marker={"size": 9, "color": [AI_COLOUR if each else REAL_COLOUR for each in beyond],
                "symbol": ["square" if each else "circle" for each in beyond]},
        customdata=list(names), hovertemplate="%{customdata}: score %{y:.3f}<extra></extra>",
    )  # fmt: skip
    _ring(chart, here, scores[here])
    _line(chart, threshold, f"line {threshold:.2f}")
    chart.update_yaxes(range=[-0.14, 1.14], tickvals=[0, 0.5, 1], fixedrange=True, zeroline=False)
    return _named(chart, names)


def mixed_curve(
    title: str, names: Sequence[str], beyond: dict[str, Sequence[float]], here: int
) -> go.Figure:  # as many lines as there are names in `beyond`
    """Log-odds beyond each one's own line at each notch, so that 0 is the line of all of them."""
    chart = figure(title, "Log-odds beyond the line", height=HEIGHT + 60)
    for number, (name, values) in enumerate(beyond.items()):
        chart.add_scatter(
            x=list(range(len(values))), y=list(values), mode="lines+markers", name=name,
            line={"color": LINES[number], "dash": DASHES[number], "width": 3 if number == len(beyond) - 1 else 2},
            customdata=list(names), hovertemplate="%{customdata}: %{y:+.2f}<extra>%{fullData.name}</extra>",
        )  # fmt: skip
    last = list(beyond.values())[-1]
    _ring(chart, here, last[here])
    _line(chart, 0.0, "the line")
    chart.update_yaxes(fixedrange=True, zeroline=False)
    return _named(chart, names)


def _named(chart: go.Figure, names: Sequence[str]) -> go.Figure:
    return chart.update_xaxes(
        tickvals=list(range(len(names))), ticktext=list(names), range=[-0.4, len(names) - 0.6], showgrid=False, fixedrange=True,
        zeroline=False,
    )  # fmt: skip


def _ring(chart: go.Figure, x: int, y: float) -> None:
    chart.add_scatter(
        x=[x], y=[y], mode="markers", showlegend=False, hoverinfo="skip",
        marker={"size": 19, "symbol": "circle-open", "color": INCONCLUSIVE_COLOUR, "line": {"width": 2.5}},
    )  # fmt: skip


def _line(chart: go.Figure, y: float, words: str) -> None:
    chart.add_hline(
        y=y, line={"dash": "dot", "width": 1, "color": INCONCLUSIVE_COLOUR}, annotation_text=words,
        annotation_position="bottom right",
    )  # fmt: skip
