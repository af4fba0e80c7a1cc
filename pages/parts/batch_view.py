"""A batch on screen: how far it is, stop, go on, delete, and below it the results. It reads files: every tab shows the same."""

from collections.abc import Mapping

import streamlit as st

from detector.batches.batch import Batch
from detector.batches.plan import ZIP
from detector.batches.table import ERROR, counts
from detector.training.status import RunStatus
from pages.parts.actions import act, attempt
from pages.parts.batch_cache import results_of
from pages.parts.batch_results import show_results
from pages.parts.run_view import SECONDS, duration, state_badge
from pages.parts.widgets import WORDS, plain

UNUSABLE = "could not be used"
KEPT = "The pictures themselves stay where they are."


def show_batch(batch: Batch) -> None:
    """The live view, which refreshes itself while the batch is active, and the results, which do so when touched."""
    active = batch.status().active
    st.subheader(plain(batch.name), anchor=False)
    st.fragment(_live, run_every=SECONDS if active else None)(batch, active)
    show_results(batch)


def _live(batch: Batch, was_active: bool) -> None:
    status = batch.status()
    if was_active and not status.active:
        st.rerun()  # the whole page once, which also ends the refreshing
    with st.container(horizontal=True, vertical_alignment="center", key="batch-state"):
        state_badge(status)
        st.markdown(progress_words(status), width="content")
        _buttons(batch, status)
    if status.state != "finished":
        st.progress(status.share)
    found = counts(results_of(batch).frame)
    if any(found.values()):
        st.markdown(plain(count_words(found)))
    _facts(batch)
    if status.message and status.state != "finished":
        (st.error if status.state == "failed" else st.info)(plain(status.message))
    if status.state in ("failed", "interrupted") and (log := batch.log_tail()):
        with st.expander("The worker's log", icon=":material/article:"):
            st.code(log, language=None, wrap_lines=True)


def progress_words(status: RunStatus) -> str:
    """How many pictures of how many, what it does beside that, and the time left."""
    parts = [f"{status.epoch:,} of {status.epochs:,} pictures"] if status.epochs else []
    if status.active and status.phase and status.phase != "Classifying":
        parts.append(f"{status.phase}{f' {min(status.step / status.steps, 1):.0%}' if status.steps else ''}")
    if status.seconds_left is not None and status.active:
        parts.append(f"about {duration(status.seconds_left)} left")
    return " · ".join(parts)


def count_words(found: Mapping[str, int]) -> str:
    """Like "812 real · 1,034 AI-generated · 3 could not be used"."""
    words = {**WORDS, ERROR: UNUSABLE}
    return " · ".join(f"{count:,} {words[name]}" for name, count in found.items() if count)


def _facts(batch: Batch) -> None:
    plan, about = batch.plan(), batch.about()
    place = "an uploaded zip" if plan.kind == ZIP and plan.places[0] == str(batch.upload_file) else ", ".join(plan.places)
    detector = str(about.get("weights") or plan.weights)
    made = str(about.get("created", ""))[:16].replace("T", " ")
    st.caption(plain(f"Pictures from {place} · detector {detector} · made {made}"))


def _buttons(batch: Batch, status: RunStatus) -> None:
    if status.active:
        stopping = batch.stop_file.exists()
        if st.button("Stopping …" if stopping else "Stop", icon=":material/stop:", key="stop", disabled=stopping,
                     help="Every result so far stays, and it can be gone on with."):  # fmt: skip
            act(batch.stop)
        return
    if status.resumable and st.button(
        "Go on" if batch.done() else "Start", icon=":material/play_arrow:", key="resume", type="primary",
        help="Goes on after the last result; nothing is classified twice.",
    ):  # fmt: skip
        act(batch.launch)
    if st.button("Delete", icon=":material/delete:", key="delete-batch", type="tertiary"):
        ask_delete(batch)


@st.dialog("Delete the batch?")
def ask_delete(batch: Batch) -> None:
    """Ask before anything is gone."""
    st.markdown(f"**{plain(batch.name)}** and its {batch.done():,} results go for good.")
    unpacked = batch.unpacked.is_dir() or batch.upload_file.exists()
    st.markdown("The pictures unpacked from its zip go with it, also for those who review them." if unpacked else KEPT)

    def delete() -> None:
        batch.delete()
        st.query_params.clear()

    if st.button("Delete", type="primary", icon=":material/delete:", key="delete-batch-now"):
        attempt(delete, f"Deleted {plain(batch.name)}.")
