"""Worth of an answer by prevalence: how often an alarm, or the all-clear, is right as AI-generated images grow more common."""

from collections.abc import Sequence

import plotly.graph_objects as go

from detector.evaluation.prevalence import Worth
from detector.figures.style import AI_COLOUR, INCONCLUSIVE_COLOUR, REAL_COLOUR, figure


def prevalence_figure(curve: Sequence[Worth], chosen: Worth, n: int) -> go.Figure:
    """Both shares with their 95 % bands over the prevalence, and the chosen prevalence marked."""
    chart = figure("Share that is AI-generated", "Answers that are right", height=400, showlegend=True)
    x = [each.prevalence for each in curve]
    for name, colour, dash, value, interval in (
        ("“AI-generated” is right", AI_COLOUR, "solid", "ppv", "ppv_interval"),
        ("“real” is right", REAL_COLOUR, "dash", "npv", "npv_interval"),
    ):
        if getattr(chosen, value) is None:
            continue
        lows, highs = ([getattr(each, interval)[end] for each in curve] for end in (0, 1))
        band = {"mode": "lines", "line": {"width": 0, "color": colour}, "showlegend": False, "hoverinfo": "skip"}
        chart.add_scatter(x=x, y=highs, **band)
        tint = "rgba({}, {}, {}, 0.18)".format(*bytes.fromhex(colour[1:]))
        chart.add_scatter(x=x, y=lows, fill="tonexty", fillcolor=tint, **band)
        chart.add_scatter(
            x=x,
            y=[getattr(each, value) for each in curve],
            mode="lines",
            name=f"{name} (n = {n:,})",
            line={"color": colour, "dash": dash, "width": 3},
            hovertemplate=f"at %{{x:.1%}} AI-generated: {name} %{{y:.1%}}<extra></extra>",
        )
        chart.add_scatter(
            x=[chosen.prevalence],
            y=[getattr(chosen, value)],
            mode="markers",
            marker={"color": colour, "size": 11, "symbol": "diamond"},
            showlegend=False,
            hovertemplate="%{y:.1%}<extra></extra>",
        )
    grey = {"dash": "dot", "width": 1, "color": INCONCLUSIVE_COLOUR}
    chart.add_scatter(x=[0, 1], y=[0, 1], mode="lines", name="chance, for an alarm", line=grey, hoverinfo="skip")
    chart.update_layout(legend_traceorder="normal")  # bands would turn it round
    chart.update_xaxes(range=[-0.01, 1.01], tickformat=".0%")
    return chart.update_yaxes(range=[-0.01, 1.02], tickformat=".0%")
