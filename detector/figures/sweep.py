"""Sweep: a result over the values of two settings, as cells to read and to click."""

from collections.abc import Callable, Sequence
from typing import Any

import plotly.graph_objects as go

from detector.figures.style import INCONCLUSIVE_COLOUR, figure, with_note
from detector.training.sweep_result import LOWER_IS_BETTER, MEASURES, Cell

ROW = 72  # pixels
_SCALE = [[0, "#21918c"], [0.5, "#5ec962"], [1, "#fde725"]]  # the upper half of viridis, on which black text stays readable


def sweep_figure(cells: Sequence[Cell], x: str, y: str | None, measure: str, shown: Callable[[float | None], str]) -> go.Figure:
    """The mean of `measure` on validation in each cell, brighter for better, a star on the best run's; `shown` writes a number.

    The colour is a heat map's, but what is clicked are square markers on top of it, since streamlit reports clicks on markers
    only. Their customdata is the number of the cell in `cells`.
    """
    chart = figure(
        _title(x), _title(y) if y else "", clickmode="event+select", dragmode=False, showlegend=False, hoverdistance=-1
    )
    if not cells:
        return with_note(chart, "No run has these settings")
    columns, rows = sorted({cell.x for cell in cells}), sorted({cell.y for cell in cells})
    # whole numbers with the values written at them: as a category, "64" would be taken for a place by some parts of a figure
    places = [(columns.index(cell.x), rows.index(cell.y)) for cell in cells]
    grid: list[list[Cell | None]] = [[None] * len(columns) for _ in rows]
    for cell, (column, row) in zip(cells, places, strict=True):
        grid[row][column] = cell
    chart.add_heatmap(
        x=list(range(len(columns))),
        y=list(range(len(rows))),
        z=[[cell and cell.value for cell in line] for line in grid],
        text=[["" if cell is None else _words(cell, shown) for cell in line] for line in grid],
        texttemplate="%{text}",
        textfont={"color": "black"},
        colorscale=_SCALE,
        reversescale=measure in LOWER_IS_BETTER,
        showscale=False,  # the numbers stand in the cells
        hoverinfo="skip",
        xgap=3,
        ygap=3,
    )
    chart.add_scatter(
        x=[column for column, _ in places],
        y=[row for _, row in places],
        mode="markers",
        customdata=list(range(len(cells))),
        marker={"symbol": "square", "size": ROW - 12, "opacity": 0},
        selected={"marker": {"opacity": 0}},
        unselected={"marker": {"opacity": 0}},
        text=[_hover(cell, x, y, measure, shown) for cell in cells],
        hovertemplate="%{text}<extra></extra>",
    )
    for cell, (column, row) in zip(cells, places, strict=True):
        if cell.value is None:
            chart.add_annotation(x=column, y=row, text=_states(cell), showarrow=False, font={"color": INCONCLUSIVE_COLOUR})
    chart.update_layout(height=max(ROW * len(rows) + 90, 200))
    chart.update_xaxes(**_ticks(columns))
    return chart.update_yaxes(**_ticks(rows), showticklabels=y is not None)


def _ticks(values: Sequence[Any]) -> dict[str, Any]:
    shown = {"tickvals": list(range(len(values))), "ticktext": [_value(value) for value in values]}
    return {"range": [-0.5, len(values) - 0.5], "showgrid": False, "zeroline": False, "fixedrange": True, **shown}


def _words(cell: Cell, shown: Callable[[float | None], str]) -> str:
    if cell.value is None:
        return ""
    several = f"<br>mean of {_scored(cell)}" if len(cell.outcomes) > 1 else ""
    return f"{'★ ' if cell.best else ''}{shown(cell.value)}{several}"


def _hover(cell: Cell, x: str, y: str | None, measure: str, shown: Callable[[float | None], str]) -> str:
    lines = [f"{_title(x)} {_value(cell.x)}" + (f", {_title(y).lower()} {_value(cell.y)}" if y else "")]
    for outcome in cell.outcomes[:12]:
        bounds, name = outcome.interval(measure), MEASURES[measure].lower() if measure != "auc" else "AUC"
        between = f" ({shown(bounds[0])} – {shown(bounds[1])}), n = {outcome.n:,}" if bounds else ""
        value = outcome.valid(measure)
        words = f"{name} {shown(value)}{between}" if value is not None else outcome.state
        lines.append(f"run {outcome.point + 1}: {words}")
    if len(cell.outcomes) > 12:
        lines.append(f"… and {len(cell.outcomes) - 12} more")
    return "<br>".join(lines) + ("<br>★ best on validation" if cell.best else "")


def _scored(cell: Cell) -> str:
    done = sum(bool(outcome.run and outcome.run.valid) for outcome in cell.outcomes)
    return f"{done}" if done == len(cell.outcomes) else f"{done} of {len(cell.outcomes)}"


def _states(cell: Cell) -> str:
    return "<br>".join(dict.fromkeys(outcome.state for outcome in cell.outcomes))


def _title(field: str) -> str:
    return field.replace("_", " ").capitalize()


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    text = f"{value:g}" if isinstance(value, float) else str(value)
    return text if len(text) <= 24 else f"…{text[-23:]}"
