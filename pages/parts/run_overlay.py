"""Curves of several runs over each other: measure, smoothing and axis as the reader likes, and the numbers to take away."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from detector.errors import UserError
from detector.figures.curves import MEASURES, compare_curves, stopped_early
from detector.training.runs import find_run
from detector.training.summary import Summary
from pages.parts.chart import chart, figure_format
from pages.parts.widgets import plain

OVERLAID = 12
LOGGED = ("loss", "learning_rate")


def overlay(picked: Sequence[Summary]) -> None:
    """The section with the curves of the ticked runs."""
    st.subheader("Curves", anchor=False)
    curves = {run.name: rows for run in picked[:OVERLAID] if (rows := _epochs(run.name))}
    if not curves:
        st.caption("No curves: these runs have no finished epoch, or are SVMs, which have none.")
        return
    if len(picked) > OVERLAID:
        st.caption(f"The first {OVERLAID} of {len(picked)} ticked runs are drawn: more lines cannot be told apart.")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        measure = st.segmented_control(
            "Measure", list(MEASURES), default="loss", required=True, key="measure", format_func=MEASURES.__getitem__,
            help="On the validation images. AUC is the chance that an AI-generated image scores higher than a real one.",
        )  # fmt: skip
        smoothing = st.slider(
            "Smoothing", 0.0, 0.95, 0.0, 0.05, key="smoothing", width=220,
            help="An exponential mean over the epochs; the true line stays, faintly, behind it.",
        )  # fmt: skip
        log = st.toggle("Logarithmic", key="log-axis", disabled=measure not in LOGGED) and measure in LOGGED
        figure_format()
    early = {run.name for run in picked if _ended_early(run, curves)}
    chart(
        compare_curves(curves, measure, smoothing, log, early),
        f"runs-{measure}",
        f"{MEASURES[measure]} of the ticked runs by epoch",
    )
    st.caption("A star marks the epoch with the lowest validation loss, whose weights are kept as the best"
               + ("; a cross the epoch at which patience ended the run." if early else "."))  # fmt: skip
    table = pd.concat([pd.DataFrame(rows).assign(run=name) for name, rows in curves.items()])
    table.insert(0, "run", table.pop("run"))
    st.download_button(
        "Curves as CSV", table.to_csv(index=False), "curves.csv", "text/csv", icon=":material/download:", on_click="ignore"
    )


def _epochs(name: str) -> list[dict[str, float]]:
    try:
        return [row for row in find_run(name).metrics() if "epoch" in row]
    except (UserError, ValueError) as error:
        st.warning(plain(f"{name}: {error}"))
        return []


def _ended_early(run: Summary, curves: dict[str, list[dict[str, float]]]) -> bool:
    settings = run.settings
    return run.name in curves and stopped_early(curves[run.name], settings["epochs"], settings["patience"], run.state)
