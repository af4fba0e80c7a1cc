"""Curves over the scores: ROC, precision–recall, reliability and histogram, with the threshold on each."""

import streamlit as st

from detector.evaluation.scores import reliability
from detector.figures.precision import precision_figure
from detector.figures.reliability import reliability_figure
from detector.figures.roc import roc_figure
from detector.figures.scores import score_histogram
from pages.parts.chart import chart
from pages.parts.evaluation import Evaluation
from pages.parts.numbers import metric_line
from pages.parts.table_cache import curve_corners


def score_curves(shown: Evaluation) -> None:
    """The view of the page."""
    left, right = st.columns(2, gap="large")
    with left:
        _roc(shown)
    with right:
        _precision(shown)
    left, right = st.columns(2, gap="large")
    with left:
        _reliability(shown)
    with right:
        _histogram(shown)


def _roc(shown: Evaluation) -> None:
    metrics = shown.metrics
    st.subheader("How many are found, at what price?", anchor=False)
    if metrics.auc is None:
        st.caption("A ROC curve needs images of both classes.")
        return
    fpr, tpr = curve_corners(shown.table.key, shown.split, "roc", shown.images.sample)
    point = (1 - metrics.recall_real, metrics.recall_ai, shown.threshold)
    chart(roc_figure(fpr, tpr, metrics.auc, metrics.n, point), "roc", f"ROC curve, AUC {metrics.auc:.3f}")
    metric_line(metrics, "auc", "tpr_at_1_fpr", "tpr_at_5_fpr")


def _precision(shown: Evaluation) -> None:
    metrics = shown.metrics
    st.subheader("How often is an alarm right?", anchor=False)
    if metrics.average_precision is None:
        st.caption("A precision–recall curve needs images of both classes.")
        return
    recall, precision = curve_corners(shown.table.key, shown.split, "precision", shown.images.sample)
    point = (metrics.recall_ai, metrics.precision_ai, shown.threshold) if metrics.precision_ai else None
    chart(
        precision_figure(recall, precision, metrics.average_precision, shown.share_ai, metrics.n, point),
        "precision-recall",
        f"Precision–recall curve, average precision {metrics.average_precision:.3f}",
    )
    metric_line(metrics, "average_precision", "precision_ai")


def _reliability(shown: Evaluation) -> None:
    st.subheader("Do scores mean what they say?", anchor=False)
    bins = reliability(shown.images.sample)
    chart(reliability_figure(bins, shown.share_ai, shown.metrics.n), "reliability", "Share of AI-generated images by score")
    metric_line(shown.metrics, "ece", "brier", "loss")
    st.caption("The number at each dot is its images. It holds for this mixture of real and AI-generated images.")


def _histogram(shown: Evaluation) -> None:
    st.subheader("How are the scores spread?", anchor=False)
    sample = shown.images.sample
    chart(score_histogram(sample.labels, sample.scores, shown.threshold), "histogram", "Histogram of scores by class")
    st.caption("A detector that guesses spreads both classes alike; a good one holds them apart.")
