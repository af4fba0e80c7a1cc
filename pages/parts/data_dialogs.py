"""The questions about data sets: rename, delete."""

import streamlit as st

from detector.data.known import KnownSet, delete_set, rename_set
from detector.home import data_folder
from pages.parts.actions import attempt
from pages.parts.widgets import plain

NAME_HELP = "Letters, digits, dots, dashes and underscores, 80 at most."


def show_next(spec: str) -> None:
    """Have the page choose this set at its next run, before its widgets exist."""
    st.session_state["data-next"] = spec


def open_button(label: str, spec: str) -> None:
    """A button that opens another set on this page: a link to the page that one is on leaves the address as it was."""
    if st.button(label, icon=":material/folder_open:", key=f"open-set-{spec}"):
        show_next(spec)
        st.rerun()


@st.dialog("Rename the data set")
def ask_rename(known: KnownSet) -> None:
    """Another name."""
    name = st.text_input("Name", value=known.name, max_chars=80, key="rename-set", help=NAME_HELP).strip()
    st.caption("Runs that were trained on it keep the old name in their settings and no longer find its pictures.")

    def rename() -> None:
        rename_set(known.name, name)
        show_next(str(data_folder() / name))

    if st.button("Rename", type="primary", disabled=not name or name == known.name, key="rename-set-now"):
        attempt(rename, f"Renamed to {plain(name)}.")


@st.dialog("Delete for good?")
def ask_delete(known: KnownSet) -> None:
    """Ask before anything is gone."""
    st.markdown(f"**{plain(known.name)}** and all its pictures go from the workspace:")
    st.caption(plain(known.spec))
    st.markdown("Runs and weights trained on it stay.")

    def delete() -> None:
        delete_set(known.name)
        show_next("")

    if st.button("Delete", type="primary", icon=":material/delete:", key="delete-set-now"):
        attempt(delete, f"Deleted {plain(known.name)}.")
