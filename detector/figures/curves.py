"""Curves: loss or accuracy by epoch, of one run or of several. They take rows of a run's metrics.jsonl."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from detector.figures.style import DASHES, SYMBOLS, figure, mark_x, with_note

Rows = Sequence[Mapping[str, Any]] | pd.DataFrame

MEASURES = {"loss": "Loss", "accuracy": "Accuracy"}
_FORMATS = {"loss": ".3f", "accuracy": ".1%"}
_FEW_EPOCHS = 12


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


def compare_curves(runs: Mapping[str, Rows], measure: str = "loss") -> go.Figure:
    """The validation `measure` of several runs by epoch, one line a run."""
    frames = {name: pd.DataFrame(rows) for name, rows in runs.items()}
    curves = _empty(measure, list(frames.values()), prefix="Validation ")
    for index, (name, frame) in enumerate(frames.items()):
        style = {"dash": DASHES[index % len(DASHES)], "symbol": SYMBOLS[index % len(SYMBOLS)]}
        _add_curve(curves, frame, f"valid_{measure}", name, measure, **style)
    return curves if curves.data else with_note(curves, "No epoch has finished yet")


def best_epoch(metrics: Rows) -> int | None:
    """The first epoch with the lowest validation loss, or None before there is one."""
    frame = pd.DataFrame(metrics)
    if "valid_loss" not in frame or frame["valid_loss"].isna().all():
        return None
    losses = frame.set_index("epoch")["valid_loss"].astype(float)
    return int(losses.index[int(losses.fillna(float("inf")).to_numpy().argmin())])


def _empty(measure: str, frames: list[pd.DataFrame], prefix: str = "") -> go.Figure:
    last = max((int(frame["epoch"].max()) for frame in frames if len(frame)), default=1)
    title = (prefix + MEASURES[measure].lower()) if prefix else MEASURES[measure]
    curves = figure(
        "Epoch", title, hovermode="x unified", showlegend=True, uirevision="curves"
    )  # keeps the zoom while rows come in
    curves.update_yaxes(tickformat=".0%") if measure == "accuracy" else curves.update_yaxes(rangemode="tozero")
    if last <= _FEW_EPOCHS:
        curves.update_xaxes(dtick=1, range=[0.5, 1.5] if last == 1 else None)
    return curves


def _add_curve(curves: go.Figure, frame: pd.DataFrame, column: str, name: str, measure: str, *, dash: str, symbol: str) -> None:
    if column not in frame or frame[column].isna().all():
        return
    few = len(frame) <= _FEW_EPOCHS
    curves.add_scatter(
        x=frame["epoch"].tolist(),
        y=frame[column].astype(float).tolist(),
        name=name,
        mode="lines+markers" if few else "lines",
        line={"dash": dash},
        marker={"symbol": symbol},
        hovertemplate=f"%{{y:{_FORMATS[measure]}}}",
    )
