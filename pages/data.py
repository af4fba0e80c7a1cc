"""Data: choose a data set, see what is in it, find what a detector could cheat by, and put it right before training."""

from collections.abc import Callable

import streamlit as st

from detector.data.audit import Audit
from detector.data.audit_store import read_audit
from detector.data.audit_words import LIGHT_WORDS, headline
from detector.data.manifest import Manifest
from detector.labels import AI, LABEL_WORDS, REAL
from pages.parts.contact_sheet import show_pictures
from pages.parts.data_audit import show_audit
from pages.parts.data_cleaning import show_cleaning
from pages.parts.data_copies import show_copies
from pages.parts.data_equalise import show_equalise
from pages.parts.data_overview import show_overview
from pages.parts.data_sources import choose_set
from pages.parts.data_splits import show_splits
from pages.parts.shell import shell
from pages.parts.widgets import plain, show_flash

VIEWS: dict[str, Callable[[Manifest], None]] = {
    "Overview": show_overview,
    "Audit": show_audit,
    "Copies": show_copies,
    "Cleaning": show_cleaning,
    "Equalise": show_equalise,
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
    if not manifest.items:
        st.warning("Every picture of this set was left out: bring some back.", icon=":material/visibility_off:")
        show_pictures(manifest)
        return
    place, audit = st.empty(), read_audit(manifest)
    with place:
        summary(manifest, audit)
    view = st.segmented_control(
        "View", list(VIEWS), default="Overview", required=True, key="view", bind="query-params", wrap=True,
        label_visibility="collapsed",
    )  # fmt: skip
    VIEWS[view](manifest)
    if audit is None and (made := read_audit(manifest)):  # the view made one
        with place:
            summary(manifest, made)


def summary(manifest: Manifest, audit: Audit | None) -> None:
    """The set in a line, and the light of its audit with its sentence."""
    counts = manifest.counts()["all"]
    generators = {item.generator for item in manifest.items if item.generator}
    parts = [f"**{sum(counts.values()):,} images**", *(f"{counts[label]:,} {LABEL_WORDS[label]}" for label in (REAL, AI))]
    if generators:
        parts.append(f"{len(generators):,} {'generator' if len(generators) == 1 else 'generators'}")
    with st.container(gap="xsmall", key=f"summary-{audit.light if audit else 'none'}"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(" · ".join(parts), width="content")
            if audit is None:
                st.badge("Not audited yet", icon=":material/help:", color="gray")
            else:
                colour, icon = LIGHTS[audit.light]
                st.badge(LIGHT_WORDS[audit.light], icon=f":material/{icon}:", color=colour)
        if audit is not None:
            st.caption(plain(headline(audit)))


main()
