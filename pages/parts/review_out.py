"""What comes out of a queue: tables to keep, a data set to train on, pinned images; and an earlier table taken in."""

import re
from collections.abc import Callable
from functools import partial
from typing import TypeVar

import streamlit as st

from detector.data.known import address_of
from detector.errors import UserError
from detector.review.desk import (
    Queue,
    corrected_folder,
    corrected_table,
    export_bytes,
    export_table,
    import_answers,
    send_to_ledger,
)
from pages.parts.data_dialogs import NAME_HELP
from pages.parts.shell import page_file
from pages.parts.widgets import flash, plain

KINDS = {"csv": "text/csv", "jsonl": "application/x-ndjson", "parquet": "application/vnd.apache.parquet"}
ROWS_SHOWN, LINES_SHOWN = 500, 20
MADE = "review-made"

Result = TypeVar("Result")


def use_it(queue: Queue) -> None:
    """The corrected pictures as a data set, and those on which people contradict the detector as pins."""
    st.subheader("Use the answers", anchor=False)
    left, right = st.columns(2, gap="large")
    with left:
        _data_set(queue)
    with right:
        _pins(queue)


def _data_set(queue: Queue) -> None:
    st.markdown("**A data set of what people said**, for *Data* and *Train*. Pictures without a majority stay out.")
    changed = st.toggle("Only what differs from the detector", key="corrected-only")
    proposal = re.sub(r"[^A-Za-z0-9._-]+", "-", queue.name).strip("-._")[:70] or "reviewed"
    name = st.text_input("Name", f"{proposal}-corrected", max_chars=80, key=f"corrected-{proposal}", help=NAME_HELP).strip()
    with st.container(horizontal=True, gap="small"):
        if st.button("Make the data set", icon=":material/create_new_folder:", disabled=not name, key="corrected-make"):
            folder = _tried(lambda: corrected_folder(queue.name, name, only_changed=changed))
            if folder:
                st.session_state[MADE] = address_of(str(folder))
        st.download_button(
            "Only a table", partial(corrected_table, queue.name, only_changed=changed), f"{proposal}-corrected.csv", "text/csv",
            icon=":material/download:", on_click="ignore", key="corrected-table",
            help="Paths and classes as CSV: `train --data` and the page Data take it; the pictures stay where they are.",
        )  # fmt: skip
    if made := st.session_state.get(MADE):
        st.markdown(f"**{plain(made)}** is made.")
        with st.container(horizontal=True, gap="medium"):
            st.page_link(page_file("data"), label="See it on Data", icon=":material/photo_library:", query_params={"data": made})
            st.page_link(page_file("train"), label="Train on it", icon=":material/model_training:", query_params={"data": made})


def _pins(queue: Queue) -> None:
    st.markdown("**Pictures on which people contradict the detector**, pinned: every detector is shown them from now on.")
    if st.button("Pin them", icon=":material/keep:", key="to-ledger", disabled=not queue.detectors):
        sent = _tried(lambda: send_to_ledger(queue.name))
        if sent:
            st.success(f"{sent.pinned:,} {'picture' if sent.pinned == 1 else 'pictures'} pinned.", icon=":material/check:")
            _lines(sent.left_out, "could not be pinned")
    st.page_link(
        page_file("compare"), label="See the pinned images", icon=":material/keep:", query_params={"view": "Pinned images"}
    )


def take_out(queue: Queue) -> None:
    """Every answer with where it came from: picture's hash, detector, score, both answers, who, when, note, tags, time."""
    st.subheader("Answers", anchor=False)
    table = _tried(lambda: export_table(queue.name))
    if table is None:
        return
    st.dataframe(table.head(ROWS_SHOWN), hide_index=True, width="stretch", height=260, alt="Answers, one a person and picture")
    if len(table) > ROWS_SHOWN:
        st.caption(f"The first {ROWS_SHOWN:,} of {len(table):,} answers; the files have all.")
    with st.container(horizontal=True, gap="small"):
        for kind, mime in KINDS.items():
            st.download_button(
                kind.upper() if kind == "csv" else {"jsonl": "JSON Lines", "parquet": "Parquet"}[kind],
                partial(export_bytes, queue.name, kind), f"{_file_name(queue.name)}.{kind}", mime,
                icon=":material/download:", on_click="ignore", key=f"export-{kind}",
            )  # fmt: skip


def bring_in(queue: Queue) -> None:
    """Answers from a table that was taken out of this queue, here or on another computer."""
    with st.expander("Bring answers in", icon=":material/upload_file:"):
        st.markdown("A table that was downloaded from a queue, such as a colleague's. What is here already is not doubled.")
        file = st.file_uploader("Table", list(KINDS), key=f"import-{st.session_state.get('imported', 0)}")
        if not st.button("Bring them in", disabled=file is None, key="import-now") or file is None:
            return
        brought = _tried(lambda: import_answers(queue.name, file.getvalue(), file.name))
        if brought is None:
            return
        new = f", {brought.images:,} new pictures" if brought.images else ""
        flash(f"{brought.added:,} answers added{new}; {brought.known:,} were known.")
        if brought.left_out:
            _lines(brought.left_out, "could not be brought in")
            return
        st.session_state["imported"] = st.session_state.get("imported", 0) + 1
        st.rerun()


def _tried(action: Callable[[], Result]) -> Result | None:
    try:
        return action()
    except (UserError, OSError) as error:
        st.error(plain(str(error)), icon=":material/error:")
        return None


def _lines(lines: list[str], what: str) -> None:
    if lines:
        st.warning(f"{len(lines):,} {what}:", icon=":material/warning:")
        st.markdown("\n".join(f"- {plain(line)}" for line in lines[:LINES_SHOWN]))
        if len(lines) > LINES_SHOWN:
            st.caption(f"… and {len(lines) - LINES_SHOWN:,} more.")


def _file_name(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9._-]+", "-", name).strip("-._")[:70] or "answers"
