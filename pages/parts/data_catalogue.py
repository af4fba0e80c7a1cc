"""The catalogue of public data sets as cards: what each is, what is wrong with it, and how to get it."""

import streamlit as st

from detector.data.catalog import CATALOGUE, PublicSet, facts
from detector.data.download import Step, begun, discard_begun, fetch
from detector.data.hub import endpoint_in_use
from detector.data.known import find_set
from detector.errors import UserError
from pages.parts.data_dialogs import show_next
from pages.parts.progress import Bar
from pages.parts.widgets import flash, plain


def show_catalogue() -> None:
    """All cards; each says what to beware of before it says how to get it."""
    st.markdown(
        "Well-known public sets. Each was made for its own purpose and has faults that a detector may learn instead of the "
        "question: they are listed, as far as they are known."
    )
    most = st.number_input(
        "At most so many images of each class and split",
        min_value=0,
        max_value=1_000_000,
        value=2000,
        step=500,
        key="catalogue-most",
        help="0 fetches all. A few thousand are enough for a first look, and come much sooner.",
        width=320,
    )
    for public in CATALOGUE:
        with st.container(border=True, gap="xsmall", key=f"catalogue-{public.name}"):
            _card(public, int(most) or None)


def _card(public: PublicSet, most: int | None) -> None:
    st.markdown(f"**{plain(public.title)}**")
    st.markdown(plain(public.about))
    st.caption(plain(facts(public)[:1].upper() + facts(public)[1:] + "."))
    st.markdown("  \n".join(f":orange[:material/warning:] {plain(wrong)}" for wrong in public.wrong))
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.link_button("Its page", public.page, icon=":material/open_in_new:", type="tertiary")
        if here := find_set(public.name):
            if st.button("Open", icon=":material/folder_open:", key=f"catalogue-open-{public.name}", help="It is here already."):
                show_next(here.spec)
                st.rerun()
            return
        start = public.hub is not None and _buttons(public)
    if public.hub is None:
        st.markdown(f":material/pan_tool: **By hand.** {plain(public.by_hand)}")
    elif start:
        _download(public, most)


def _buttons(public: PublicSet) -> bool:
    """Whether to begin or go on; what was broken off can be given up."""
    images = begun(public)
    start = st.button(
        f"Go on ({images:,} images are here)" if images else "Download",
        icon=":material/download:",
        key=f"catalogue-get-{public.name}",
        help=f"From {endpoint_in_use()}. A download that is stopped or broken off goes on where it was.",
    )
    if images and st.button("Give up", icon=":material/delete:", type="tertiary", key=f"catalogue-drop-{public.name}"):
        discard_begun(public)
        st.rerun()
    return start


def _download(public: PublicSet, most: int | None) -> None:
    stop = st.empty()
    stop.button("Stop", icon=":material/stop:", key=f"catalogue-stop-{public.name}", help="What has come is kept.")
    try:
        with Bar("Fetching") as bar:

            def told(step: Step) -> None:
                at_most = "at most " if most else ""
                files = f"{step.files} of {at_most}{step.of_files} files"
                size = f"{step.bytes / 1e6:,.0f} of {at_most}{step.of_bytes / 1e6:,.0f} MB"
                bar.draw(step.bytes, step.of_bytes, f"{size}, {files}, {step.images:,} images")

            folder = fetch(public, most=most, progress=told)
    except UserError as error:
        stop.empty()
        st.error(plain(str(error)), icon=":material/cloud_off:")
        return
    flash(f"{plain(public.title)} is here.")
    show_next(str(folder))
    st.rerun()
