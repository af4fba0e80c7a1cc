"""Figures of a comparison: paired differences beside the line of no difference, and how far verdicts agree."""

import plotly.graph_objects as go

from detector.evaluation.compare import Comparison
from detector.figures.style import INCONCLUSIVE_COLOUR, INK, LINES, figure

ROW, EDGE = 44, 110  # pixels of a pair, and of axis and title
LONGEST = 22  # characters of a name; the hover has all of it
CELL_LIGHT, CELL_DARK = (240, 246, 245), (118, 190, 182)


def difference_figure(comparison: Comparison, measure: str, title: str) -> go.Figure:
    """One row a pair: the first's number minus the second's with its 95 % interval; a filled dot where that is clear."""
    names, pairs = comparison.joined.names, [pair for pair in comparison.pairs if measure in pair.differences]
    found = [pair.differences[measure] for pair in pairs]
    percent = measure != "auc"
    shape = "+.1%" if percent else "+.3f"
    chart = figure(f"{title}: first minus second", "", height=EDGE + ROW * max(len(pairs), 2), showlegend=False)
    chart.add_scatter(
        x=[each.value for each in found],
        y=list(range(len(pairs))),
        mode="markers",
        marker={
            "size": 11,
            "symbol": ["circle" if each.clear else "circle-open" for each in found],
            "color": LINES[0],
            "line": {"width": 2, "color": LINES[0]},
        },
        error_x={
            "array": [each.high - each.value for each in found],
            "arrayminus": [each.value - each.low for each in found],
            "color": LINES[0],
            "thickness": 2,
        },
        customdata=[
            (names[pair.a], names[pair.b], each.low, each.high, each.holm) for pair, each in zip(pairs, found, strict=True)
        ],
        hovertemplate=(
            f"%{{customdata[0]}} minus %{{customdata[1]}}<br>%{{x:{shape}}} (95 %: %{{customdata[2]:{shape}}} to "
            f"%{{customdata[3]:{shape}}})<br>p = %{{customdata[4]:.3f}}<extra></extra>"
        ),
    )
    chart.add_vline(x=0, line={"dash": "dot", "width": 1.5, "color": INCONCLUSIVE_COLOUR}, annotation_text="no difference",
                    annotation_position="top")  # fmt: skip
    reach = 1.1 * max([abs(end) for each in found for end in (each.low, each.high)], default=0.0) or 0.1
    chart.update_xaxes(range=[-reach, reach], tickformat="+.0%" if percent and reach > 0.03 else shape, nticks=7)
    labels = [f"{short(names[pair.a])}<br>− {short(names[pair.b])}" for pair in pairs]
    last = max(len(pairs), 2) - 0.4
    return chart.update_yaxes(tickvals=list(range(len(pairs))), ticktext=labels, range=[last, -0.6], zeroline=False)


def agreement_figure(comparison: Comparison) -> go.Figure:
    """Each pair's share of images with the same verdict and its kappa, as cells of a square."""
    names = comparison.joined.names
    size = max(44, min(104, 330 // len(names)))
    chart = figure("", "", height=size * len(names) + 150, showlegend=False, dragmode=False)
    cells = [(pair.a, pair.b, pair) for pair in comparison.pairs] + [(pair.b, pair.a, pair) for pair in comparison.pairs]
    chart.add_scatter(
        x=[across for across, _, _ in cells],
        y=[down for _, down, _ in cells],
        mode="markers",
        marker={"symbol": "square", "size": size, "color": [_shade(pair.agreement) for _, _, pair in cells]},
        customdata=[(names[across], names[down], pair.agreement) for across, down, pair in cells],
        hovertemplate="%{customdata[0]} and %{customdata[1]}<br>the same verdict on %{customdata[2]:.1%}<extra></extra>",
    )
    for across, down, pair in cells:
        beyond = "–" if pair.kappa is None else f"{pair.kappa:.2f}"
        text = f"<b>{pair.agreement:.0%}</b><br>κ {beyond}"
        chart.add_annotation(x=across, y=down, text=text, showarrow=False, font={"size": 13 if size > 60 else 11, "color": INK})
    ends = [-0.55, len(names) - 0.45]
    plain = {"showgrid": False, "zeroline": False, "fixedrange": True, "tickvals": list(range(len(names)))}
    ticks = [short(name, 14) for name in names]
    chart.update_xaxes(side="top", range=ends, constrain="domain", ticktext=ticks, **plain)
    return chart.update_yaxes(range=ends[::-1], constrain="domain", scaleanchor="x", ticktext=ticks, **plain)


def short(name: str, longest: int = LONGEST) -> str:
    """A name as an axis has room for it: its middle goes first."""
    half = (longest - 1) // 2
    name = name if len(name) <= longest else f"{name[:half]}…{name[-half:]}"
    return name.replace("<", "&lt;")  # plotly reads a few tags


def _shade(share: float) -> str:
    """Light at one half or less, which two coins reach, dark where all verdicts agree."""
    strength = max(0.0, 2 * share - 1)
    mixed = (round(light + strength * (dark - light)) for light, dark in zip(CELL_LIGHT, CELL_DARK, strict=True))
    return "rgb({},{},{})".format(*mixed)
