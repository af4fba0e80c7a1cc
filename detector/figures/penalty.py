"""Penalty: validation loss over the values of C that a logistic regression was fitted with."""

from collections.abc import Mapping, Sequence

import plotly.graph_objects as go

from detector.figures.style import figure, with_note


def penalty_figure(rows: Sequence[Mapping[str, float]]) -> go.Figure:
    """Validation loss over C, from rows of c, valid_loss and valid_accuracy; a star marks the value that was kept."""
    chart = figure("C (smaller: simpler rule)", "Validation loss", height=300)
    if not rows:
        return with_note(chart, "No value has been tried yet")
    ordered = sorted(rows, key=lambda row: row["c"])
    best = min(ordered, key=lambda row: row["valid_loss"])
    chart.add_scatter(
        x=[row["c"] for row in ordered],
        y=[row["valid_loss"] for row in ordered],
        mode="lines+markers",
        marker={
            "size": [14 if row is best else 8 for row in ordered],
            "symbol": ["star" if row is best else "circle" for row in ordered],
        },
        customdata=[row["valid_accuracy"] for row in ordered],
        hovertemplate="C %{x:g}<br>loss %{y:.3f}<br>balanced accuracy %{customdata:.1%}<extra></extra>",
        showlegend=False,
    )
    chart.update_yaxes(rangemode="tozero")
    return chart.update_xaxes(type="log")
