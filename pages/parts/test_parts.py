"""Generators and folders: where the detector finds what it looks for, part by part."""

import numpy as np
import pandas as pd
import streamlit as st

from detector.evaluation.slices import Slice, slices
from detector.figures.forest import forest_figure
from detector.labels import AI, LABEL_WORDS, REAL
from pages.parts.chart import chart
from pages.parts.evaluation import Evaluation
from pages.parts.table_cache import tested_parts

ORDERS = {"recall": "Worst first", "name": "By name", "n": "Largest first"}
MOST = 40  # rows of a plot; the table has them all


def test_parts(shown: Evaluation) -> None:
    """The view of the page."""
    order = st.segmented_control("Order", ORDERS, default="recall", required=True, key="parts-order",
                                 format_func=ORDERS.__getitem__) or "recall"  # fmt: skip
    left, right = st.columns(2, gap="large")
    with left:
        st.subheader("Which generators does it find?", anchor=False)
        _section(
            shown, "generator", (AI,), order, "No generator is named in this table. Folders below the class folder name them."
        )
    with right:
        st.subheader("Does it depend on what is shown?", anchor=False)
        _section(shown, "folder", (AI, REAL), order, "One folder a class. Sub-folders, such as genres, are told apart here.")


def _section(shown: Evaluation, kind: str, labels: tuple[int, ...], order: str, nothing: str) -> None:
    parts = tested_parts(shown.table.key, shown.split, kind, shown.images.frame)
    found = [] if parts is None else [s for label in labels for s in slices(shown.images.sample, parts, shown.threshold, label)]
    if not found:
        st.caption(nothing)
        return
    found = _ordered(found, order)
    names = list(dict.fromkeys(each.name for each in found))
    few = [each for each in found if each.name in set(names[:MOST])]
    chart(forest_figure(few, _chance(shown)), f"by-{kind}", f"Recall with its interval by {kind}")
    if len(names) > MOST:
        st.caption(f"The first {MOST} of {len(names)}; the table has all.")
    values = [each.recall.value for each in found if each.label == AI]
    if _chance(shown):
        st.caption("Chance is how often images of the other class are called so too: a part that stays there is not told apart.")
    if len(values) > 1:
        st.caption(f"AI-generated: mean of {len(values)} {kind}s {np.mean(values):.1%}, lowest {min(values):.1%}.")
    with st.expander("As a table", icon=":material/table:"):
        st.dataframe(_table(found, kind), hide_index=True, alt=f"Recall by {kind} with intervals and n")


def _chance(shown: Evaluation) -> dict[int, float]:
    """What a class reaches without being told apart; nothing where only one was tested."""
    metrics = shown.metrics
    return {} if metrics.auc is None else {AI: 1 - metrics.recall_real, REAL: 1 - metrics.recall_ai}


def _ordered(found: list[Slice], order: str) -> list[Slice]:
    if order == "name":
        return sorted(found, key=lambda each: each.name)
    size = {name: sum(each.recall.n for each in found if each.name == name) for name in {each.name for each in found}}
    worst = {name: min(each.recall.value for each in found if each.name == name) for name in size}
    return sorted(found, key=lambda each: (-size[each.name] if order == "n" else worst[each.name], each.name))


def _table(found: list[Slice], kind: str) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                kind: each.name,
                "images": LABEL_WORDS[each.label],
                "called rightly": f"{each.recall.value:.1%}",
                "95 % interval": f"{each.recall.low:.1%} – {each.recall.high:.1%}",
                "n": each.recall.n,
            }
            for each in found
        ]
    )
