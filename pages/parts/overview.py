"""Numbers and images: metrics, the confusion matrix, and the images of the cell that is chosen in it."""

import streamlit as st

from detector.figures.matrix import confusion_figure
from pages.parts.cell_gallery import cell_gallery, choose_cell
from pages.parts.chart import chart, figure_format
from pages.parts.evaluation import Evaluation
from pages.parts.numbers import metric_csv, metric_row, metric_table


def overview(shown: Evaluation) -> None:
    """The view of the page."""
    metric_row(shown.metrics)
    _all_numbers(shown)
    left, right = st.columns(2, gap="large")
    with left:
        st.subheader("What was taken for what?", anchor=False)
        event = chart(
            confusion_figure(shown.metrics.confusion_matrix), f"matrix-{shown.table.name}",
            "Confusion matrix: rows are the truth, columns what the detector said", on_select="rerun", selection_mode="points",
        )  # fmt: skip
        clicked = event.selection.points[0]["customdata"] if event.selection.points else None
        st.caption("Click a cell, or choose here, to see its images. Half of each row in each cell is what guessing gives.")
        cell = choose_cell(shown.metrics.confusion_matrix, clicked)
    with right:
        cell_gallery(shown, cell)


def _all_numbers(shown: Evaluation) -> None:
    with st.expander("All numbers", icon=":material/table:"):
        st.dataframe(metric_table(shown.metrics), hide_index=True, alt="Every metric with its 95 % interval and n")
        how = "Brackets hold 95 % intervals: Wilson's for plain rates, by resampling whole groups for the others."
        st.caption(how if shown.images.sample.grouped else how.replace("whole groups", "images"))
        with st.container(horizontal=True, vertical_alignment="bottom"):
            name = f"{shown.table.name}-{shown.split or 'all'}"
            st.download_button(
                "All numbers as CSV", lambda: metric_csv(shown.metrics, shown.table.name, shown.split), f"{name}-numbers.csv",
                "text/csv", icon=":material/download:", on_click="ignore",
            )  # fmt: skip
            st.download_button(
                "Predictions as CSV", lambda: shown.images.frame.to_csv(index=False).encode(), f"{name}-predictions.csv",
                "text/csv", icon=":material/download:", on_click="ignore",
            )  # fmt: skip
            figure_format()
