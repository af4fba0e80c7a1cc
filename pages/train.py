"""Train: choose data and settings, start a run, and watch it."""

import streamlit as st

from detector.errors import UserError
from detector.training.config import TrainConfig
from detector.training.presets import PRESETS
from detector.training.runs import Run, create_run, find_run, list_runs
from pages.parts.data_choice import choose_data
from pages.parts.run_view import show_run, state_badge
from pages.parts.settings_form import settings_form
from pages.parts.shell import page_file, shell
from pages.parts.widgets import empty_state, plain, show_flash

RECENT = 8


def main() -> None:
    shell()
    show_flash()
    st.title("Train", anchor=False)
    st.markdown("Teach a network to tell AI-generated images from real ones, and watch how it learns.")
    name = st.query_params.get("run")
    if name:
        st.page_link(page_file("train"), label="Start another run", icon=":material/add:")
        watch(name)
    else:
        start()
    recent_runs(name)


def watch(name: str) -> None:
    """The run that the address names: a reload or a second tab shows the same."""
    try:
        run = find_run(name)
    except UserError as error:
        st.error(plain(str(error)), icon=":material/search_off:")
        return
    show_run(run)


def start() -> None:
    """Data, preset, settings, start."""
    left, right = st.columns([2, 3], gap="large")
    with left:
        st.subheader("1. Data", anchor=False)
        data = choose_data()
    with right:
        st.subheader("2. Recipe", anchor=False)
        preset = st.selectbox(
            "Preset",
            list(PRESETS),
            format_func=lambda key: PRESETS[key].title,
            bind="query-params",
            key="preset",
            help="A preset fills in every setting. Those named after a study use its own network and recipe.",
        )
        st.caption(PRESETS[preset].notes)
        config, name = settings_form(PRESETS[preset].config, ready=data is not None)
    if config is not None and data is not None:
        begin(config.but(data=data), name)


def begin(config: TrainConfig, name: str) -> None:
    """Make the run, start its worker, and go to its view."""
    try:
        run = create_run(config, name.strip())
        run.launch()
    except (UserError, OSError) as error:
        st.error(plain(str(error)), icon=":material/error:")
        return
    st.query_params.from_dict({"run": run.name})
    st.rerun()


def recent_runs(shown: str | None) -> None:
    """The newest runs but the one on screen."""
    runs = [run for run in list_runs() if run.name != shown]
    if shown and not runs:
        return
    st.subheader("Other runs" if shown else "Recent runs", anchor=False)
    if not runs:
        empty_state("No runs yet. The quick start on the lab pictures takes about a minute.")
        return
    for run in runs[:RECENT]:
        run_line(run)
    if len(runs) > RECENT:
        st.page_link(page_file("runs"), label=f"All {len(runs)} runs", icon=":material/arrow_forward:")


def run_line(run: Run) -> None:
    """One run: state, name, how far."""
    status = run.status()
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        state_badge(status)
        st.page_link(page_file("train"), label=plain(run.name), query_params={"run": run.name})
        if status.epochs:
            st.caption(f"epoch {status.epoch} of {status.epochs}")


main()
