"""Audit figure: a dot and its interval a probe, against guessing and against the line from which a shortcut is warned of."""

from collections.abc import Mapping

import plotly.graph_objects as go

from detector.data.audit import WARN, Audit
from detector.data.audit_words import TITLES
from detector.figures.style import INCONCLUSIVE_COLOUR, LINES, SYMBOLS, figure, with_note

ROW = 46  # pixels a probe; room for the dots of two audits
_MARGIN = 110


def audit_chart(audits: Mapping[str, Audit]) -> go.Figure:
    """AUC by probe of one audit, or of several under their names: before and after equalising, say."""
    probes = list(TITLES)
    chart = figure("How well told apart (AUC)", "", height=_MARGIN + ROW * len(probes), showlegend=len(audits) > 1)
    shown = {
        name: [one for one in audit.findings if one.auc is not None and one.probe in TITLES] for name, audit in audits.items()
    }
    if not any(shown.values()):
        return with_note(chart, "Too few pictures to say")
    for number, (name, findings) in enumerate(shown.items()):
        shift = 0.24 * (number - (len(shown) - 1) / 2)  # so that dots do not hide one another
        points = [(one, one.auc or 0.0, one.low or 0.0, one.high or 0.0) for one in findings]
        chart.add_scatter(
            x=[auc for _, auc, _, _ in points],
            y=[probes.index(one.probe) + shift for one in findings],
            error_x={
                "type": "data",
                "symmetric": False,
                "array": [high - auc for _, auc, _, high in points],
                "arrayminus": [auc - low for _, auc, low, _ in points],
                "thickness": 2,
                "width": 4,
            },
            mode="markers",
            name=name,
            marker={"size": 11, "symbol": SYMBOLS[number % len(SYMBOLS)], "color": LINES[number % len(LINES)]},
            customdata=[(TITLES[one.probe], low, high, one.n) for one, _, low, high in points],
            hovertemplate="%{customdata[0]}: %{x:.2f} (%{customdata[1]:.2f}–%{customdata[2]:.2f}), n = %{customdata[3]}",
        )
    if len(shown) > 1:  # the names of both audits above the words of the lines
        chart.update_layout(margin_t=64, legend_y=1.12, height=_MARGIN + 24 + ROW * len(probes))
    _line(chart, 0.5, "guessing", "dot", "bottom left")
    _line(chart, WARN, f"warning from {WARN:.2f}", "dash", "bottom right")
    chart.update_yaxes(
        tickvals=list(range(len(probes))), ticktext=list(TITLES.values()), range=[len(probes) - 0.5, -0.5], zeroline=False
    )
    lowest = min(point.low or 0.0 for findings in shown.values() for point in findings)
    return chart.update_xaxes(range=[min(0.4, lowest - 0.02), 1.02], zeroline=False)


def _line(chart: go.Figure, x: float, text: str, dash: str, place: str) -> None:
    """A line from top to bottom with its words above the figure."""
    chart.add_vline(x=x, line={"dash": dash, "width": 1.5, "color": INCONCLUSIVE_COLOUR})
    chart.add_annotation(
        x=x, y=1.0, yref="paper", yanchor="bottom", xanchor="right" if "left" in place else "left", text=text, showarrow=False
    )
