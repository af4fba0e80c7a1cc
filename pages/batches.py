"""Batches: classify thousands of pictures in the background, and look through what came out."""

import streamlit as st

from detector.batches.batch import Batch, find_batch, list_batches
from detector.errors import UserError
from pages.parts.batch_form import batch_form
from pages.parts.batch_picture import show_row
from pages.parts.batch_view import show_batch
from pages.parts.run_view import state_badge
from pages.parts.shell import page_file, shell
from pages.parts.widgets import empty_state, plain, show_flash

RECENT = 10


def main() -> None:
    shell()
    show_flash()
    st.title("Batches", anchor=False)
    st.markdown("Classify thousands of pictures in the background: a folder, a zip or a data set.")
    name = st.query_params.get("batch")
    if name and "image" in st.query_params:
        watch(name, st.query_params["image"])
        return
    if name:
        st.page_link(page_file("batches"), label="Make another batch", icon=":material/add:")
        watch(name)
    else:
        batch_form()
    others(name)


def watch(name: str, image: str | None = None) -> None:
    """The batch that the address names, or one picture of it: a reload or a second tab shows the same."""
    try:
        batch = find_batch(name)
        batch.plan()
    except UserError as error:
        st.error(plain(str(error)), icon=":material/search_off:")
        return
    if image is None:
        show_batch(batch)
    else:
        show_row(batch, image)


def others(shown: str | None) -> None:
    """The newest batches but the one on screen."""
    batches = [batch for batch in list_batches() if batch.name != shown]
    if shown and not batches:
        return
    st.subheader("Other batches" if shown else "Your batches", anchor=False)
    if not batches:
        empty_state("No batches yet. For a handful of pictures the page Classify is quicker.", "classify", "Classify a few")
        return
    for batch in batches[:RECENT]:
        batch_line(batch)
    if len(batches) > RECENT:
        with st.expander(f"{len(batches) - RECENT} older ones"):
            for batch in batches[RECENT:]:
                batch_line(batch)


def batch_line(batch: Batch) -> None:
    """One batch: state, name, how far, which detector."""
    status, about = batch.status(), batch.about()
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        state_badge(status)
        st.page_link(page_file("batches"), label=plain(batch.name), query_params={"batch": batch.name})
        detector = f" · {plain(str(about['weights']))}" if about.get("weights") else ""
        st.caption(f"{status.epoch:,} of {status.epochs:,} pictures{detector}" if status.epochs else "not begun", width="content")


main()
