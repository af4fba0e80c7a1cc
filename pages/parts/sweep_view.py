"""A sweep on screen: its queue with the time left, stop and resume, and its result. It reads files: every tab shows the same."""

import streamlit as st

from detector.training.status import RunStatus
from detector.training.sweep import Sweep
from detector.training.sweep_result import Outcome, outcomes
from pages.parts.actions import act, attempt
from pages.parts.run_cache import summaries
from pages.parts.run_view import SECONDS, duration, state_badge
from pages.parts.shell import page_file
from pages.parts.sweep_result import show_result
from pages.parts.widgets import plain

ORDER = ("running", "starting", "finished", "failed", "stopped", "interrupted", "damaged", "waiting")


def show_sweep(sweep: Sweep) -> None:
    """The sweep's live view; it refreshes itself while the sweep is active."""
    active = sweep.status().active
    st.subheader(plain(sweep.name), anchor=False)
    st.fragment(_live, run_every=SECONDS if active else None)(sweep, active)


def _live(sweep: Sweep, was_active: bool) -> None:
    status = sweep.status()
    if was_active and not status.active:
        st.rerun()  # the whole page once, which also ends the refreshing
    plan = sweep.plan()
    found = outcomes(plan, sweep.name, summaries())
    with st.container(horizontal=True, vertical_alignment="center", key="sweep-state"):
        state_badge(status)
        st.markdown(_progress(status, found, plan.jobs))
    if status.state != "finished":
        st.progress(status.share)
    _buttons(sweep, status)
    if status.message:
        (st.error if status.state == "failed" else st.info)(plain(status.message))
    if not plan.same_images:
        st.warning("These runs were not all validated on the same images: compare them loosely.", icon=":material/balance:")
    show_result(found, status.active)
    if status.state in ("failed", "interrupted") and (log := sweep.log_tail()):
        with st.expander("The worker's log", icon=":material/article:"):
            st.code(log, language=None, wrap_lines=True)


def _progress(status: RunStatus, found: list[Outcome], jobs: int) -> str:
    counts = {state: sum(outcome.state == state for outcome in found) for state in ORDER}
    words = [f"{count} {state}" for state, count in counts.items() if count]
    parts = [f"{len(found)} runs: {', '.join(words)}"]
    if status.active:
        parts.append("one at a time" if jobs == 1 else f"{jobs} at once")
    if status.phase and status.phase != "Training":
        parts.append(status.phase.lower())
    if status.seconds_left is not None:
        parts.append(f"about {duration(status.seconds_left)} left")
    return " · ".join(parts)


def _buttons(sweep: Sweep, status: RunStatus) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        if status.active:
            stopping = sweep.stop_file.exists()
            if st.button(
                "Stopping …" if stopping else "Stop", icon=":material/stop:", key="stop", disabled=stopping,
                help="Stops its runs after their current step. What they learnt until their last whole epoch stays.",
            ):  # fmt: skip
                act(sweep.stop)
        elif (status.resumable or status.message) and st.button(
            "Resume", icon=":material/play_arrow:", key="resume", type="primary",
            help="Goes on with what is not finished; runs that failed are tried again.",
        ):  # fmt: skip
            act(sweep.launch)
        st.page_link(
            page_file("runs"), label="Overlay its runs", icon=":material/show_chart:", query_params={"search": sweep.name}
        )
        if not status.active and st.button("Delete", icon=":material/delete:", key="delete"):
            ask_delete(sweep)


@st.dialog("Delete the sweep?")
def ask_delete(sweep: Sweep) -> None:
    """Ask before anything is gone."""
    runs = len(sweep.runs())
    st.markdown(f"**{plain(sweep.name)}** goes from this list.")
    with_runs = runs > 0 and st.toggle(
        f"Delete its {runs} {'run' if runs == 1 else 'runs'} as well", key="with-runs",
        help="Their curves, predictions and weights go for good. Without it they stay on the page Runs.",
    )  # fmt: skip

    def delete() -> None:
        sweep.delete(with_runs)
        st.query_params.clear()

    if st.button("Delete", type="primary", icon=":material/delete:", key="delete-sweep-now"):
        attempt(delete, f"Deleted {plain(sweep.name)}.")
