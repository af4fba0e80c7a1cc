"""Data set: bars and bubbles that hold the two classes side by side. Tables in, figures out."""

from html import escape
from math import log10

import pandas as pd
import plotly.graph_objects as go

from detector.figures.style import LABEL_COLOURS, figure, with_note
from detector.labels import AI, LABEL_WORDS, REAL

MOST_BARS = 12
FEW_SIZES = 8
_STEPS = 14  # sizes in one bubble differ by less than 10 to the power of one of these
_LONGEST = 28


def source_bars(counts: pd.DataFrame) -> go.Figure:
    """Images by source, a bar each: the real ones, then each generator; `counts` as from `contents.counted`."""
    rows = _most(counts)
    names = [_name(value) for value in rows.index]
    height = min(420, max(320, 28 * len(rows) + 110))
    chart = figure("Images", "Source", height=height, showlegend=True, barmode="stack", bargap=0.25, legend_traceorder="normal")
    if rows.empty:
        return with_note(chart, "No images")
    for label, word in enumerate(LABEL_WORDS):
        there = [index for index, count in enumerate(rows[word]) if count]
        chart.add_bar(
            y=there,
            x=[int(rows[word].iloc[index]) for index in there],
            orientation="h",
            name=f"{word} (n = {int(counts[word].sum()):,})",
            marker=_marker(label),
            customdata=[names[index] for index in there],
            hovertemplate=f"%{{customdata}}, {word}: %{{x:,}} images<extra></extra>",
        )
    return chart.update_yaxes(tickvals=list(range(len(rows))), ticktext=names, range=[len(rows) - 0.4, -0.6])


def share_bars(counts: pd.DataFrame, title: str) -> go.Figure:
    """Which share of each class has each value, two bars a value, so that classes of different size compare."""
    rows = _most(counts)
    names = [_name(value) for value in rows.index]
    chart = figure(title, "Share of the class", height=320, showlegend=True, barmode="group", bargap=0.25)
    if rows.empty:
        return with_note(chart, "No images")
    for label, word in enumerate(LABEL_WORDS):
        total = int(counts[word].sum())
        chart.add_bar(
            x=list(range(len(rows))),
            y=[int(count) / max(total, 1) for count in rows[word]],
            name=f"{word} (n = {total:,})",
            marker=_marker(label),
            customdata=[(name, int(count)) for name, count in zip(names, rows[word], strict=True)],
            hovertemplate=f"%{{customdata[0]}}: %{{customdata[1]:,}} {word} images, %{{y:.0%}} of them<extra></extra>",
        )
    chart.update_xaxes(tickvals=list(range(len(rows))), ticktext=names, range=[-0.6, len(rows) - 0.4])
    return chart.update_yaxes(tickformat=".0%", range=[0, 1.02])


def size_bubbles(table: pd.DataFrame) -> go.Figure:
    """Width against height, one bubble for sizes that are nearly the same; its area is their share of the class."""
    chart = figure("Width (pixels)", "Height (pixels)", height=420, showlegend=True)
    for label, symbol in ((REAL, "circle-open"), (AI, "x-thin-open")):
        own = table[table["label"] == label]
        spots = own[["width", "height"]].apply(lambda column: column.map(_step)).value_counts()
        chart.add_scatter(
            x=[10 ** (width / _STEPS) for width, _ in spots.index],
            y=[10 ** (height / _STEPS) for _, height in spots.index],
            mode="markers",
            name=f"{LABEL_WORDS[label]} (n = {len(own):,})",
            marker={
                "symbol": symbol,
                "color": LABEL_COLOURS[label],
                "size": [8 + 40 * (count / len(own)) ** 0.5 for count in spots],
                "line": {"color": LABEL_COLOURS[label], "width": 2},
            },
            customdata=[int(count) for count in spots],
            hovertemplate=f"about %{{x:.0f}} × %{{y:.0f}}: %{{customdata:,}} {LABEL_WORDS[label]} images<extra></extra>",
        )
    if table.empty:
        return with_note(chart, "No images")
    for axis, column in ((chart.update_xaxes, "width"), (chart.update_yaxes, "height")):
        low, high = log10(max(table[column].min(), 1)), log10(max(table[column].max(), 1))
        axis(type="log", range=[low - 0.12, high + 0.12], nticks=6)
    return chart


def size_figure(table: pd.DataFrame, counts: pd.DataFrame) -> go.Figure:
    """Bars while the sizes can be told by name, bubbles when there are many; `counts` as from `contents.sizes`."""
    return share_bars(counts, "Width × height (pixels)") if len(counts) <= FEW_SIZES else size_bubbles(table)


def _most(counts: pd.DataFrame) -> pd.DataFrame:
    """The first rows; the rest become one."""
    if len(counts) <= MOST_BARS:
        return counts
    rest = counts.iloc[MOST_BARS - 1 :]
    return pd.concat([counts.iloc[: MOST_BARS - 1], rest.sum().to_frame(f"{len(rest)} others").T])


def _step(pixels: int) -> int:
    return round(_STEPS * log10(max(pixels, 1)))


def _name(value: object) -> str:
    """A name as it is spelt, for a chart that reads markup, and not too long for its axis."""
    text = " ".join(str(value).split()) or "none"
    return escape(text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…")


def _marker(label: int) -> dict[str, object]:
    return {"color": LABEL_COLOURS[label], "pattern_shape": "/" if label == AI else ""}
