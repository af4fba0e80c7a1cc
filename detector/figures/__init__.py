"""Figures: numbers in, plotly figure out. They import no streamlit and name no theme colours but those of the three verdicts."""

from detector.figures.curves import best_epoch, compare_curves, training_curves
from detector.figures.matrix import confusion_figure
from detector.figures.roc import compare_roc, roc_figure
from detector.figures.scores import score_histogram
from detector.figures.svm_grid import svm_grid_figure

__all__ = [
    "best_epoch",
    "compare_curves",
    "compare_roc",
    "confusion_figure",
    "roc_figure",
    "score_histogram",
    "svm_grid_figure",
    "training_curves",
]
