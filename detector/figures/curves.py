"""Curves: loss or accuracy by epoch, of one run or of several. They take rows of a run's metrics.jsonl."""

import math
from collections.abc import Container, Mapping, Sequence
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from detector.figures.style import DASHES, INK, LINES, SYMBOLS, figure, mark_x, with_note

Rows = Sequence[Mapping[str, Any]] | pd.DataFrame

MEASURES = {"loss": "Loss", "accuracy": "Accuracy", "auc": "AUC", "learning_rate": "Learning rate"}
_FORMATS = {"loss": ".3f", "accuracy": ".1%", "auc": ".3f", "learning_rate": ".3g"}
_FEW_EPOCHS = 12
_FEW_RUNS = 4  # one hover box holds the names of so many


def training_curves(metrics: Rows, measure: str = "loss") -> go.Figure:
    """Training and validation `measure` ("loss" or "accuracy") by epoch, the best epoch marked; rows may still be coming in."""
    frame = pd.DataFrame(metrics)
    curves = _empty(measure, [frame])
    for split, name, dash in (("valid", "Validation", "solid"), ("train", "Training", "dot")):
        _add_curve(curves, frame, f"{split}_{measure}", name, measure, dash=dash, symbol="circle")
    if not curves.data:
        return with_note(curves, "No epoch has finished yet")
    best = best_epoch(frame)
    if best is not None:
        mark_x(curves, best, f"best epoch: {best}", left=best > frame["epoch"].mean())
    return curves


def compare_curves(
    runs: Mapping[str, Rows],
    measure: str = "loss",
    smoothing: float = 0.0,
    log: bool = False,
    stopped: Container[str] | None = None,
) -> go.Figure:
    """A measure of several runs by epoch, one line a run; on validation images, where it is not the learning rate.

    `smoothing` (0 to below 1) draws the exponential mean and leaves the true line faint behind it; `log` makes the axis
    logarithmic. With `stopped` a star marks each run's best epoch, and a cross the last one of those in it, which ended early.
    """
    frames = {name: pd.DataFrame(rows) for name, rows in runs.items()}
    curves = _empty(measure, list(frames.values()), prefix="" if measure == "learning_rate" else "Validation ")
    curves.update_layout(hovermode="closest" if len(frames) > _FEW_RUNS else "x unified")
    if log:
        curves.update_yaxes(type="log", rangemode="normal", dtick=None)
    column = "learning_rate" if measure == "learning_rate" else f"valid_{measure}"
    for index, (name, frame) in enumerate(frames.items()):
        turn = index + index // len(LINES)  # colours come round before dashes, so that no two runs look alike
        colour = LINES[index % len(LINES)]
        style: dict[str, Any] = {
            "dash": DASHES[turn % len(DASHES)], "symbol": SYMBOLS[turn % len(SYMBOLS)], "colour": colour,
        }  # fmt: skip
        if smoothing and measure != "learning_rate":
            _add_curve(curves, frame, column, name, measure, **style, faint=True)
            frame = frame.assign(**{column: smoothed(frame[column], smoothing)}) if column in frame else frame
        _add_curve(curves, frame, column, name, measure, **style)
        if column in frame and stopped is not None:
            _mark_epochs(curves, frame, column, name, colour, name in stopped)
    return curves if curves.data else with_note(curves, "No epoch has finished yet")


def smoothed(values: Sequence[float] | pd.Series, weight: float) -> list[float]:
    """The exponential mean, in which each value before counts `weight` times as much as the next; gaps stay gaps.

    Divided by the weights so far, so that it starts at the first value and not at zero (as TensorBoard's does).
    """
    total, norm, means = 0.0, 0.0, []
    for value in pd.Series(values, dtype=float):
        if math.isnan(value):
            means.append(value)
            continue
        total, norm = weight * total + (1 - weight) * value, weight * norm + 1 - weight
        means.append(total / norm)
    return means


def stopped_early(metrics: Rows, planned: int, patience: int, state: str) -> bool:
    """True for a run that its patience ended before the last epoch."""
    return state == "finished" and patience > 0 and 0 < len(metrics) < planned


def best_epoch(metrics: Rows) -> int | None:
    """The first epoch with the lowest validation loss, or None before there is one."""
    frame = pd.DataFrame(metrics)
    if "valid_loss" not in frame or frame["valid_loss"].isna().all():
        return None
    losses = frame.set_index("epoch")["valid_loss"].astype(float)
    return int(losses.index[int(losses.fillna(float("inf")).to_numpy().argmin())])


def _empty(measure: str, frames: list[pd.DataFrame], prefix: str = "") -> go.Figure:
    last = max((int(frame["epoch"].max()) for frame in frames if len(frame)), default=1)
    name = MEASURES[measure]
    title = prefix + (name if name.isupper() else name.lower()) if prefix else name
    curves = figure(
        "Epoch", title, hovermode="x unified", showlegend=True, uirevision="curves"
    )  # keeps the zoom while rows come in
    if measure == "accuracy":
        curves.update_yaxes(tickformat=".0%")
    elif measure != "auc":
        curves.update_yaxes(rangemode="tozero")
    if last <= _FEW_EPOCHS:
        curves.update_xaxes(dtick=1, range=[0.5, 1.5] if last == 1 else None)
    return curves


def _add_curve(
    curves: go.Figure,
    frame: pd.DataFrame,
    column: str,
    name: str,
    measure: str,
    *,
    dash: str,
    symbol: str,
    colour: str | None = None,
    faint: bool = False,
) -> None:
    if column not in frame or frame[column].isna().all():
        return
    few = len(frame) <= _FEW_EPOCHS and not faint
    curves.add_scatter(
        x=frame["epoch"].tolist(),
        y=frame[column].astype(float).tolist(),
        name=name,
        legendgroup=name,
        showlegend=not faint,
        opacity=0.3 if faint else 1,
        mode="lines+markers" if few else "lines",
        line={"dash": dash, "color": colour},
        marker={"symbol": symbol},
        hovertemplate=None if faint else f"%{{y:{_FORMATS[measure]}}}",
        hoverinfo="skip" if faint else None,
    )


def _mark_epochs(curves: go.Figure, frame: pd.DataFrame, column: str, name: str, colour: str, early: bool) -> None:
    """A star at the best epoch, a cross where patience ended the run; a legend entry for each sign, not for each run."""
    marks = [("best epoch", "star", best_epoch(frame))]
    if early:
        marks.append(("stopped early", "x", int(frame["epoch"].iloc[-1])))
    for words, symbol, epoch in marks:
        if epoch is None:
            continue
        curves.add_scatter(
            x=[epoch],
            y=[float(frame.loc[frame["epoch"] == epoch, column].iloc[0])],
            name=words,
            legendgroup=name,
            showlegend=False,
            mode="markers",
            marker={"symbol": symbol, "size": 12, "color": colour, "line": {"width": 1, "color": INK}},
            hovertemplate=f"{words}: %{{x}}<extra></extra>",
        )
