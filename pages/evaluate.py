"""Evaluate: how right a run's best weights are on images they did not learn from, and which images they get wrong."""

import pandas as pd
import streamlit as st

from detector.errors import UserError
from detector.evaluation.metrics import Metrics, evaluate, roc
from detector.figures.curves import training_curves
from detector.figures.matrix import confusion_figure
from detector.figures.roc import roc_figure
from detector.figures.scores import score_histogram
from detector.training.runs import Run, find_run, list_runs
from pages.parts.cache import predictions
from pages.parts.cell_gallery import cell_gallery, choose_cell
from pages.parts.numbers import metric_row, metric_table
from pages.parts.run_table import choose_run, evaluated_runs
from pages.parts.shell import shell
from pages.parts.study import STUDY_FILE, face_study
from pages.parts.widgets import empty_state, plain

SPLIT_WORDS = {"test": "Test", "valid": "Validation"}
FEW = 100


def main() -> None:
    shell()
    st.title("Evaluate", anchor=False)
    st.markdown("How right a detector is on images it did not learn from. The positive class is **AI-generated**.")
    names = evaluated_runs(list_runs())
    if not names:
        empty_state(
            "No run has been scored yet: predictions are made when training ends.",
            "train",
            "Train a detector",
            ":material/fact_check:",
        )
        return
    run = find_run(choose_run(names))
    try:
        frame = predictions(run.predictions_file)
    except (UserError, OSError) as error:
        st.error(plain(str(error)))
        return
    split, threshold = choose_split(frame)
    shown = frame[frame["split"] == split]
    metrics = evaluate(shown["label"].to_numpy(), shown["probability"].to_numpy(), threshold)
    numbers(metrics, split)
    matrix_and_images(run, shown, metrics, threshold)
    curves(run, shown, metrics, threshold)
    if st.toggle("Study smiles and wrinkles (faces only)", value=(run.folder / STUDY_FILE).is_file(), key=f"study-{run.name}"):
        face_study(run)


def choose_split(frame: pd.DataFrame) -> tuple[str, float]:
    """Test or validation, and where the line is drawn."""
    there = [split for split in SPLIT_WORDS if (frame["split"] == split).any()]
    left, right = st.columns([1, 2], gap="large")
    split = left.segmented_control(
        "Images", there, default=there[0], required=True, format_func=SPLIT_WORDS.__getitem__, key="split",
        help="Test images played no part in training. Validation images chose the best epoch, so their numbers flatter a little.",
    )  # fmt: skip
    threshold = right.slider(
        "Threshold", 0.0, 1.0, 0.5, 0.01, key="threshold",
        help="Images that score at least this much are called AI-generated. Everything below moves with it.",
    )  # fmt: skip
    return split or there[0], threshold


def numbers(metrics: Metrics, split: str) -> None:
    """The few numbers that matter first, all of them one click away, and a warning where n is small."""
    metric_row(metrics)
    if metrics.n < FEW:
        words = f"Only {metrics.n} {SPLIT_WORDS[split].lower()} images: the intervals are wide, small differences mean nothing."
        st.caption(f":material/warning: {words}")
    with st.expander("All numbers", icon=":material/table:"):
        st.dataframe(metric_table(metrics), hide_index=True, alt="Every metric with its 95 % interval")


def matrix_and_images(run: Run, shown: pd.DataFrame, metrics: Metrics, threshold: float) -> None:
    """The confusion matrix; a click on a cell shows its images, most confident first."""
    left, right = st.columns(2, gap="large")
    with left:
        st.subheader("Confusion matrix", anchor=False)
        event = st.plotly_chart(
            confusion_figure(metrics.confusion_matrix), key=f"matrix-{run.name}", on_select="rerun", selection_mode="points",
            alt="Confusion matrix: rows are the truth, columns what the detector said",
        )  # fmt: skip
        clicked = event.selection.points[0]["customdata"] if event.selection.points else None
        st.caption("Click a cell, or choose it here, to see its images.")
        cell = choose_cell(metrics.confusion_matrix, clicked)
    with right:
        cell_gallery(run, shown, cell, threshold)


def curves(run: Run, shown: pd.DataFrame, metrics: Metrics, threshold: float) -> None:
    """ROC, scores by class, and how it was learnt."""
    labels, probabilities = shown["label"].to_numpy(), shown["probability"].to_numpy()
    left, right = st.columns(2, gap="large")
    with left:
        st.subheader("How many are found, at what price?", anchor=False)
        if metrics.auc is None:
            st.caption("A ROC curve needs images of both classes.")
        else:
            point = (1 - metrics.recall_real, metrics.recall_ai, threshold)
            st.plotly_chart(
                roc_figure(*roc(labels, probabilities)[:2], metrics.auc, metrics.n, point),
                key="roc",
                alt=f"ROC curve, AUC {metrics.auc:.3f}",
            )
    with right:
        st.subheader("How are the scores spread?", anchor=False)
        st.plotly_chart(score_histogram(labels, probabilities, threshold), key="histogram", alt="Histogram of scores by class")
    rows = run.metrics()
    if rows and "epoch" in rows[0]:
        st.subheader("How did it learn?", anchor=False)
        for column, measure in zip(st.columns(2, gap="large"), ("loss", "accuracy"), strict=True):
            column.plotly_chart(
                training_curves(rows, measure), key=f"curve-{measure}", alt=f"Training and validation {measure} by epoch"
            )


main()
