"""Metrics on a page: never without n, and with the 95 % interval where there is one."""

import pandas as pd
import streamlit as st

from detector.evaluation.metrics import Metrics
from detector.evaluation.terms import TERMS, shown, shown_interval, table

FIRST = ("accuracy", "balanced_accuracy", "recall_ai", "recall_real", "precision_ai", "f1_ai", "auc")
WIDTH = 170  # pixels: two of them fit a phone of 390, four a laptop


def metric_row(metrics: Metrics) -> None:
    """The numbers to look at first, each with its interval and the count of images behind it."""
    real, ai = (sum(row) for row in metrics.confusion_matrix)
    with st.container(horizontal=True, gap="small"):
        groups = f"{metrics.groups:,} groups" if metrics.groups < metrics.n else "no groups known"
        _metric("Images", f"{metrics.n:,}", f"{real:,} real, {ai:,} AI", groups, (
            "Images of one group, such as near-copies or one prompt, count as one draw in every interval."))  # fmt: skip
        for name in FIRST:
            term = TERMS[name]
            below = shown_interval(metrics, name) or "one class only"
            _metric(term.title, shown(name, getattr(metrics, name)), below, f"n = {term.n(metrics):,}", term.meaning)


def _metric(title: str, value: str, below: str, n: str, help: str) -> None:
    with st.container(border=True, width=WIDTH, gap=None):
        st.metric(title, value, delta=below, delta_color="off", delta_arrow="off", help=help)
        st.caption(n)


def metric_table(metrics: Metrics) -> pd.DataFrame:
    """Every number as text: name, value, interval, n, meaning."""
    return pd.DataFrame(
        [
            {
                "": term.title,
                "value": shown(name, getattr(metrics, name)),
                "95 % interval": shown_interval(metrics, name),
                "n": term.n(metrics),
                "meaning": term.meaning,
            }
            for name, term in TERMS.items()
        ]
    )


def metric_csv(metrics: Metrics, source: str, split: str) -> bytes:
    """Every number with all its digits, for a spreadsheet."""
    rows = [{"source": source, "split": split, "threshold": metrics.threshold, **row} for row in table(metrics)]
    return pd.DataFrame(rows).to_csv(index=False).encode()


def metric_line(metrics: Metrics, *names: str) -> None:
    """Some numbers in a line below a figure."""
    said = []
    for name in names:
        value, term = getattr(metrics, name), TERMS[name]
        if value is not None:
            said.append(f"{term.title} **{shown(name, value)}** ({shown_interval(metrics, name)}; n = {term.n(metrics):,})")
    st.caption(" · ".join(said))
