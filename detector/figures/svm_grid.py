"""SVM grid: cross-validated accuracy over C and gamma."""

from collections.abc import Mapping, Sequence

import plotly.graph_objects as go

from detector.figures.style import figure, with_note

_SCALE = [[0, "#21918c"], [0.5, "#5ec962"], [1, "#fde725"]]  # the upper half of viridis, on which black text stays readable


def svm_grid_figure(rows: Sequence[Mapping[str, float]]) -> go.Figure:
    """Mean accuracy ± standard deviation over the folds, from rows of c, gamma, mean_accuracy and sd; a star marks the best."""
    chart = figure("Gamma", "C", height=340)
    if not rows:
        return with_note(chart, "The grid search has not finished yet")
    by_cell = {(row["c"], row["gamma"]): row for row in rows}
    all_c, all_gamma = sorted({c for c, _ in by_cell}), sorted({gamma for _, gamma in by_cell})
    best = max(by_cell, key=lambda cell: by_cell[cell]["mean_accuracy"])
    grid = [[by_cell.get((c, gamma)) for gamma in all_gamma] for c in all_c]
    chart.add_heatmap(
        x=[f"{gamma:.3g}" for gamma in all_gamma],
        y=[f"{c:g}" for c in all_c],
        z=[[cell and cell["mean_accuracy"] for cell in line] for line in grid],
        text=[["" if cell is None else _words(cell, cell is by_cell[best]) for cell in line] for line in grid],
        texttemplate="%{text}",
        textfont={"color": "black"},
        colorscale=_SCALE,
        showscale=False,  # the numbers stand in the cells
        hovertemplate="C %{y}, gamma %{x}<br>accuracy %{text}<extra></extra>",
        xgap=2,
        ygap=2,
    )
    chart.update_xaxes(type="category", showgrid=False)
    return chart.update_yaxes(type="category", showgrid=False)


def _words(cell: Mapping[str, float], best: bool) -> str:
    return f"{'★ ' if best else ''}{cell['mean_accuracy']:.1%}<br>± {cell['sd']:.1%}"
