"""Asking for a cross-data matrix: which detectors, which data sets, what a column is; and the test itself, with its progress."""

import streamlit as st

from detector.cross_store import save_matrix
from detector.data.known import list_sets, remember
from detector.errors import UserError
from detector.evaluation.cross import BY
from pages.parts.progress import Bar
from pages.parts.weights_choice import RUN, weights_options
from pages.parts.widgets import empty_state, flash, plain, sentence_case

MOST, USUAL = 100_000, 100
SHOWN = 3  # detectors chosen at first


def ask_cross() -> None:
    """The form; a test that is sent for runs at once, and what it has scored is kept even if the page is left."""
    detectors = weights_options()
    if not detectors:
        empty_state("There is no detector yet.", "train", "Train the first one", ":material/model_training:")
        return
    sets = {known.spec: known.title for known in list_sets() if known.there}
    with st.form("cross"):
        chosen = st.multiselect(
            "Detectors", detectors, detectors[:SHOWN], key="cross-weights", format_func=lambda name: name.removeprefix(RUN),
            help="From the library, then training runs by their best epoch.",
        )  # fmt: skip
        data = st.multiselect(
            "Data sets", list(sets), key="cross-data", format_func=lambda spec: sets.get(spec, spec), accept_new_options=True,
            placeholder="Choose sets, or type a folder",
            help="Sets at hand, or the path of a folder with one sub-folder a class.",
        )  # fmt: skip
        with st.container(horizontal=True, vertical_alignment="bottom"):
            by = st.selectbox(
                "A column is", list(BY), format_func=lambda key: f"a {BY[key]}", key="cross-by", width=180,
                help="A generator's column holds its images and all real ones of its set. Genres are folders below the classes.",
            )  # fmt: skip
            images = st.number_input(
                "Images a class", 0, MOST, USUAL, 50, key="cross-images", width=150,
                help="At most so many of each class in a column, chosen by their contents; 0 takes all.",
            )  # fmt: skip
            sent = st.form_submit_button("Test", type="primary", icon=":material/play_arrow:")
    if sent:
        _test(chosen, data, by, int(images))


def _test(chosen: list[str], data: list[str], by: str, images: int) -> None:
    if not chosen or not data:
        st.warning("Choose at least one detector and one data set.", icon=":material/checklist:")
        return
    from detector.cross import cross  # torch is needed from here on

    st.caption("What is scored so far is kept if you leave the page.")
    try:
        with Bar("Testing") as bar:
            matrix = cross([name.removeprefix(RUN) for name in chosen], data, by=by, images=images,
                           progress=lambda done, total: bar.draw(done, total, "Testing"))  # fmt: skip
        save_matrix(matrix)
    except (UserError, OSError) as error:
        st.error(plain(str(error)), icon=":material/error:")
        return
    for spec in data:
        remember(spec)
    flash(sentence_case(f"{len(matrix.cells)} cells tested."))
    st.rerun()
