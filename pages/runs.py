"""Runs: every training run in a table; several overlaid, and their settings side by side."""

import pandas as pd
import streamlit as st

from detector.figures.curves import compare_curves
from detector.training.runs import Run, list_runs
from pages.parts.run_dialogs import ask_delete, ask_rename
from pages.parts.run_table import run_table, settings_table
from pages.parts.shell import page_file, shell
from pages.parts.widgets import empty_state, show_flash

OVERLAID = 8


def main() -> None:
    shell()
    show_flash()
    st.title("Runs", anchor=False)
    st.markdown("Every training run. Tick several to lay their curves over each other and see where their settings differ.")
    runs = list_runs()
    if not runs:
        empty_state("No runs yet.", "train", "Train the first detector", ":material/show_chart:")
        return
    table = run_table(runs)
    picked = choose(runs, table)
    st.download_button(
        "Download as CSV", table.to_csv(index=False), "runs.csv", "text/csv", icon=":material/download:", on_click="ignore"
    )
    if picked:
        actions(picked)
        compare(picked)
    else:
        st.caption("Tick one or more runs on the left of the table.")


def choose(runs: list[Run], table: pd.DataFrame) -> list[Run]:
    """The runs ticked in the table; the newest one at first."""
    percent = st.column_config.NumberColumn(format="percent", width="small")
    event = st.dataframe(
        table,
        key="runs-table",
        hide_index=True,
        on_select="rerun",
        selection_mode="multi-row",
        selection_default={"selection": {"rows": [0]}},
        column_config={
            "progress": st.column_config.ProgressColumn("progress", format="percent", width="small"),
            "valid acc.": percent,
            "test acc.": percent,
            "valid loss": st.column_config.NumberColumn(format="%.3f", width="small"),
            "test AUC": st.column_config.NumberColumn(format="%.3f", width="small"),
        },
        alt="Every run with its state, settings and results",
    )
    rows = [row for row in event.selection.rows if row < len(runs)]
    if len(rows) > OVERLAID:
        st.caption(f"The first {OVERLAID} of {len(rows)} ticked runs are shown.")
    return [runs[row] for row in rows[:OVERLAID]]


def actions(picked: list[Run]) -> None:
    """What can be done with the ticked runs."""
    with st.container(horizontal=True, vertical_alignment="center"):
        if len(picked) == 1:
            run = picked[0]
            st.page_link(page_file("train"), label="Watch", icon=":material/visibility:", query_params={"run": run.name})
            if run.predictions_file.exists():
                st.page_link(
                    page_file("evaluate"), label="Evaluate", icon=":material/fact_check:", query_params={"run": run.name}
                )
            if st.button("Rename", icon=":material/edit:"):
                ask_rename(run)
        if st.button("Delete" if len(picked) == 1 else f"Delete {len(picked)} runs", icon=":material/delete:"):
            ask_delete(picked)


def compare(picked: list[Run]) -> None:
    """Curves overlaid, then settings side by side."""
    curves = {run.name: rows for run in picked if (rows := run.metrics()) and "epoch" in rows[0]}
    if curves:
        for column, measure in zip(st.columns(2), ("loss", "accuracy"), strict=True):
            column.plotly_chart(
                compare_curves(curves, measure), key=f"compare-{measure}", alt=f"Validation {measure} of the ticked runs by epoch"
            )
    else:
        st.caption("No curves: these runs have no finished epoch, or are SVMs, which have none.")
    st.subheader("Settings", anchor=False)
    only_different = len(picked) > 1 and st.toggle("Only what differs", value=True)
    settings = settings_table(picked, only_different)
    if settings.empty:
        st.caption("These runs have the same settings.")
    else:
        st.dataframe(settings, alt="Settings of the ticked runs side by side")


main()
