"""Data: choose a data set, see what is in it, find what a detector could cheat by, and put it right before training."""

from collections.abc import Callable

import streamlit as st

from detector.data.audit import Audit
from detector.data.audit_store import read_audit
from detector.data.audit_words import LIGHT_WORDS, headline
from detector.data.manifest import Manifest
from detector.labels import AI, LABEL_WORDS, REAL
from pages.parts.contact_sheet import show_pictures
from pages.parts.data_aligned import show_aligned
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
    "Matched fakes": show_aligned,
    "Splits": show_splits,
    "Pictures": show_pictures,
}
ORDER = """Work from left to right; every step can be left out, and every decision can be undone.

1. **Overview**: what is in the set, and what to be careful about.
2. **Audit**: what a model scores that barely looks at the pictures.
3. **Copies**: settle pictures that are in both classes, keep one of each copy.
4. **Cleaning**: crop credits and borders, split collages, leave out odd pictures; then write the cleaned copy and go on with it.
5. **Equalise**: give both classes one size and one compression, and audit again.
6. **Matched fakes**: make fakes from the real pictures that differ in nothing but their making.
7. **Splits**: see what would be trained on and tested on; then train.

**Pictures** shows all of them at any time."""
LIGHTS = {"green": ("green", "check_circle"), "amber": ("orange", "warning"), "red": ("red", "error"), "grey": ("gray", "help")}


def main() -> None:
    shell()
    show_flash()
    st.title("Data", anchor=False)
    st.markdown("Choose a data set, see what is in it, and find what a detector could cheat by before one is trained on it.")
    manifest = choose_set()
    if manifest is None:
        if "data" not in st.query_params:
            st.markdown(ORDER)
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
    go_on(view)
    if audit is None and (made := read_audit(manifest)):  # the view made one
        with place:
            summary(manifest, made)


def go_on(view: str) -> None:
    """The next step in the order of work; after the splits comes training, which has its own link there."""
    following = list(VIEWS)[list(VIEWS).index(view) + 1 :][:1]
    if not following or view == "Splits":
        return
    st.button(
        f"Next: {following[0]}", icon=":material/arrow_forward:", key="view-next", on_click=_choose_view, args=(following[0],)
    )


def _choose_view(view: str) -> None:
    st.session_state["view"] = view


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
