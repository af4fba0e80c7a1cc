"""Forest plot: a rate with its interval and n for each part of a test, such as each generator."""

from collections.abc import Sequence

import plotly.graph_objects as go

from detector.evaluation.slices import Slice
from detector.figures.style import INCONCLUSIVE_COLOUR, LABEL_COLOURS, SYMBOLS, figure
from detector.labels import AI, LABEL_WORDS, REAL

ROW, EDGE, LEGEND = 26, 90, 40  # pixels of a row, of the axis, and of each class in the legend
LONGEST = 20  # characters of a name beside the plot; the hover has all of it


def forest_figure(found: Sequence[Slice], chance: dict[int, float]) -> go.Figure:
    """One row a part in the given order, a dot a class. `chance`: how often the other class is called so, where it was tested."""
    names = list(dict.fromkeys(each.name for each in found))
    rows = max(len(names), 3)
    labels = [label for label in (AI, REAL) if any(each.label == label for each in found)]
    chart = figure("Called rightly", "", height=rows * ROW + EDGE + LEGEND * len(labels), showlegend=True)
    for label in labels:
        own = [each for each in found if each.label == label]
        lift = 0.14 * (1 if label == AI else -1) if len(labels) > 1 else 0.0
        chart.add_scatter(
            x=[each.recall.value for each in own],
            y=[names.index(each.name) - lift for each in own],
            mode="markers",
            name=LABEL_WORDS[label],
            marker={"color": LABEL_COLOURS[label], "symbol": SYMBOLS[label], "size": 8},
            error_x={
                "array": [each.recall.high - each.recall.value for each in own],
                "arrayminus": [each.recall.value - each.recall.low for each in own],
                "color": LABEL_COLOURS[label],
                "thickness": 1.5,
            },
            customdata=[(each.name, each.recall.n, each.recall.low, each.recall.high) for each in own],
            hovertemplate=(
                f"%{{customdata[0]}}, {LABEL_WORDS[label]}<br>%{{x:.1%}} of %{{customdata[1]:,}}"
                " (95 %: %{customdata[2]:.1%} to %{customdata[3]:.1%})<extra></extra>"
            ),
        )
        if label in chance:
            colour = LABEL_COLOURS[label] if len(labels) > 1 else INCONCLUSIVE_COLOUR
            chart.add_scatter(
                x=[chance[label]] * 2,
                y=[-0.6, rows - 0.4],
                mode="lines",
                name=f"chance: {chance[label]:.0%}",
                line={"dash": "dot", "width": 1.5, "color": colour},
                hoverinfo="skip",
            )
    n = {name: sum(each.recall.n for each in found if each.name == name) for name in names}
    chart.update_xaxes(range=[-0.02, 1.02], tickformat=".0%")
    return chart.update_yaxes(
        tickvals=list(range(len(names))),
        ticktext=[f"{_short(name)}  n = {n[name]:,}" for name in names],
        range=[rows - 0.4, -0.6],
        zeroline=False,
    )


def _short(name: str) -> str:
    """The end of a long name, which tells files and folders apart better than its start."""
    name = name if len(name) <= LONGEST else "…" + name[-LONGEST + 1 :]
    return name.replace("<", "&lt;")  # plotly reads a few tags
