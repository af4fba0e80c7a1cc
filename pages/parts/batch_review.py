"""Having results of a batch reviewed: the rows on show become a queue on the page Review."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from detector.batches.batch import Batch
from detector.batches.table import rows_of
from detector.errors import UserError
from detector.review.desk import ORDERS, Found, add_images, create_queue, delete_queue, from_rows, list_queues
from detector.review.values import NAME_LENGTH
from pages.parts.shell import page_file
from pages.parts.widgets import plain

LEFT_OUT_SHOWN = 5


def review_button(batch: Batch, found: pd.DataFrame) -> None:
    """Ask for a queue of the rows on show."""
    if page_file("review").is_file() and st.button(
        "Review these", icon=":material/rate_review:", key="batch-review", help="People judge the pictures on show, one by one."
    ):
        review_dialog(batch, found)


@st.dialog("Review these pictures")
def review_dialog(batch: Batch, found: pd.DataFrame) -> None:
    """Name, order, how many people, and whether they answer before they see the verdict."""
    usable = int((found["error"] == "").sum())
    st.markdown(f"{usable:,} {'picture goes' if usable == 1 else 'pictures go'} into a queue on the page Review.")
    name = st.text_input("Name of the queue", _free_name(batch.name), max_chars=NAME_LENGTH, key="batch-queue-name").strip()
    order = st.selectbox(
        "Order", [order for order in ORDERS if order != "disagreement"], key="batch-queue-order", format_func=ORDERS.__getitem__
    )
    answers = st.number_input("People for each picture", 1, 20, 1, key="batch-queue-answers")
    blind = st.toggle(
        "Answer before seeing the verdict", key="batch-queue-blind",
        help="Then it can be told how often the detector pulled people to the right and to the wrong answer.",
    )  # fmt: skip
    if not st.button("Make the queue", type="primary", disabled=not (name and usable), key="batch-queue-make"):
        return
    try:
        added, left_out = make_queue(batch, found, name, str(order), int(answers), bool(blind))
    except (UserError, OSError) as error:
        st.error(plain(str(error)), icon=":material/error:")
        return
    st.success(f"{added:,} {'picture is' if added == 1 else 'pictures are'} in the queue.", icon=":material/check:")
    for line in left_out[:LEFT_OUT_SHOWN]:
        st.caption(plain(line))
    if len(left_out) > LEFT_OUT_SHOWN:
        st.caption(f"… and {len(left_out) - LEFT_OUT_SHOWN:,} more were left out.")
    if page_file("review").is_file():
        st.page_link(page_file("review"), label="Go to the queue", icon=":material/arrow_forward:", query_params={"queue": name})


def make_queue(batch: Batch, found: pd.DataFrame, name: str, order: str, answers: int, blind: bool) -> tuple[int, Sequence[str]]:
    """The queue of these rows; returns how many pictures it has and a line for each that was left out.

    The pictures of a batch that came from a zip go with the batch, and its queue then says that they are gone.
    """
    about = batch.about()
    detector = str(about.get("weights", ""))
    rows: Found = from_rows(rows_of(found), detector, str(about.get("weights_hash", "")), float(about.get("threshold", 0.5)))
    queue = create_queue(name, order, answers=answers, blind=blind, detectors=(detector,))
    try:
        added = add_images(queue.name, rows.images)
    except (UserError, OSError):
        delete_queue(queue.name)
        raise
    return added, rows.left_out


def _free_name(name: str) -> str:
    taken = {queue.name for queue, _ in list_queues()}
    return next(each for number in range(1, 10_000) if (each := name if number == 1 else f"{name} {number}") not in taken)
