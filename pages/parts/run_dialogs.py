"""The questions about runs: rename, delete."""

import streamlit as st

from detector.training.runs import Run
from pages.parts.actions import attempt
from pages.parts.widgets import plain


@st.dialog("Rename the run")
def ask_rename(run: Run) -> None:
    """Another name."""
    name = st.text_input("Name", value=run.name, max_chars=80, key="rename-run").strip()
    if st.button("Rename", type="primary", disabled=not name or name == run.name, key="rename-now"):
        attempt(lambda: run.rename(name), f"Renamed to {plain(name)}.")


@st.dialog("Delete for good?")
def ask_delete(runs: list[Run]) -> None:
    """Ask before anything is gone."""
    st.markdown("\n".join(f"- {plain(run.name)}" for run in runs))
    st.markdown("Their curves, predictions and weights go with them. Weights kept in the library stay.")
    if st.button("Delete", type="primary", icon=":material/delete:", key="delete-now"):
        attempt(lambda: [run.delete() for run in runs], f"Deleted {len(runs)} {'run' if len(runs) == 1 else 'runs'}.")
