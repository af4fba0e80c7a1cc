"""The form of a batch: which pictures, which detector, under which name."""

import io
from pathlib import Path
from typing import IO, cast

import streamlit as st

from detector.batches.batch import create_batch, default_name
from detector.batches.plan import FILES, SET, ZIP, BatchPlan, checked_folder
from detector.data.archive_entries import MAX_ENTRIES
from detector.data.known import list_sets
from detector.errors import UserError
from pages.parts.batch_cache import pictures_in
from pages.parts.weights_choice import RUN, choose_weights, weights_options, weights_place
from pages.parts.widgets import empty_state, plain

MAX_MB = 1024  # an upload waits in memory until the batch has it
KINDS = {FILES: "A folder", ZIP: "A zip", SET: "A data set"}

Source = tuple[str, str, IO[bytes] | None]
"""Kind, place and, of a zip that was uploaded, its content."""


def batch_form() -> None:
    """Choose pictures and a detector, and start."""
    options = weights_options()
    if not options:
        empty_state("There is no detector yet.", "train", "Train the first one", ":material/model_training:")
        return
    left, right = st.columns([3, 2], gap="large")
    with left:
        st.subheader("1. Pictures", anchor=False)
        source = choose_pictures()
    with right:
        st.subheader("2. Detector", anchor=False)
        weights = choose_weights(options)
        name = st.text_input(
            "Name of the batch", placeholder="made from the pictures and the time", key="batch-name", max_chars=80,
            help="Letters, digits, dots, dashes and underscores.",
        ).strip()  # fmt: skip
        if (
            st.button("Start", type="primary", icon=":material/play_arrow:", disabled=source is None, key="batch-start")
            and source
        ):
            start(source, weights, name)
        st.caption("It works in the background, also when this page is closed, and can be stopped and gone on with.")


def choose_pictures() -> Source | None:
    """The pictures, or None until there are some."""
    kind = st.segmented_control(
        "Pictures", list(KINDS), default=FILES, required=True, format_func=KINDS.__getitem__, key="batch-kind",
        label_visibility="collapsed",
    )  # fmt: skip
    return {FILES: _folder, ZIP: _zip, SET: _set}[str(kind)]()


def _folder() -> Source | None:
    text = st.text_input(
        "Folder on this computer", key="batch-folder", placeholder="/home/me/pictures",
        help="Every picture in it is taken, at any depth. The files stay where they are and are only read.",
    ).strip()  # fmt: skip
    if not text:
        st.caption("Pictures at any depth below it are taken. They need not be sorted into classes.")
        return None
    try:
        place = checked_folder(text)
        count = pictures_in(place) if Path(place).is_dir() else 1
    except (UserError, OSError) as error:
        st.error(plain(str(error)), icon=":material/folder_off:")
        return None
    if not count:
        st.error("There are no pictures in this folder.", icon=":material/folder_off:")
        return None
    st.success(f"{count:,} {'picture' if count == 1 else 'pictures'}.", icon=":material/check_circle:")
    return FILES, place, None


def _zip() -> Source | None:
    file = st.file_uploader(
        "Zip file", ["zip"], max_upload_size=MAX_MB, key="batch-zip",
        help=f"At most {MAX_ENTRIES:,} pictures. They are unpacked into the workspace and go when the batch is deleted.",
    )  # fmt: skip
    path = st.text_input("Or a zip on this computer", placeholder="/home/me/pictures.zip", key="batch-zip-path",
                         help="For files too large to upload.").strip()  # fmt: skip
    if file:
        return ZIP, file.name, cast(IO[bytes], file)
    if not path:
        return None
    try:
        return ZIP, checked_folder(path), None
    except UserError as error:
        st.error(plain(str(error)), icon=":material/folder_off:")
        return None


def _set() -> Source | None:
    sets = {known.spec: known for known in list_sets() if known.there}
    spec = st.selectbox(
        "Data set", list(sets), key="batch-set",
        format_func=lambda each: sets[each].title if each in sets else each,
        help="Pictures that were left out on the page Data are not classified.",
    )  # fmt: skip
    return (SET, spec, None) if spec else None


def start(source: Source, weights: str, name: str) -> None:
    """Make the batch, start its worker, and go to it."""
    kind, place, upload = source
    try:
        spec = str(weights_place(weights)) if weights.startswith(RUN) else weights
        plan = BatchPlan(kind, (place,), spec)
        batch = create_batch(name or default_name(Path(place).stem), plan, io.BytesIO(upload.read()) if upload else None)
        batch.launch()
    except (UserError, OSError) as error:
        st.error(plain(str(error)), icon=":material/error:")
        return
    st.query_params.clear()
    st.query_params["batch"] = batch.name
    st.rerun()
