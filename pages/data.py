"""Data: choose a data set and see what is in it, what a cheater would score, and what to put right before training."""

from collections.abc import Callable

import streamlit as st

from detector.data.audit_store import read_audit
from detector.data.audit_words import LIGHT_WORDS, headline
from detector.data.folders import open_data
from detector.data.manifest import Manifest
from detector.errors import UserError
from detector.labels import AI, LABEL_WORDS, REAL
from pages.parts.contact_sheet import show_pictures
from pages.parts.data_copies import show_copies
from pages.parts.data_overview import show_overview
from pages.parts.data_splits import show_splits
from pages.parts.shell import shell
from pages.parts.widgets import plain, show_flash

VIEWS: dict[str, Callable[[Manifest], None]] = {
    "Overview": show_overview,
    "Copies": show_copies,
    "Splits": show_splits,
    "Pictures": show_pictures,
}
LIGHTS = {"green": ("green", "check_circle"), "amber": ("orange", "warning"), "red": ("red", "error"), "grey": ("gray", "help")}


def main() -> None:
    shell()
    show_flash()
    st.title("Data", anchor=False)
    st.markdown("Choose a data set, see what is in it, and find what a detector could cheat by before one is trained on it.")
    manifest = choose_set()
    if manifest is None:
        return
    summary(manifest)
    view = st.segmented_control(
        "View",
        list(VIEWS),
        default="Overview",
        required=True,
        key="view",
        bind="query-params",
        label_visibility="collapsed",
        wrap=True,
    )
    VIEWS[view](manifest)


def choose_set():
    spec = st.text_input("Folder", key="data", bind="query-params")
    if not spec:
        return None
    try:
        return open_data(spec)
    except UserError as error:
        st.error(plain(str(error)))
        return None


def summary(manifest: Manifest) -> None:
    """The set in a line, and the light of its audit."""
    counts = manifest.counts()["all"]
    generators = {item.generator for item in manifest.items if item.generator}
    parts = [f"**{sum(counts.values()):,} images**", *(f"{counts[label]:,} {LABEL_WORDS[label]}" for label in (REAL, AI))]
    if generators:
        parts.append(f"{len(generators):,} {'generator' if len(generators) == 1 else 'generators'}")
    audit = read_audit(manifest)
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="summary"):
        st.markdown(" · ".join(parts), width="content")
        if audit is None:
            st.badge("Not audited yet", icon=":material/help:", color="gray")
        else:
            colour, icon = LIGHTS[audit.light]
            st.badge(LIGHT_WORDS[audit.light], icon=f":material/{icon}:", color=colour)
            st.caption(plain(headline(audit)))


main()
