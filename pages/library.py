"""Library: the detectors at hand. Read their cards, choose the default, import, keep, rename, delete."""

import streamlit as st

from detector.errors import UserError
from detector.models.library import Entry, default_name, list_entries, set_default
from pages.parts.library_dialogs import ask_delete, ask_import, ask_keep, ask_rename, runs_with_weights
from pages.parts.shell import page_file, shell
from pages.parts.weights_card import card_text, facts
from pages.parts.widgets import empty_state, flash, plain, show_flash

SHIPPED = "It ships with the app and stays as it is."
NARROW = "<style>[class*=st-key-entry-] table { display: block; overflow-x: auto; }</style>"
"""A card's tables are wider than a phone: they scroll by themselves and stay inside the card."""


def main() -> None:
    shell()
    show_flash()
    st.html(NARROW)
    st.title("Library", anchor=False)
    st.markdown("Detectors kept under a name, each with its settings and a card that says what it is.")
    entries = list_entries()
    actions()
    if not entries:
        empty_state("The library is empty: train a detector and keep its weights, or import some.", "train", "Train a detector")
    default = default_name()
    for entry in sorted(entries, key=lambda entry: entry.name != default):  # the default first, the others by name
        show_entry(entry, is_default=entry.name == default)


def actions() -> None:
    """What adds to the library; ?save=RUN, which a run's page links to, asks at once."""
    runs = runs_with_weights()
    with st.container(horizontal=True):
        if st.button("Import weights", icon=":material/upload_file:"):
            ask_import()
        nothing = "" if runs else "No run has weights yet."
        keep = st.button("Keep a run's weights", icon=":material/bookmark_add:", disabled=not runs, help=nothing or None)
    wanted = st.query_params.get("save", "")
    if keep or wanted in runs:
        ask_keep(runs, wanted)


def show_entry(entry: Entry, is_default: bool) -> None:
    """One detector: what it is, what can be done with it, its card."""
    with st.container(border=True, gap="xsmall", key=f"entry-{entry.name}"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(f"**{plain(entry.name)}**", width="content")
            if is_default:
                st.badge("Default", icon=":material/star:", color="primary")
            if entry.shipped:
                st.badge("Shipped", icon=":material/package_2:", color="gray")
        if entry.error:
            st.error(plain(entry.error), icon=":material/broken_image:")
        else:
            st.caption(plain(facts(entry)))
        buttons(entry, is_default)
        if entry.card:
            with st.expander("Card", icon=":material/description:"):
                st.markdown(card_text(entry.card))


def buttons(entry: Entry, is_default: bool) -> None:
    """What can be done with a detector."""
    name, why = entry.name, SHIPPED if entry.shipped else None
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if not entry.error:
            query = {"weights": name}
            st.page_link(page_file("classify"), label="Classify with it", icon=":material/image_search:", query_params=query)
            if _button("Make default", "star", f"default-{name}", is_default, "It is the default." if is_default else None):
                choose(entry)
        if _button("Rename", "edit", f"rename-{name}", entry.shipped, why):
            ask_rename(name)
        if _button("Delete", "delete", f"delete-{name}", entry.shipped, why):
            ask_delete(name)


def _button(label: str, icon: str, key: str, disabled: bool, help: str | None) -> bool:
    return st.button(label, icon=f":material/{icon}:", key=key, type="tertiary", disabled=disabled, help=help)


def choose(entry: Entry) -> None:
    """Make it the default."""
    try:
        set_default(entry.name)
    except (UserError, OSError) as error:
        st.error(plain(str(error)))
        return
    flash(f"{plain(entry.name)} is the default now.")
    st.rerun()


main()
