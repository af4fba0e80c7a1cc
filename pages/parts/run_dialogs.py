"""The questions about runs: rename, delete, tags and note."""

import streamlit as st

from detector.training.runs import Run
from detector.training.tags import LONGEST_NOTE, change_tags, tags_of, write_note
from pages.parts.actions import attempt
from pages.parts.widgets import plain

SHOWN = 20


@st.dialog("Rename the run")
def ask_rename(run: Run) -> None:
    """Another name."""
    name = st.text_input("Name", value=run.name, max_chars=80, key="rename-run").strip()
    if st.button("Rename", type="primary", disabled=not name or name == run.name, key="rename-now"):
        attempt(lambda: run.rename(name), f"Renamed to {plain(name)}.")


@st.dialog("Delete for good?")
def ask_delete(runs: list[Run]) -> None:
    """Ask before anything is gone; while one of them runs, none is deleted."""
    st.markdown("\n".join(f"- {plain(run.name)}" for run in runs[:SHOWN]))
    if len(runs) > SHOWN:
        st.caption(f"… and {len(runs) - SHOWN:,} more.")
    st.markdown("Their curves, predictions and weights go with them. Weights kept in the library stay.")

    def delete() -> None:
        for run in runs:
            run.must_rest("deleted")
        for run in runs:
            run.delete()

    if st.button("Delete", type="primary", icon=":material/delete:", key="delete-now"):
        attempt(delete, f"Deleted {len(runs)} {'run' if len(runs) == 1 else 'runs'}.")


@st.dialog("Tags and note")
def ask_tags(runs: list[Run], known: list[str]) -> None:
    """Tags of one run or of several, and the note of one; `known` are the tags in use."""
    own = [tags_of(run) for run in runs]
    shared = [tag for tag in own[0] if all(tag in tags for tags in own)]
    if len(runs) > 1:
        st.caption(f"Tags that all {len(runs)} ticked runs have. Those that only some have stay as they are.")
    chosen = st.multiselect(
        "Tags", sorted({*known, *shared}), shared, accept_new_options=True, key="tags-chosen",
        placeholder="type a tag, then Enter", help="Words to find runs by, such as baseline or for-the-report.",
    )  # fmt: skip
    note = ""
    if len(runs) == 1:
        before = str(runs[0].about().get("note", ""))
        note = st.text_area(
            "Note", before, max_chars=LONGEST_NOTE, key="note-text", placeholder="What was it for? What came out?"
        )

    def save() -> None:
        change_tags(runs, chosen, [tag for tag in shared if tag not in chosen])
        if len(runs) == 1:
            write_note(runs[0], note)

    if st.button("Save", type="primary", key="tags-now"):
        attempt(save, "Saved.")
