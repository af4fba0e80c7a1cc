"""Runs: every training run in a table; several overlaid, their settings side by side and against their results."""

from collections.abc import Sequence

import streamlit as st

from detector.training.runs import Run, find_run
from detector.training.summary import DAMAGED, Summary
from pages.parts.report_button import report_of_run, report_of_runs
from pages.parts.run_cache import summaries
from pages.parts.run_dialogs import ask_delete, ask_rename, ask_tags
from pages.parts.run_filters import filtered
from pages.parts.run_overlay import overlay
from pages.parts.run_parallel import parallel
from pages.parts.run_table import choose_rows, run_table, settings_table
from pages.parts.shell import page_file, shell
from pages.parts.widgets import empty_state, show_flash


def main() -> None:
    shell()
    show_flash()
    st.title("Runs", anchor=False)
    st.markdown("Every training run. Tick several to lay their curves over each other and see where their settings differ.")
    runs = summaries()
    if not runs:
        empty_state("No runs yet.", "train", "Train the first detector", ":material/show_chart:")
        return
    found = filtered(runs)
    if not found:
        empty_state("No run fits. Take away a filter or a word of the search.", icon=":material/search_off:")
        return
    table = run_table(found)
    picked = choose_rows(found, table)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(f"{len(found):,} of {len(runs):,} runs" if len(found) < len(runs) else f"{len(runs):,} runs", width="content")
        st.download_button(
            "Table as CSV", table.to_csv(index=False), "runs.csv", "text/csv", icon=":material/download:", on_click="ignore"
        )
    if picked:
        actions(picked, sorted({tag for run in runs for tag in run.tags}))
        overlay(picked)
        side_by_side(picked)
    else:
        st.caption("Tick one or more runs on the left of the table.")
    parallel(picked if len(picked) > 1 else found)


def actions(picked: Sequence[Summary], tags: list[str]) -> None:
    """What can be done with the ticked runs."""
    sound = [find_run(run.name) for run in picked if run.state != DAMAGED]
    with st.container(horizontal=True, vertical_alignment="center"):
        if len(picked) == 1 and sound:
            links(sound[0])
            if st.button("Rename", icon=":material/edit:"):
                ask_rename(sound[0])
        if len(sound) == 1:
            report_of_run(sound[0])
        elif sound:
            report_of_runs(sound)
        if sound and st.button("Tags and note", icon=":material/label:"):
            ask_tags(sound, tags)
        if st.button("Delete" if len(picked) == 1 else f"Delete {len(picked)} runs", icon=":material/delete:"):
            ask_delete([find_run(run.name) for run in picked])
    if len(picked) == 1 and picked[0].note:
        st.text(picked[0].note)


def links(run: Run) -> None:
    """To the pages that show this run."""
    query = {"run": run.name}
    st.page_link(page_file("train"), label="Watch", icon=":material/visibility:", query_params=query)
    if run.predictions_file.exists():
        st.page_link(page_file("evaluate"), label="Evaluate", icon=":material/fact_check:", query_params=query)


def side_by_side(picked: Sequence[Summary]) -> None:
    """Settings of the ticked runs."""
    st.subheader("Settings", anchor=False)
    only_different = len(picked) > 1 and st.toggle("Only what differs", value=True)
    settings = settings_table(picked, only_different)
    if settings.empty:
        st.caption("These runs have the same settings." if only_different else "Its settings cannot be read.")
    else:
        st.dataframe(settings, alt="Settings of the ticked runs side by side")


main()
