"""Precision–recall curve: how often an alarm is right, as more and more of the AI-generated images are found."""

import numpy as np
import plotly.graph_objects as go

from detector.evaluation.metrics import Values
from detector.figures.style import AI_COLOUR, INCONCLUSIVE_COLOUR, figure, mark_threshold

_HOVER = "found %{x:.1%}<br>alarms that are right %{y:.1%}<extra></extra>"


def precision_figure(
    recall: Values, precision: Values, area: float, share_ai: float, n: int, point: tuple[float, float, float] | None = None
) -> go.Figure:
    """The curve of `curves.precision_recall`, its average precision, and the point (recall, precision, threshold) it works at."""
    chart = figure("AI-generated images found", "Alarms that are right", height=400, showlegend=True)
    chart.add_scatter(
        x=np.asarray(recall, float).tolist(),
        y=np.asarray(precision, float).tolist(),
        mode="lines",
        line={"color": AI_COLOUR, "width": 3, "shape": "hv"},
        name=f"average precision {area:.3f} (n = {n:,})",
        hovertemplate=_HOVER,
    )
    if point is not None:
        mark_threshold(chart, *point, _HOVER)
    line = {"dash": "dot", "width": 1, "color": INCONCLUSIVE_COLOUR}
    chart.add_scatter(
        x=[0, 1], y=[share_ai] * 2, mode="lines", name=f"chance ({share_ai:.0%} are AI)", line=line, hoverinfo="skip"
    )
    chart.update_xaxes(range=[-0.01, 1.01], tickformat=".0%")
    return chart.update_yaxes(range=[-0.01, 1.02], tickformat=".0%")
