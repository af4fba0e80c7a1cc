"""The queues: how far each is, opening one, deleting one and bringing it back."""

import time

import streamlit as st

from detector.errors import UserError
from detector.review.desk import (
    ORDERS,
    Progress,
    Queue,
    delete_queue,
    deleted_queues,
    erase_queue,
    list_queues,
    progress,
    restore_queue,
)
from pages.parts.actions import attempt
from pages.parts.review_new import new_queue
from pages.parts.widgets import flash, plain

DELETED_SHOWN = 10


def show_queues(who: str) -> None:
    """The list, and above it the way to a new one."""
    try:
        found = list_queues()
        gone = deleted_queues()
    except (UserError, OSError) as error:
        st.error(plain(str(error)), icon=":material/error:")
        st.button("Try again", icon=":material/refresh:")
        return
    with st.expander("New queue", icon=":material/add:", expanded=not found, key="new-queue"):
        new_queue([each.name for each, _ in found])
    if not found:
        st.markdown(
            "A queue is a list of pictures that people judge: real, AI-generated or unsure. Each answer takes one key. With a "
            "detector's scores the doubtful pictures come first, and *Results* says how people and detector compare."
        )
    for chosen, done in found:
        _row(chosen, done, who)
    if gone:
        with st.expander(f"Deleted ({len(gone):,})", icon=":material/delete:"):
            _deleted(gone)


def open_queue(name: str) -> None:
    """Show a queue from the next run on."""
    st.query_params["queue"] = name


def close_queue() -> None:
    """Show the list from the next run on."""
    st.query_params.pop("queue", None)


def _row(chosen: Queue, done: Progress, who: str) -> None:
    with st.container(border=True, gap="xsmall"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(f"**{plain(chosen.name)}**", width="content")
            if chosen.blind:
                st.badge("Blind first", icon=":material/visibility_off:", color="gray")
            if done.images and done.done >= done.images:
                st.badge("Done", icon=":material/check:", color="green")
        st.progress(done.done / done.images if done.images else 0.0)
        st.caption(plain(" · ".join(_facts(chosen, done, who))))
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.button("Open", icon=":material/play_arrow:", key=f"open-{chosen.name}", type="primary", on_click=open_queue,
                      args=(chosen.name,))  # fmt: skip
            if st.button("Delete", icon=":material/delete:", key=f"delete-{chosen.name}", type="tertiary"):
                ask_delete(chosen.name, done.answers)


def _facts(chosen: Queue, done: Progress, who: str) -> list[str]:
    facts = [f"{done.done:,} of {done.images:,} pictures have all answers", f"{done.answers:,} answers"]
    if who:
        own = progress(chosen.name, who)
        facts.append(f"{own.left:,} wait for {who}")
    facts.append(ORDERS[chosen.order].lower())
    if chosen.detectors:
        facts.append(f"scored by {', '.join(chosen.detectors)}")
    return [*facts, f"made {time.strftime('%d %B %Y', time.localtime(chosen.created)).lstrip('0')}"]


@st.dialog("Delete the queue?")
def ask_delete(name: str, answers: int) -> None:
    """Ask first; it can be brought back afterwards."""
    st.markdown(f"**{plain(name)}** goes from the list with its {answers:,} answers. *Deleted*, below the list, brings it back.")
    if st.button("Delete", type="primary", icon=":material/delete:", key="delete-queue-now"):
        attempt(lambda: delete_queue(name), f"Deleted {plain(name)}.")


@st.dialog("Erase for good?")
def ask_erase(name: str) -> None:
    """Ask before answers are gone."""
    st.markdown(f"**{plain(name)}** and all its answers go for good. Files in the workspace's data stay.")
    if st.button("Erase", type="primary", icon=":material/delete_forever:", key="erase-queue-now"):
        attempt(lambda: erase_queue(name), f"Erased {plain(name)}.")


def _deleted(gone: list[str]) -> None:
    for name in gone[:DELETED_SHOWN]:
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(plain(name), width="content")
            st.button("Bring back", icon=":material/undo:", key=f"back-{name}", type="tertiary", on_click=_restore, args=(name,))
            if st.button("Erase", icon=":material/delete_forever:", key=f"erase-{name}", type="tertiary"):
                ask_erase(name)
    if len(gone) > DELETED_SHOWN:
        st.caption(f"… and {len(gone) - DELETED_SHOWN:,} more.")


def _restore(name: str) -> None:
    try:
        restore_queue(name)
        flash(f"{plain(name)} is back.")
    except (UserError, OSError) as error:
        flash(plain(str(error)), ":material/error:")
