"""A cross-data matrix on a page: heat map, the numbers of a clicked cell, notes, table and download."""

import re

import pandas as pd
import streamlit as st

from detector.cross_store import last_matrix, saved_left_out
from detector.errors import UserError
from detector.evaluation.cross import BY, MEASURES, Cell, Matrix, matrix_csv
from detector.figures.cross import cross_figure
from pages.parts.chart import chart
from pages.parts.widgets import empty_state, plain

COMMAND = "python -m detector leave-one-out --data FOLDER --preset transfer"


def show_last() -> None:
    """The matrix that was made last."""
    try:
        matrix = last_matrix()
    except UserError as error:
        st.error(plain(str(error)), icon=":material/error:")
        return
    if matrix is None:
        empty_state("Nothing was tested on other data yet. Choose detectors and data sets above.", icon=":material/grid_on:")
        return
    if matrix.by != "set":
        st.caption(f"A column is a {BY.get(matrix.by, matrix.by)}. " + (
            "It holds the generator's images and the real images of its set, which all columns of a set share."
            if matrix.by == "generator" else ""))  # fmt: skip
    _matrix(matrix, "cross")


def show_left_out() -> None:
    """Every leave-one-out that was run, the newest first, and how to run one."""
    st.markdown(
        "For each generator a run is trained that never sees it, and is tested on it: how would the recipe do on a generator "
        "that is new? All are tested beside the same real images."
    )
    st.code(COMMAND, language="shell", wrap_lines=True)
    st.caption("The runs are ordinary ones and stand on *Runs* as well. What is finished is not trained again.")
    found = saved_left_out()
    if not found:
        empty_state("No generator was left out yet. Run the command above; its result appears here.", icon=":material/rule:")
    for matrix in found:
        row = matrix.rows[0]
        st.subheader(plain(row), anchor=False)
        st.caption(plain(f"Trained on {matrix.trained_on[row]} without the generator above each number."))
        _matrix(matrix, f"left-out-{re.sub('[^A-Za-z0-9-]', '-', row)}")


def _matrix(matrix: Matrix, key: str) -> None:
    measure = st.segmented_control("Number", MEASURES, default="auc", required=True, key=f"{key}-measure",
                                   format_func=MEASURES.__getitem__) or "auc"  # fmt: skip
    figure = cross_figure(matrix, measure)
    with st.container(key=f"wide-{key}"):
        # on a phone the squares would lie over each other: there the figure keeps its width and is pushed sideways
        st.html(
            f"<style>.st-key-wide-{key} {{overflow-x: auto}} "
            f".st-key-wide-{key} > * {{min-width: {int(figure.layout.width)}px}}</style>"
        )
        event = chart(
            figure, key, f"{MEASURES[measure]} of each detector on each column", width="content", on_select="rerun",
            selection_mode="points",
        )  # fmt: skip
    st.caption("Chance is 0.50; darker is better. Click a cell for its numbers.")
    clicked = [point for point in event.selection.points if point.get("customdata")]
    if clicked and (cell := matrix.cell(*clicked[0]["customdata"])):
        _numbers(cell, matrix)
    _lowest(matrix, measure)
    for note in matrix.notes:
        st.caption(f":material/info: {plain(note)}")
    with st.expander("As a table", icon=":material/table:"):
        st.dataframe(_table(matrix), hide_index=True, alt="Every cell with its intervals and its images")
        st.download_button("CSV", lambda: matrix_csv(matrix), f"{key}.csv", "text/csv", icon=":material/download:",
                           on_click="ignore", key=f"{key}-csv")  # fmt: skip


def _numbers(cell: Cell, matrix: Matrix) -> None:
    with st.container(border=True):
        st.markdown(f"**{plain(cell.row)}** on **{plain(cell.column)}**")
        with st.container(horizontal=True, gap="large"):
            for name, value in cell.values.items():
                low, high = cell.intervals[name]
                st.metric(MEASURES[name], f"{value:.3f}", f"95 %: {low:.3f} – {high:.3f}", delta_color="off", delta_arrow="off",
                          width="content")  # fmt: skip
        said = f"{cell.n_real:,} real and {cell.n_ai:,} AI-generated images, threshold {cell.threshold:.2f}."
        left_out = f" {cell.seen:,} images that it was trained or chosen on are left out." if cell.seen else ""
        st.caption(plain(f"{said}{left_out} Trained on {matrix.trained_on.get(cell.row) or 'unknown data'}."))


def _lowest(matrix: Matrix, measure: str) -> None:
    """Mean and lowest value of each detector in words."""
    for row in matrix.rows:
        found = matrix.of_row(row, measure)
        if found and found.n > 1:
            words = f"mean {found.mean:.2f} of {found.n}, lowest {found.lowest:.2f} on {found.where}"
            st.markdown(f"- **{plain(row)}**: {plain(words)}")


def _table(matrix: Matrix) -> pd.DataFrame:
    rows = []
    for cell in matrix.cells:
        row: dict[str, object] = {"detector": cell.row, "tested on": cell.column}
        for name, title in MEASURES.items():
            low_high = cell.intervals.get(name)
            row[title] = f"{cell.values[name]:.3f}" if low_high else "–"
            row[f"{title}, 95 %"] = f"{low_high[0]:.3f} – {low_high[1]:.3f}" if low_high else ""
        rows.append(row | {"real": cell.n_real, "AI-generated": cell.n_ai, "known, left out": cell.seen})
    return pd.DataFrame(rows)
