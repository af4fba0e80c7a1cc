"""Lab figure: how well each method's maps find a planted mark, a symbol a network, with intervals and what luck gives."""

from collections.abc import Sequence

import plotly.graph_objects as go

from detector.explain.lab_table import CENTRE, CHANCE, CONTROLS, LabTable, Mean, title
from detector.figures.style import INCONCLUSIVE_COLOUR, LINES, SYMBOLS, figure, with_note

MEASURE_TITLES = {
    "energy": "Energy inside the mark",
    "iou": "Overlap with the mark (IoU)",
    "pointing": "Maps with their peak inside",
}
ROW = 44  # pixels; room for the symbols of four networks


def lab_figure(table: LabTable, measure: str, networks: Sequence[str]) -> go.Figure:
    """The means of one measure by method, best first, for these networks; dotted lines: chance and the centre spot."""
    wanted = [grade for grade in table.grades if grade.network in networks]
    values: dict[str, list[float]] = {}
    for grade in wanted:
        values.setdefault(grade.method, []).append(_mean(grade, measure).value)
    methods = sorted((name for name in values if name not in CONTROLS), key=lambda name: sum(values[name]) / len(values[name]))
    chart = figure(MEASURE_TITLES[measure], "", height=110 + ROW * max(len(methods), 2), showlegend=True)
    if not methods:
        return with_note(chart, "No network is chosen")
    places = {name: place for place, name in enumerate(methods)}
    for number, network in enumerate(networks):
        grades = [grade for grade in wanted if grade.network == network and grade.method in places]
        means = [_mean(grade, measure) for grade in grades]
        shift = 0.15 * ((len(networks) - 1) / 2 - number)  # so that intervals do not hide one another
        chart.add_scatter(
            x=[mean.value for mean in means],
            y=[places[grade.method] + shift for grade in grades],
            error_x={
                "type": "data",
                "symmetric": False,
                "array": [mean.high - mean.value for mean in means],
                "arrayminus": [mean.value - mean.low for mean in means],
                "thickness": 1.5,
                "width": 3,
            },
            mode="markers",
            name=next(student.title for student in table.students if student.name == network),
            marker={"size": 10, "symbol": SYMBOLS[number % len(SYMBOLS)], "color": LINES[number % len(LINES)]},
            customdata=[(title(grade.method), mean.low, mean.high, grade.n) for grade, mean in zip(grades, means, strict=True)],
            hovertemplate="%{customdata[0]}: %{x:.2f} (%{customdata[1]:.2f}–%{customdata[2]:.2f}), n = %{customdata[3]}",
        )
    for control, dash in ((CHANCE, "dot"), (CENTRE, "dash")):
        _line(chart, sum(values[control]) / len(values[control]), title(control).lower(), dash)
    chart.update_yaxes(tickvals=list(places.values()), ticktext=[title(name) for name in places], zeroline=False)
    return chart.update_xaxes(range=[0, 1.02], zeroline=False)


def _line(chart: go.Figure, x: float, text: str, dash: str) -> None:
    """A control as a line from top to bottom, told in the legend."""
    line = {"dash": dash, "width": 1.5, "color": INCONCLUSIVE_COLOUR}
    chart.add_vline(x=x, line=line)
    chart.add_scatter(x=[None], y=[None], mode="lines", line=line, name=f"{text} ({x:.2f})", hoverinfo="skip")


def _mean(grade: object, measure: str) -> Mean:
    mean: Mean = getattr(grade, measure)
    return mean
