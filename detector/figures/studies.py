"""Figures of a study: reported numbers beside those measured here, and the ROC curves of its experiments."""

from collections.abc import Mapping, Sequence

import plotly.graph_objects as go

from detector.figures.style import DASHES, INCONCLUSIVE_COLOUR, LINES, figure, with_note
from detector.studies.result import Beside, Scored

_ROW = 46  # pixels a line of the figure takes
_HEAD = 110
_LEGEND = 20  # a line of the legend, which on a phone has a line a curve


def beside_figure(rows: Sequence[tuple[str, Beside]]) -> go.Figure:
    """Rates with their names, top down: a dot with its 95 % interval for here, an open diamond for the report.

    The line at one half is chance for an accuracy; losses and other numbers that are no rates have no place here.
    """
    chart = figure("", "", height=_HEAD + _ROW * max(len(rows), 1), showlegend=True)
    chart.update_xaxes(range=[0, 1.02], tickformat=".0%")
    if not rows:
        return with_note(chart, "The report gives no rate that was measured here")
    names = [name for name, _ in rows]
    numbers = [row for _, row in rows]
    chart.add_scatter(
        x=[row.here for row in numbers],
        y=names,
        name="here, with its 95 % interval",
        mode="markers",
        marker={"size": 10, "color": LINES[0]},
        error_x={
            "type": "data",
            "symmetric": False,
            "array": [(row.high if row.high is not None else row.here) - row.here for row in numbers],
            "arrayminus": [row.here - (row.low if row.low is not None else row.here) for row in numbers],
            "color": LINES[0],
        },
        customdata=[row.n for row in numbers],
        hovertemplate="%{y}<br>here %{x:.1%}, n = %{customdata:,}<extra></extra>",
    )
    chart.add_scatter(
        x=[row.reported for row in numbers],
        y=names,
        name="reported",
        mode="markers",
        marker={"size": 12, "symbol": "diamond-open", "color": LINES[4], "line": {"width": 2}},
        hovertemplate="%{y}<br>reported %{x:.1%}<extra></extra>",
    )
    chart.add_vline(x=0.5, line={"dash": "dot", "width": 1, "color": INCONCLUSIVE_COLOUR}, annotation_text="chance",
                    annotation_position="bottom right")  # fmt: skip
    return chart.update_yaxes(autorange="reversed", ticks="", automargin=True)


def study_roc(curves: Mapping[str, Scored]) -> go.Figure:
    """The ROC curves of several detectors, each with its area and its own n."""
    chart = figure(
        "Real images called AI-generated", "AI-generated images found", height=400 + _LEGEND * len(curves), showlegend=True
    )
    chart.update_xaxes(range=[-0.01, 1.01], tickformat=".0%")
    chart.update_yaxes(range=[-0.01, 1.01], tickformat=".0%")
    for index, (name, scored) in enumerate(curves.items()):
        chart.add_scatter(
            x=[false for false, _ in scored.roc],
            y=[true for _, true in scored.roc],
            mode="lines",
            name=f"{name}: AUC {scored.values['auc']:.3f} (n = {scored.n:,})",
            line={"dash": DASHES[index % len(DASHES)]},
            hovertemplate="false alarms %{x:.1%}<br>found %{y:.1%}<extra></extra>",
        )
    line = {"dash": "dot", "width": 1, "color": INCONCLUSIVE_COLOUR}
    return chart.add_scatter(x=[0, 1], y=[0, 1], mode="lines", name="chance", line=line, hoverinfo="skip")
