"""The results of a batch: filtered and ordered, as pictures or as a table, to keep as a file or to have reviewed."""

from functools import partial

import pandas as pd
import streamlit as st

from detector.batches.batch import Batch
from detector.batches.export import KINDS, MIME, encoded
from detector.batches.results import COLUMNS
from detector.batches.table import ERROR, ORDERS, VERDICTS, Results, Wanted, counts, rows_of, select
from pages.parts.batch_cache import results_of
from pages.parts.batch_review import review_button
from pages.parts.batch_sheet import show_sheet, show_table
from pages.parts.widgets import WORDS, sentence_case

PICTURES, TABLE = "Pictures", "Table"
MOST_ERRORS = 20
LONGEST_ERROR = 80
GENERATOR_HINT = "As the names of files and folders tell it."
ALIKE_HINT = "The detector's guess: where most of the training pictures that are nearest to this one come from."
OUTCOMES = {**WORDS, ERROR: "could not be used"}


@st.fragment
def show_results(batch: Batch) -> None:
    """The results so far; they are read anew at every click here, and only what is new of them."""
    results = results_of(batch)
    if results.frame.empty:
        return
    st.subheader("Results", anchor=False)
    threshold = float(batch.about().get("threshold", 0.5))
    wanted = choose(results)
    found = select(results.frame, wanted, threshold)
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="batch-tools"):
        view = st.segmented_control(
            "View", [PICTURES, TABLE], default=PICTURES, required=True, key="batch-as", label_visibility="collapsed"
        )
        if batch.status().active:
            st.button(
                "Show the latest", icon=":material/refresh:", key="batch-latest", help="More results come in while it works."
            )
        if len(found):
            downloads(batch, found)
            review_button(batch, found)
    if not len(found):
        st.info("No picture fits these filters.", icon=":material/filter_alt_off:")
        return
    (show_sheet if view == PICTURES else show_table)(batch, results, found, threshold)


def choose(results: Results) -> Wanted:
    """The filters, of those that have something to choose from."""
    frame, found = results.frame, counts(results.frame)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="batch-filters"):
        outcomes = st.pills(
            "Verdict", [name for name in VERDICTS if found[name]], selection_mode="multi", key="batch-outcome", wrap=True,
            format_func=lambda name: sentence_case(OUTCOMES[name]),  # no counts: a label that changes loses the choice
        )  # fmt: skip
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="batch-more-filters"):
        low, high = st.slider(
            "Score", 0.0, 1.0, (0.0, 1.0), 0.01, key="batch-score", width=160, help="0 is real, 1 is AI-generated."
        )
        order = st.selectbox("Order", list(ORDERS), format_func=ORDERS.__getitem__, key="batch-order", width=160)
        find = st.text_input(
            "Find", key="batch-find", icon=":material/search:", width=160, placeholder="name or error",
            help="Every word must occur in a picture's path or in its error.",
        )  # fmt: skip
        generators = _several("Generator", frame["generator"], "batch-generator", GENERATOR_HINT)
        alike = _several("Looks like", frame["looks_like"], "batch-alike", ALIKE_HINT)
        errors = _several("Error", frame["error"], "batch-error", "Why a picture could not be used.") if ERROR in outcomes else ()
    return Wanted(tuple(outcomes), generators, alike, low, high, find.strip(), order, errors)


def _several(title: str, values: "pd.Series[str]", key: str, hint: str) -> tuple[str, ...]:
    """Some of the values that there are, the most frequent first; nothing to choose where there are none."""
    options = [str(value) for value in values[values != ""].value_counts().index[:MOST_ERRORS]]
    if key in st.session_state:
        st.session_state[key] = [value for value in st.session_state[key] if value in options]
    if not options:
        return ()
    return tuple(
        st.multiselect(
            title, options, key=key, placeholder="all", width=160, help=hint,
            format_func=lambda text: text if len(text) <= LONGEST_ERROR else f"{text[:LONGEST_ERROR]}…",
        )
    )  # fmt: skip


def downloads(batch: Batch, found: pd.DataFrame) -> None:
    """The rows on show as a file, made when it is asked for."""
    with st.popover(f"Download {len(found):,} rows", icon=":material/download:", key="batch-download"):
        for kind, words in zip(
            KINDS, ("CSV, for spreadsheets", "JSON lines, for scripts", "Parquet, for data frames"), strict=True
        ):
            st.download_button(
                words, partial(_file, found, kind), f"{batch.name}.{kind}", MIME[kind],
                key=f"batch-download-{kind}", type="tertiary", on_click="ignore",
            )  # fmt: skip


def _file(found: pd.DataFrame, kind: str) -> bytes:
    return encoded(rows_of(found), COLUMNS, kind)
