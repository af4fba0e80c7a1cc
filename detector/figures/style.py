"""Style: the product's colours and the bare layout all figures share. Text, grid and ground are left to the theme."""

from typing import Any

import plotly.graph_objects as go

REAL_COLOUR = "#0072B2"
AI_COLOUR = "#D55E00"
INCONCLUSIVE_COLOUR = "#767676"
INK = "#1A1A1A"  # text on the light cells of a figure
LABEL_COLOURS = (REAL_COLOUR, AI_COLOUR)  # the index is the label
LINES = ("#1B8A80", "#9B6BB3", "#B8860B", "#5B7DB8", "#C0566B", "#6E8F3D")
"""Colours of curves: none is near the two classes', and each stands out on a light and on a dark page."""

DASHES = ("solid", "dash", "dot", "dashdot", "longdash", "longdashdot")
SYMBOLS = ("circle", "square", "diamond", "triangle-up", "cross", "x")


def tint(label: int, strength: float) -> str:
    """A label's colour mixed into white; up to a strength of one half `INK` stays readable on it, in any theme."""
    channels = [round(255 + strength * (channel - 255)) for channel in bytes.fromhex(LABEL_COLOURS[label][1:])]
    return "#" + bytes(channels).hex()


def figure(x_title: str, y_title: str, height: int = 360, **layout: Any) -> go.Figure:
    """An empty figure with a transparent ground, tight margins and its legend in a row on top."""
    return go.Figure(
        layout={
            "height": height,
            "colorway": LINES,
            "margin": {"l": 10, "r": 10, "t": 40, "b": 10},
            "modebar": {"bgcolor": "rgba(0, 0, 0, 0)", "remove": ["zoom", "pan", "zoomin", "zoomout", "autoscale", "resetscale"]},
            "paper_bgcolor": "rgba(0, 0, 0, 0)",
            "plot_bgcolor": "rgba(0, 0, 0, 0)",
            "legend": {"orientation": "h", "x": 0, "y": 1.02, "xanchor": "left", "yanchor": "bottom"},
            "xaxis": {"title_text": x_title, "automargin": True},
            "yaxis": {"title_text": y_title, "automargin": True},
        }
    ).update_layout(**layout)


def mark_x(chart: go.Figure, x: float, text: str, left: bool) -> None:
    """A broken line up through the figure at x, with its text to the left or to the right of it."""
    line = {"dash": "dash", "width": 1, "color": INCONCLUSIVE_COLOUR}
    chart.add_vline(x=x, line=line, annotation_text=text, annotation_position="top left" if left else "top right")


def mark_threshold(chart: go.Figure, x: float, y: float, threshold: float, hover: str) -> None:
    """The point of a curve at which the detector works; `hover` says what x and y are."""
    chart.add_scatter(
        x=[x],
        y=[y],
        mode="markers",
        name=f"threshold {threshold:.2f}",
        marker={"symbol": "diamond", "size": 13, "color": AI_COLOUR},
        hovertemplate=f"threshold {threshold:.3f}<br>{hover}",
    )


def with_note(chart: go.Figure, text: str) -> go.Figure:
    """The figure with a line of text where its data will be."""
    chart.update_xaxes(showticklabels=False, showgrid=False, zeroline=False)
    chart.update_yaxes(showticklabels=False, showgrid=False, zeroline=False)
    return chart.add_annotation(text=text, x=0.5, y=0.5, xref="paper", yref="paper", showarrow=False)
