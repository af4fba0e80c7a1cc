"""How it learnt: loss and accuracy by epoch, or the folds of a support vector machine."""

import streamlit as st

from detector.errors import UserError
from detector.figures.curves import training_curves
from detector.figures.penalty import penalty_figure
from detector.figures.svm_grid import svm_grid_figure
from detector.training.runs import Run
from pages.parts.chart import chart
from pages.parts.evaluation import Evaluation
from pages.parts.widgets import plain


def learning(shown: Evaluation) -> None:
    """The view of the page."""
    run = shown.table.run
    rows = run.metrics() if run is not None else []
    if run is None or not rows:
        st.caption("This run has left no curves.")
    elif "epoch" in rows[0]:
        st.subheader("Did it learn, or learn by heart?", anchor=False)
        for column, measure in zip(st.columns(2, gap="large"), ("loss", "accuracy"), strict=True):
            with column:
                chart(training_curves(rows, measure), f"curve-{measure}", f"Training and validation {measure} by epoch")
        st.caption("Where validation turns back while training goes on, it learns its images by heart. "
                   "Guessing: loss 0.693, and the share of the larger class in accuracy.")  # fmt: skip
    elif "mean_accuracy" in rows[0]:
        _folds(run, rows)
    elif "c" in rows[0]:
        st.subheader("How simple a rule was best?", anchor=False)
        chart(penalty_figure(rows), "penalty", "Validation loss for each value of C")
        st.caption("One linear rule was fitted for each value of C; the one with the lowest loss on validation images was kept. "
                   "Guessing: loss 0.693.")  # fmt: skip


def _folds(run: Run, rows: list[dict[str, float]]) -> None:
    """Cross-validation: its best mean ± standard deviation over the folds, and the grid that was searched."""
    st.subheader("How steady is it from fold to fold?", anchor=False)
    try:
        folds = run.config().svm_folds
    except UserError as error:
        st.error(plain(str(error)))
        return
    best = max(rows, key=lambda row: row["mean_accuracy"])
    n = sum(run.about().get("counts", {}).get("train", {}).values())
    st.markdown(
        f"Over **{folds} folds** of {n:,} training images the accuracy is **{best['mean_accuracy']:.1%} ± {best['sd']:.1%}** "
        f"(mean ± standard deviation) at C = {best['c']:g} and gamma = {best['gamma']:.3g}."
    )
    chart(svm_grid_figure(rows), "grid", "Mean cross-validated accuracy for each pair of C and gamma")
    st.caption(f"The best of {len(rows)} pairs was chosen by these folds, so it flatters a little: the test images say more. "
               "Folds share training images, so the deviation is no standard error.")  # fmt: skip
