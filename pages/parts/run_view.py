"""A run on screen: progress, time left, curves, stop and resume. It reads the run's files, so every tab shows the same."""

import streamlit as st

from detector.figures.curves import training_curves
from detector.figures.penalty import penalty_figure
from detector.figures.svm_grid import svm_grid_figure
from detector.training.runs import Run
from detector.training.status import RunStatus
from pages.parts.actions import act
from pages.parts.report_button import report_of_run
from pages.parts.shell import page_file
from pages.parts.stage_replay import show_replay
from pages.parts.widgets import plain

SECONDS = 2
_LOOK = {
    "starting": ("hourglass_top", "gray"),
    "running": ("play_circle", "violet"),
    "finished": ("check_circle", "green"),
    "stopped": ("stop_circle", "gray"),
    "interrupted": ("power_off", "yellow"),
    "failed": ("error", "red"),
}


def state_badge(status: RunStatus) -> None:
    """The run's state as a small label."""
    icon, colour = _LOOK[status.state]
    st.badge(status.state.capitalize(), icon=f":material/{icon}:", color=colour)  # type: ignore[arg-type]


def show_run(run: Run) -> None:
    """The run's live view; it refreshes itself while the run is active."""
    active = run.status().active
    st.subheader(plain(run.name), anchor=False)
    st.fragment(_live, run_every=SECONDS if active else None)(run, active)
    with st.expander("Time machine", icon=":material/history:"):
        show_replay(run)


def _live(run: Run, was_active: bool) -> None:
    status = run.status()
    if was_active and not status.active:
        st.rerun()  # the whole page once, which also ends the refreshing
    with st.container(horizontal=True, vertical_alignment="center", key="run-state"):
        state_badge(status)
        st.markdown(progress_words(status))
    if status.state != "finished":
        st.progress(status.share)
    _buttons(run, status)
    if status.message:
        (st.error if status.state == "failed" else st.info)(plain(status.message))
    _curves(run)
    _details(run, status)


def progress_words(status: RunStatus) -> str:
    """Epoch, step and time left in words."""
    parts = []
    if status.epochs:
        under_way = status.state == "running" and status.steps > 0
        parts.append(f"Epoch {min(status.epoch + under_way, status.epochs)} of {status.epochs}")
    if status.active and status.phase and status.phase != "Training":
        parts.append(status.phase)
    if status.state == "running" and status.steps:
        parts.append(f"step {status.step} of {status.steps}")
    if status.seconds_left is not None:
        parts.append(f"about {duration(status.seconds_left)} left")
    return " · ".join(parts)


def duration(seconds: float) -> str:
    """Seconds as a person says them."""
    if seconds < 90:
        return f"{max(round(seconds), 1)} s"
    if seconds < 5400:
        return f"{round(seconds / 60)} min"
    return f"{seconds / 3600:.1f} h"


def _buttons(run: Run, status: RunStatus) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        if status.active:
            stopping = run.stop_file.exists()
            if st.button("Stopping …" if stopping else "Stop", icon=":material/stop:", key="stop", disabled=stopping,
                         help="Stops after the current step. What it learnt until its last whole epoch stays."):  # fmt: skip
                act(run.stop)
        if status.resumable and st.button("Resume", icon=":material/play_arrow:", key="resume", type="primary"):
            act(run.resume)
        if run.predictions_file.exists():
            st.page_link(page_file("evaluate"), label="Evaluate it", icon=":material/fact_check:", query_params={"run": run.name})
            report_of_run(run)
        if (run.best_weights / "config.json").exists():
            query = {"weights": f"run:{run.name}"}
            st.page_link(page_file("classify"), label="Classify with it", icon=":material/image_search:", query_params=query)
            st.page_link(
                page_file("library"),
                label="Keep it in the library",
                icon=":material/inventory_2:",
                query_params={"save": run.name},
            )


def _curves(run: Run) -> None:
    rows = run.metrics()
    if not rows:
        st.caption("Curves appear after the first epoch.")
    elif "valid_loss" in rows[0] and "c" in rows[0]:
        st.plotly_chart(penalty_figure(rows), key="penalty", alt="Validation loss for each value of C")
    elif "epoch" not in rows[0]:
        st.plotly_chart(svm_grid_figure(rows), key="grid", alt="Mean cross-validated accuracy for each pair of C and gamma")
    else:
        for column, measure in zip(st.columns(2), ("loss", "accuracy"), strict=True):
            column.plotly_chart(
                training_curves(rows, measure), key=f"curve-{measure}", alt=f"Training and validation {measure} by epoch"
            )


def _details(run: Run, status: RunStatus) -> None:
    about = run.about()
    with st.expander("Settings and command", icon=":material/tune:"):
        if "command" in about:
            st.code(about["command"], language="shell", wrap_lines=True)
        st.json(run.config().to_dict(), expanded=1)
    if status.state in ("failed", "interrupted") and (log := run.log_tail()):
        with st.expander("The worker's log", icon=":material/article:", expanded=status.state == "failed"):
            st.code(log, language=None, wrap_lines=True)
