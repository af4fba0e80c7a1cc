"""The numbers of a comparison: metrics side by side, paired differences, curves over each other, agreement, downloads."""

import json

import pandas as pd
import streamlit as st

from detector.evaluation.compare import MEASURES, Comparison, best
from detector.evaluation.compare_words import MEASURE_WORDS, difference_words, match_words, p_words, pair_sentence, warnings
from detector.evaluation.curves import roc_of, thinned
from detector.evaluation.terms import TERMS, shown, shown_interval
from detector.figures.compare import agreement_figure, difference_figure, short
from detector.figures.roc import compare_roc
from pages.parts.chart import chart
from pages.parts.widgets import plain

SHOWN = ("accuracy", "balanced_accuracy", "recall_ai", "recall_real", "auc", "average_precision", "tpr_at_5_fpr", "brier", "ece")

NAME = 28  # characters of a detector's name above its column
FEW_PAIRS, ROLL = 4, 420  # more pairs than that are rolled through, in so many pixels


def what_is_compared(comparison: Comparison) -> None:
    """How many images, what is left out, and what to beware of."""
    first, *others = match_words(comparison)
    joined = comparison.joined
    lines = ", ".join(f"{plain(name)} {line:.2f}" for name, line in zip(joined.names, joined.thresholds, strict=True))
    st.caption(f"{plain(first)} Thresholds: {lines}.")
    for line in others:
        st.caption(plain(line))
    for line in warnings(comparison):
        st.warning(plain(line), icon=":material/warning:")


def numbers(comparison: Comparison) -> None:
    """Each detector's metrics with their intervals; a best one is named only where the difference is clear."""
    st.subheader("Side by side", anchor=False)
    clear = {name: best(comparison, name) for name in MEASURES}
    table = pd.DataFrame({"": [TERMS[name].title for name in SHOWN]})
    names = comparison.joined.names
    heads = [short(name, NAME) for name in names]
    heads = heads if len(set(heads)) == len(heads) else list(names)
    for place, (name, metrics) in enumerate(zip(heads, comparison.metrics, strict=True)):
        cells = []
        for key in SHOWN:
            interval = shown_interval(metrics, key)
            cell = shown(key, getattr(metrics, key)) + (f"  ({interval})" if interval else "")
            cells.append(cell + ("  clearly best" if clear.get(key) == place else ""))
        table[name] = cells
    st.dataframe(table, hide_index=True, alt="Metrics of each detector on the same images, with 95 % intervals")
    st.caption(
        "Brackets hold each number's own 95 % interval. Whether two detectors differ is read below, since overlapping brackets "
        "do not say so: both were asked about the same images. *Clearly best* stands only where every difference is clear."
    )


def differences(comparison: Comparison) -> None:
    """The paired differences as dots beside no difference, and a sentence a pair."""
    st.subheader("How far apart, and may it be chance?", anchor=False)
    there = [name for name in MEASURES if name in comparison.pairs[0].differences]
    measure = there[0]
    if len(there) > 1:
        measure = st.segmented_control(
            "Measure", there, default=there[0], required=True, key="measure", format_func=MEASURE_WORDS.__getitem__,
            label_visibility="collapsed",
        )  # fmt: skip
    left, right = st.columns(2, gap="large")
    with left:
        chart(difference_figure(comparison, measure, MEASURE_WORDS[measure]), f"differences-{measure}",
              f"Differences of {MEASURE_WORDS[measure]} with 95 % intervals, a row a pair")  # fmt: skip
        many = ", corrected for the number of pairs (Holm)" if len(comparison.pairs) > 1 else ""
        st.caption(f"A filled dot is a clear difference: p < .05{many}. Right of the line the first of the two is ahead.")
    with right:
        with st.container(height=ROLL if len(comparison.pairs) > FEW_PAIRS else "content", border=False):
            for pair in comparison.pairs:
                st.markdown(f"- {plain(pair_sentence(comparison, pair))}")
        st.caption(
            "McNemar's exact test: of the images on which just one of the two is right, how uneven is the split?"
            + (" Images of one group (near-copies, one prompt) count as one." if comparison.grouped else "")
        )
    with st.expander("All differences", icon=":material/table:"):
        st.dataframe(_difference_table(comparison), hide_index=True, alt="Differences of all pairs in three measures")


def _difference_table(comparison: Comparison) -> pd.DataFrame:
    names = comparison.joined.names
    return pd.DataFrame(
        [
            {"First": names[pair.a], "Second": names[pair.b]}
            | {MEASURE_WORDS[key]: difference_words(pair, key) for key in pair.differences}
            | {
                "Only first right": pair.only_a,
                "Only second right": pair.only_b,
                "Both wrong": pair.both_wrong,
                "McNemar": p_words(pair.p),
                "Corrected": p_words(pair.holm),
            }
            for pair in comparison.pairs
        ]
    )


def curves_and_agreement(comparison: Comparison) -> None:
    """ROC curves over each other, and how often verdicts are the same."""
    left, right = st.columns(2, gap="large")
    joined = comparison.joined
    with left:
        st.subheader("At other thresholds", anchor=False)
        if joined.samples[0].both:
            curves = {}
            for name, sample, metrics in zip(joined.names, joined.samples, comparison.metrics, strict=True):
                x, y, _ = roc_of(sample)
                places = thinned(x, y)
                curves[short(name)] = (x[places], y[places], metrics.auc or 0.0)
            figure = compare_roc(curves, len(joined.labels)).update_layout(height=400 + 22 * len(curves))
            chart(figure, "roc-overlay", "ROC curves of the detectors over each other")
        else:
            st.caption("A ROC curve needs both real and AI-generated images.")
    with right:
        st.subheader("Do they agree?", anchor=False)
        chart(agreement_figure(comparison), "agreement", "Share of images on which each two detectors say the same, and kappa")
        st.caption(
            "How often two say the same, right or wrong. Cohen's κ is 0 where they agree as often as chance would have it, and 1 "
            "where they always do."
        )


def downloads(comparison: Comparison) -> None:
    """The joined table and the numbers as files."""
    with st.container(horizontal=True):
        st.download_button(
            "Every image and score as CSV", lambda: comparison.joined.table().to_csv(index=False).encode(), "comparison.csv",
            "text/csv", icon=":material/download:", on_click="ignore",
        )  # fmt: skip
        st.download_button(
            "All numbers as JSON", lambda: json.dumps(comparison.to_dict(), indent=2).encode(), "comparison.json",
            "application/json", icon=":material/download:", on_click="ignore",
        )  # fmt: skip
