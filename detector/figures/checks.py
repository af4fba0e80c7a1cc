"""Checks of maps: the curves of one map between those of random ones, and how the maps of many pictures fare, by method."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from detector.explain.check_table import CheckRow
from detector.explain.map_check import BADGE_WORDS, BADGES, MapCheck
from detector.figures.style import INCONCLUSIVE_COLOUR, LINES, SYMBOLS, figure, with_note

_AXES = {
    "deletion": ("Area taken away, brightest places first", "Score (log-odds)"),
    "insertion": ("Area brought back, brightest places first", "Score (log-odds)"),
}


def check_curves(check: MapCheck, kind: str) -> go.Figure:
    """The "deletion" or "insertion" curve of a map and of the edges, over the range of the random maps and their mean."""
    own, edges = getattr(check.curves, kind), getattr(check.edges, kind)
    random = np.array([getattr(one, kind) for one in check.random])
    shares = np.linspace(0, 1, len(own)).tolist()
    chart = figure(*_AXES[kind], height=320, showlegend=True, hovermode="x unified")
    low, high = random.min(axis=0).tolist(), random.max(axis=0).tolist()
    band = {"color": INCONCLUSIVE_COLOUR, "width": 0}
    chart.add_scatter(x=shares, y=high, mode="lines", line=band, showlegend=False, hoverinfo="skip")
    name = f"{len(random)} random maps, lowest to highest"
    fill = {"fill": "tonexty", "fillcolor": "rgba(118, 118, 118, 0.25)"}
    chart.add_scatter(x=shares, y=low, mode="lines", line=band, name=name, hoverinfo="skip", **fill)
    grey = {"color": INCONCLUSIVE_COLOUR, "dash": "dot"}
    for words, heights, line in (
        ("mean of the random maps", random.mean(axis=0).tolist(), grey),
        ("edges of the picture", list(edges), {"color": LINES[1], "dash": "dash"}),
        ("this map", list(own), {"color": LINES[0], "width": 3}),
    ):
        chart.add_scatter(x=shares, y=heights, mode="lines", name=words, line=line, hovertemplate="%{y:.2f}")
    return chart.update_xaxes(tickformat=".0%")


def check_distribution(rows: Sequence[CheckRow]) -> go.Figure:
    """One marker a picture and method: how far its map is ahead of the random maps of the same picture; shapes are badges."""
    methods = list(dict.fromkeys(row.title for row in rows))
    chart = figure("Ahead of random maps (log-odds)", "Method", height=max(320, 60 * len(methods) + 120), showlegend=True)
    if not rows:
        return with_note(chart, "No map was checked")
    for number, badge in enumerate(BADGES):
        chosen = [row for row in rows if row.check.badge == badge]
        chart.add_scatter(
            x=[row.check.advantage for row in chosen],
            y=[methods.index(row.title) + _spread(index, len(chosen)) for index, row in enumerate(chosen)],
            mode="markers",
            name=BADGE_WORDS[badge],
            marker={"symbol": SYMBOLS[number], "color": LINES[number], "size": 8, "opacity": 0.75},
            customdata=[(row.path, row.title) for row in chosen],
            hovertemplate="%{customdata[0]}<br>%{customdata[1]}: %{x:.2f}<extra></extra>",
        )
    chart.add_vline(x=0, line={"dash": "dot", "width": 1, "color": INCONCLUSIVE_COLOUR})
    return chart.update_yaxes(tickvals=list(range(len(methods))), ticktext=methods, range=[len(methods) - 0.5, -0.5])


def _spread(index: int, count: int) -> float:
    """A small step up or down, so that markers do not hide one another."""
    return 0.25 * (2 * ((index * 7) % max(count, 1)) / max(count - 1, 1) - 1) if count > 1 else 0.0
