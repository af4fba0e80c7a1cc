"""Sweeps: try many settings, watch the queue, and see which of them do best on validation."""

import streamlit as st

from detector.errors import UserError
from detector.training.sweep import Sweep, find_sweep, list_sweeps
from pages.parts.data_choice import choose_data
from pages.parts.run_view import state_badge
from pages.parts.shell import page_file, shell
from pages.parts.sweep_form import sweep_form
from pages.parts.sweep_view import show_sweep
from pages.parts.widgets import empty_state, plain, show_flash

RECENT = 10


def main() -> None:
    shell()
    show_flash()
    st.title("Sweeps", anchor=False)
    st.markdown("Train with many settings, one after another, and see which do best on the validation images.")
    name = st.query_params.get("sweep")
    if name:
        st.page_link(page_file("sweeps"), label="Make another sweep", icon=":material/add:")
        watch(name)
    else:
        make()
    others(name)


def watch(name: str) -> None:
    """The sweep that the address names: a reload or a second tab shows the same."""
    try:
        sweep = find_sweep(name)
        sweep.plan()
    except UserError as error:
        st.error(plain(str(error)), icon=":material/search_off:")
        return
    show_sweep(sweep)


def make() -> None:
    """Data, then what is varied."""
    left, right = st.columns([2, 3], gap="large")
    with left:
        st.subheader("1. Data", anchor=False)
        data = choose_data()
    with right:
        st.subheader("2. Settings to try", anchor=False)
        sweep_form(data)


def others(shown: str | None) -> None:
    """The newest sweeps but the one on screen."""
    sweeps = [sweep for sweep in list_sweeps() if sweep.name != shown]
    if shown and not sweeps:
        return
    st.subheader("Other sweeps" if shown else "Your sweeps", anchor=False)
    if not sweeps:
        empty_state("No sweeps yet. A sweep is a queue of ordinary runs: each also stands on the page Runs.")
        return
    for sweep in sweeps[:RECENT]:
        sweep_line(sweep)
    if len(sweeps) > RECENT:
        with st.expander(f"{len(sweeps) - RECENT} older ones"):
            for sweep in sweeps[RECENT:]:
                sweep_line(sweep)


def sweep_line(sweep: Sweep) -> None:
    """One sweep: state, name, how far."""
    status = sweep.status()
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        state_badge(status)
        st.page_link(page_file("sweeps"), label=plain(sweep.name), query_params={"sweep": sweep.name})
        st.caption(f"{status.epoch} of {status.epochs} runs")


main()
