"""Confusion matrix: four cells to read and to click, rows true and columns predicted."""

from collections.abc import Sequence

import plotly.graph_objects as go

from detector.figures.style import INK, LABEL_COLOURS, figure, tint
from detector.labels import LABEL_WORDS

CELL = 104  # pixels; two of them and the row names fit a phone


def confusion_figure(matrix: Sequence[Sequence[int]], row_percent: bool = True) -> go.Figure:
    """The counts of `Metrics.confusion_matrix`, with each cell's share of its row.

    The cells are markers, not a heat map, since streamlit reports clicks on markers only; their customdata is (true, predicted).
    The tint says the true class and its strength the share; a tick or a cross says right or wrong.
    """
    cells = [(true, predicted, int(matrix[true][predicted])) for true in (0, 1) for predicted in (0, 1)]
    totals = [int(sum(row)) for row in matrix]
    shares = [count / totals[true] if totals[true] else 0.0 for true, _, count in cells]
    chart = figure("Predicted", "True", clickmode="event+select", dragmode=False, showlegend=False)
    chart.add_scatter(
        x=[predicted for _, predicted, _ in cells],
        y=[true for true, _, _ in cells],
        mode="markers",
        customdata=[(true, predicted) for true, predicted, _ in cells],
        marker={
            "symbol": "square",
            "size": CELL,
            "color": [tint(true, 0.06 + 0.4 * share) for (true, _, _), share in zip(cells, shares, strict=True)],
            "line": {
                "color": [LABEL_COLOURS[true] for true, _, _ in cells],
                "width": [3 if true == predicted else 1 for true, predicted, _ in cells],
            },
        },
        unselected={"marker": {"opacity": 1, "size": 0.84 * CELL}},  # the clicked cell stands out by its size
        text=[_hover(true, predicted, count, totals[true]) for true, predicted, count in cells],
        hovertemplate="%{text}<extra></extra>",
    )
    for (true, predicted, count), share in zip(cells, shares, strict=True):
        percent = f"<br>{share:.0%} of row" if row_percent and totals[true] else ""
        mark = "✓ right" if true == predicted else "✗ wrong"
        # annotations, since a click fades the marker text of the other three cells
        chart.add_annotation(
            x=predicted, y=true, text=f"<b>{count:,}</b>{percent}<br>{mark}", showarrow=False, font={"size": 14, "color": INK}
        )
    plain = {"showgrid": False, "zeroline": False, "fixedrange": True, "tickvals": [0, 1]}
    chart.update_xaxes(side="top", range=[-0.55, 1.55], constrain="domain", ticktext=list(LABEL_WORDS), **plain)
    names = [f"{word}<br>n = {total:,}" for word, total in zip(LABEL_WORDS, totals, strict=True)]
    return chart.update_yaxes(range=[1.55, -0.55], constrain="domain", scaleanchor="x", ticktext=names, **plain)


def _hover(true: int, predicted: int, count: int, total: int) -> str:
    return f"{count:,} of {total:,} images that are {LABEL_WORDS[true]}<br>were called {LABEL_WORDS[predicted]}"
