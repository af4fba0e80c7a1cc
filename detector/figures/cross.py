"""Heat map of a cross-data matrix: detectors in rows, what they are tested on in columns, a number in each cell."""

import plotly.graph_objects as go

from detector.evaluation.cross import MEASURES, Matrix
from detector.figures.style import INK, figure

WIDE, HIGH = 92, 66  # pixels a cell takes
_HEAD, _SIDE, _LONGEST = 120, 230, 24
_LIGHT = ((1.0, 1.0, 1.0), (0.60, 0.80, 0.76))  # from white at chance and below to a green in which ink stays readable
MEAN, LOWEST = "mean", "lowest"


def cross_figure(matrix: Matrix, measure: str) -> go.Figure:
    """The measure in each cell with its n; beside and below mean and lowest. Colour says what the number says: darker is better.

    The cells are markers, not a heat map, since streamlit reports clicks on markers only; their customdata is (row, column).
    """
    columns, rows = list(matrix.columns), list(matrix.rows)
    size = {"height": _HEAD + HIGH * (len(rows) + 2 * (len(rows) > 1)), "width": _SIDE + WIDE * (len(columns) + 2)}
    chart = figure("Tested on", "Detector", **size, showlegend=False, dragmode=False, clickmode="event+select")
    cells = [cell for cell in matrix.cells if measure in cell.values]
    chart.add_scatter(
        x=[columns.index(cell.column) for cell in cells],
        y=[rows.index(cell.row) for cell in cells],
        mode="markers",
        customdata=[(cell.row, cell.column) for cell in cells],
        marker={
            "symbol": "square",
            "size": HIGH - 4,
            "color": [_shade(cell.values[measure]) for cell in cells],
            "line": {"width": 1, "color": "#7A8B88"},
        },
        unselected={"marker": {"opacity": 1}},
        text=[
            f"{_plain(cell.row)} on {_plain(cell.column)}<br>{MEASURES[measure]} {cell.values[measure]:.3f} "
            f"(95 %: {cell.intervals[measure][0]:.3f} to {cell.intervals[measure][1]:.3f})<br>"
            f"{cell.n_real} real, {cell.n_ai} AI-generated"
            for cell in cells
        ],
        hovertemplate="%{text}<extra></extra>",
    )
    for cell in cells:
        text = f"<b>{cell.values[measure]:.2f}</b><br><span style='font-size:10px'>n = {cell.n_real + cell.n_ai:,}</span>"
        chart.add_annotation(x=columns.index(cell.column), y=rows.index(cell.row), text=text, showarrow=False,
                             font={"size": 15, "color": INK})  # fmt: skip
    for place, row in enumerate(rows):
        if found := matrix.of_row(row, measure):
            _aside(chart, len(columns), place, found.mean)
            _aside(chart, len(columns) + 1, place, found.lowest)
    if len(rows) > 1:
        for place, column in enumerate(columns):
            if found := matrix.of_column(column, measure):
                _aside(chart, place, len(rows), found.mean)
                _aside(chart, place, len(rows) + 1, found.lowest)
    plain = {"showgrid": False, "zeroline": False, "fixedrange": True}
    chart.update_xaxes(side="top", range=[-0.6, len(columns) + 1.6], tickvals=list(range(len(columns) + 2)),
                       ticktext=[*map(_short, columns), MEAN, LOWEST], **plain)  # fmt: skip
    names = [_short(row) for row in rows] + ([MEAN, LOWEST] if len(rows) > 1 else [])
    return chart.update_yaxes(range=[len(names) - 0.4, -0.6], tickvals=list(range(len(names))), ticktext=names, **plain)


def _aside(chart: go.Figure, x: int, y: int, value: float) -> None:
    """A number of the margin, in the theme's own ink."""
    chart.add_annotation(x=x, y=y, text=f"{value:.2f}", showarrow=False, font={"size": 14})


def _shade(value: float) -> str:
    share = min(max((value - 0.5) / 0.5, 0.0), 1.0)
    channels = [round(255 * (low + share * (high - low))) for low, high in zip(*_LIGHT, strict=True)]
    return "#" + bytes(channels).hex()


def _short(name: str) -> str:
    return _plain(name if len(name) <= _LONGEST else "…" + name[1 - _LONGEST :])


def _plain(name: str) -> str:
    return name.replace("<", "&lt;")  # plotly reads a few tags
