"""Reliability diagram: of the images that scored alike, how many are AI-generated."""

from collections.abc import Sequence

import plotly.graph_objects as go

from detector.evaluation.scores import ReliabilityBin
from detector.figures.style import AI_COLOUR, INCONCLUSIVE_COLOUR, LINES, figure


def reliability_figure(bins: Sequence[ReliabilityBin], share_ai: float, n: int) -> go.Figure:
    """A dot a bin with its 95 % interval and n, beside the diagonal of scores that mean what they say and the line of chance."""
    chart = figure("Score", "Share that is AI-generated", height=400, showlegend=True)
    grey = {"width": 1, "color": INCONCLUSIVE_COLOUR}
    chart.add_scatter(x=[0, 1], y=[0, 1], mode="lines", name="score = share", line={**grey, "dash": "dash"}, hoverinfo="skip")
    chart.add_scatter(
        x=[0, 1],
        y=[share_ai] * 2,
        mode="lines",
        name=f"chance ({share_ai:.0%} are AI)",
        line={**grey, "dash": "dot"},
        hoverinfo="skip",
    )
    chart.add_scatter(
        x=[each.mean_score for each in bins],
        y=[each.share_ai for each in bins],
        mode="lines+markers+text",
        name=f"ten bins of scores (n = {n:,})",
        line={"color": LINES[0], "width": 1},
        marker={"color": AI_COLOUR, "size": 9},
        text=[f"{each.n:,}" for each in bins],
        textposition=["bottom right" if each.share_ai > 0.5 else "top left" for each in bins],
        textfont={"size": 11},
        error_y={
            "array": [each.interval[1] - each.share_ai for each in bins],
            "arrayminus": [each.share_ai - each.interval[0] for each in bins],
            "color": AI_COLOUR,
        },
        customdata=[(each.low, each.high, each.n, *each.interval) for each in bins],
        hovertemplate=(
            "scores %{customdata[0]:.1f} to %{customdata[1]:.1f}, n = %{customdata[2]:,}<br>"
            "AI-generated: %{y:.1%} (95 %: %{customdata[3]:.1%} to %{customdata[4]:.1%})<extra></extra>"
        ),
    )
    chart.update_xaxes(range=[-0.03, 1.03])
    return chart.update_yaxes(range=[-0.03, 1.05], tickformat=".0%")
