"""Classify: take a sample or upload pictures, read the verdicts, see where the detector looks."""

from collections.abc import Sequence

import streamlit as st

from detector.errors import UserError
from detector.samples import Sample
from pages.parts.detail import detail
from pages.parts.judged import Picture, Row, forget, judge
from pages.parts.results import pick, results_table
from pages.parts.sample_row import sample_picture, sample_row
from pages.parts.shell import shell
from pages.parts.weights_choice import KEY, choose_weights, weights_options, weights_place
from pages.parts.widgets import empty_state, plain

TYPES = ["jpg", "jpeg", "jfif", "png", "webp", "avif", "gif", "bmp", "tif", "tiff"]
MAX_MB = 50
ERRORS_SHOWN = 5


def main() -> None:
    shell()
    st.title("Classify", anchor=False)
    st.markdown("Ask a detector whether pictures are AI-generated, and see which places in them speak for its answer.")
    options = weights_options()
    if not options:
        empty_state("There is no detector yet.", "train", "Train the first one", ":material/model_training:")
        return
    left, right = st.columns([1, 2], gap="medium")
    with left:
        chosen = choose_weights(options)
    with right:
        pictures = uploads()
    if sample := sample_picture(st.query_params.get("sample", "")):
        pictures.insert(0, sample)
    with left:
        st.button("Clear all", icon=":material/clear_all:", on_click=clear, disabled=not pictures)
    with st.expander("Samples at hand", icon=":material/photo_library:", expanded=not pictures):
        sample_row("samples", take_sample)
    forget(pictures)
    if pictures:
        answer(pictures, chosen)


def uploads() -> list[Picture]:
    """The uploaded pictures, in order."""
    files = st.file_uploader(
        "Pictures",
        TYPES,
        accept_multiple_files=True,
        key=f"upload-{st.session_state.get('cleared', 0)}",
        on_change=drop_sample,
        max_upload_size=MAX_MB,
        help="They stay in the memory of the computer that runs this app, and go when you leave the page. "
        "For thousands take the page Batches: it works in the background.",
    )
    return [Picture(file.file_id, file.name, file.getvalue) for file in files]


def drop_sample() -> None:
    """Leave the sample once a person comes with pictures of their own."""
    st.query_params.pop("sample", None)


def take_sample(sample: Sample) -> None:
    """Put the sample first, and ask the weights that it suits."""
    st.query_params["sample"] = sample.name
    if sample.suggests in weights_options():
        st.session_state[KEY] = sample.suggests
    pick(0)


def clear() -> None:
    """Take all pictures away; under a new key the uploader starts empty."""
    st.session_state["cleared"] = st.session_state.get("cleared", 0) + 1
    drop_sample()
    pick(0)


def answer(pictures: Sequence[Picture], chosen: str) -> None:
    """Verdicts of all pictures, and one of them in full."""
    try:
        folder = weights_place(chosen)
        rows = judge(pictures, folder)
    except UserError as error:
        st.error(plain(str(error)), icon=":material/error:")
        return
    show_errors(pictures, rows)
    index = results_table(pictures, rows, chosen) if len(pictures) > 1 else 0
    if len(pictures) > 1:
        turn_buttons(index, pictures)
    if not rows[index]["error"]:
        detail(pictures[index], rows[index], folder)


def show_errors(pictures: Sequence[Picture], rows: Sequence[Row]) -> None:
    """A clear line for each of the first unusable files; the table has them all."""
    bad = [(picture, row) for picture, row in zip(pictures, rows, strict=True) if row["error"]]
    for picture, row in bad[:ERRORS_SHOWN]:
        st.warning(plain(f"{picture.name}: {row['error']}"), icon=":material/broken_image:")
    if len(bad) > ERRORS_SHOWN:
        st.warning(f"{len(bad) - ERRORS_SHOWN} more files cannot be used: the table says why.", icon=":material/broken_image:")


def turn_buttons(index: int, pictures: Sequence[Picture]) -> None:
    """Previous and next, by mouse or by key."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button("Previous", icon=":material/chevron_left:", shortcut="P", on_click=pick, args=(index - 1,), disabled=index == 0)
        last = index == len(pictures) - 1
        st.button("Next", icon=":material/chevron_right:", shortcut="N", on_click=pick, args=(index + 1,), disabled=last)
        st.markdown(f"**{index + 1} of {len(pictures)}** · {plain(pictures[index].name)}")


main()
