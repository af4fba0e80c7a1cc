"""Charts of a study of faces: what each region carries and does, the dose curve, and mean face maps. Imports no torch."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from detector.explain.dose import DoseCurve
from detector.explain.face_mean import SIDE, TEMPLATE, Map
from detector.explain.intervals import Interval
from detector.explain.regions import REGIONS, face_regions
from detector.explain.study import RegionMean
from detector.figures.style import DASHES, INCONCLUSIVE_COLOUR, LABEL_COLOURS, LINES, SYMBOLS, figure
from detector.labels import LABEL_NAMES, LABEL_WORDS

AXES = {
    "ratio": ("Share of the map ÷ share of the area", 1.0),
    "smooth_excess": ("Effect of smoothing beyond random patches, in logits", 0.0),
    "swap_excess": ("Effect of mirroring beyond random patches, in logits", 0.0),
}
"""What can be drawn of the regions, and the value that means nothing special."""

_GROUPS = {name: (LABEL_WORDS[label], LABEL_COLOURS[label]) for label, name in enumerate(LABEL_NAMES)} | {
    "right": ("judged rightly", LINES[0]),
    "wrong": ("judged wrongly", LINES[1]),
}


def region_chart(rows: Sequence[RegionMean], measure: str, groups: Sequence[str] = LABEL_NAMES) -> go.Figure:
    """A dot with its 95 % interval for each region and group, beside a line at the value that means nothing special."""
    title, neutral = AXES[measure]
    chart = figure(title, "", height=420, scattermode="group", scattergap=0.4)
    for index, group in enumerate(groups):
        name, colour = _GROUPS[group]
        found = [(REGIONS[row.region].words, getattr(row, measure)) for row in rows if row.group == group]
        shown: list[tuple[str, Interval]] = [(words, value) for words, value in found if value.n]
        means, lows, highs = ([getattr(value, part) for _, value in shown] for part in ("mean", "low", "high"))
        most = max((value.n for _, value in shown), default=0)
        chart.add_scatter(
            x=means,
            y=[words for words, _ in shown],
            mode="markers",
            orientation="h",  # so that groups stand above each other, not on one line
            name=f"{name} (n = {most})",
            marker={"color": colour, "symbol": SYMBOLS[index], "size": 9},
            error_x={"array": np.subtract(highs, means).tolist(), "arrayminus": np.subtract(means, lows).tolist()},
            customdata=[f"{value} · n = {value.n}" for _, value in shown],
            hovertemplate=f"%{{y}}, {name}: %{{customdata}}<extra></extra>",
        )
    chart.add_vline(x=neutral, line={"dash": "dash", "width": 1, "color": INCONCLUSIVE_COLOUR})
    words = [region.words for region in REGIONS.values()]
    return chart.update_yaxes(categoryorder="array", categoryarray=words[::-1])


def dose_chart(curve: DoseCurve) -> go.Figure:
    """How the evidence for the verdict moves as skin, or the background, loses the same energy."""
    chart = figure("Energy taken away, relative to the most that both can lose", "Change of the score, in logits")
    for index, (name, values) in enumerate((("skin smoothed", curve.skin), ("background smoothed", curve.background))):
        chart.add_scatter(
            x=[0.0, *curve.doses],
            y=[0.0, *(value.mean for value in values)],
            name=name,
            mode="lines+markers",
            line={"color": LINES[index], "dash": DASHES[index]},
            marker={"symbol": SYMBOLS[index], "size": 8},
            error_y={
                "array": [0.0, *(value.high - value.mean for value in values)],
                "arrayminus": [0.0, *(value.mean - value.low for value in values)],
            },
            hovertemplate=f"{name}, %{{x:.0%}}: %{{y:+.2f}}<extra></extra>",
        )
    chart.add_hline(y=0, line={"dash": "dash", "width": 1, "color": INCONCLUSIVE_COLOUR})
    return chart.update_xaxes(tickformat=".0%")


def face_map_chart(mean: Map, top: float) -> go.Figure:
    """A mean face map under the outlines of the regions; 1 is what an even map has, `top` the brightest colour."""
    chart = figure("", "", height=340, showlegend=False)
    chart.add_heatmap(
        z=mean,
        zmin=0,
        zmax=top,
        colorscale="Inferno",
        colorbar={"title": {"text": "× an even map"}, "orientation": "h", "thickness": 10},
        hovertemplate="%{z:.2f}× even<extra></extra>",
    )
    masks = face_regions(TEMPLATE, (SIDE, SIDE))
    for name, mask in masks.items():
        if name not in ("rest", "background"):
            chart.add_contour(
                z=mask.astype(int).tolist(),
                contours={"start": 0.5, "end": 0.5, "size": 1, "coloring": "none"},
                line={"color": "white", "width": 1},
                showscale=False,
                hoverinfo="skip",
            )
    chart.update_xaxes(visible=False, constrain="domain")
    return chart.update_yaxes(visible=False, autorange="reversed", scaleanchor="x")
