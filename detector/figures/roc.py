"""ROC curve: what share of AI-generated images is found at the price of which false alarms."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import plotly.graph_objects as go

from detector.evaluation.metrics import Values
from detector.figures.style import AI_COLOUR, DASHES, INCONCLUSIVE_COLOUR, figure, mark_threshold

_HOVER = "false alarms %{x:.1%}<br>found %{y:.1%}<extra></extra>"


def roc_figure(fpr: Values, tpr: Values, auc: float, n: int, point: tuple[float, float, float] | None = None) -> go.Figure:
    """The curve of `metrics.roc`, its area, and the point (fpr, tpr, threshold) at which the detector works."""
    chart = _empty()
    _add_curve(chart, fpr, tpr, f"AUC {auc:.3f} (n = {n:,})", line={"color": AI_COLOUR, "width": 3})
    if point is not None:
        mark_threshold(chart, *point, _HOVER)
    return _with_chance(chart)


def compare_roc(curves: Mapping[str, tuple[Values, Values, float]], n: int) -> go.Figure:
    """The curves (fpr, tpr, area) of several detectors tested on the same n images."""
    chart = _empty()
    for index, (name, (fpr, tpr, auc)) in enumerate(curves.items()):
        _add_curve(chart, fpr, tpr, f"{name}: AUC {auc:.3f} (n = {n:,})", line={"dash": DASHES[index % len(DASHES)]})
    return _with_chance(chart)


def _empty() -> go.Figure:
    chart = figure("Real images called AI-generated", "AI-generated images found", height=400, showlegend=True)
    chart.update_xaxes(range=[-0.01, 1.01], tickformat=".0%")
    return chart.update_yaxes(range=[-0.01, 1.01], tickformat=".0%")


def _with_chance(chart: go.Figure) -> go.Figure:
    line = {"dash": "dot", "width": 1, "color": INCONCLUSIVE_COLOUR}
    return chart.add_scatter(x=[0, 1], y=[0, 1], mode="lines", name="chance", line=line, hoverinfo="skip")


def _add_curve(chart: go.Figure, fpr: Values, tpr: Values, name: str, line: dict[str, Any]) -> None:
    x, y = np.asarray(fpr, float).tolist(), np.asarray(tpr, float).tolist()
    chart.add_scatter(x=x, y=y, mode="lines", name=name, line=line, hovertemplate=_HOVER)
