"""Figures through what they hold: the numbers, the labels and the colours a reader gets."""

import re
from typing import Any

import numpy as np
import pandas as pd
import pytest

from detector.evaluation.metrics import roc
from detector.figures import (
    best_epoch,
    compare_curves,
    compare_roc,
    confusion_figure,
    roc_figure,
    score_histogram,
    svm_grid_figure,
    training_curves,
)
from detector.figures.style import INK

ROWS = [
    {"epoch": 1, "train_loss": 0.7, "train_accuracy": 0.5, "valid_loss": 0.6, "valid_accuracy": 0.6},
    {"epoch": 2, "train_loss": 0.5, "train_accuracy": 0.7, "valid_loss": 0.4, "valid_accuracy": 0.8},
    {"epoch": 3, "train_loss": 0.3, "train_accuracy": 0.9, "valid_loss": 0.5, "valid_accuracy": 0.85},
]
MATRIX = [[90, 10], [30, 1170]]
GRID = [{"c": c, "gamma": g, "mean_accuracy": 0.5 + c * g, "sd": 0.02} for c in (10, 1) for g in (0.001, 0.004)]


def _all_figures() -> list[Any]:
    labels, scores = [0, 1, 0, 1], [0.1, 0.8, 0.6, 0.4]
    fpr, tpr, _ = roc(labels, scores)
    return [
        training_curves(ROWS),
        training_curves([]),
        compare_curves({"a": ROWS, "b": ROWS[:1]}, "accuracy"),
        confusion_figure(MATRIX),
        roc_figure(fpr, tpr, 0.75, 4, (0.5, 0.5, 0.5)),
        compare_roc({"a": (fpr, tpr, 0.75)}, 4),
        score_histogram(labels, scores, 0.5),
        svm_grid_figure(GRID),
    ]


def _trace(chart: Any, name: str) -> Any:
    return next(trace for trace in chart.data if trace.name == name)


def _notes(chart: Any) -> list[str]:
    return [note.text for note in chart.layout.annotations]


def test_every_figure_leaves_ground_and_title_to_the_page_and_fits_a_screen():
    for chart in _all_figures():
        assert chart.layout.paper_bgcolor == chart.layout.plot_bgcolor == "rgba(0, 0, 0, 0)"
        assert chart.layout.title.text is None
        assert 320 <= chart.layout.height <= 420
        assert chart.layout.xaxis.title.text and chart.layout.yaxis.title.text


def test_both_curves_are_drawn_and_told_apart_without_colour():
    chart = training_curves(ROWS, "accuracy")
    assert list(_trace(chart, "Training").y) == [0.5, 0.7, 0.9]
    assert list(_trace(chart, "Validation").y) == [0.6, 0.8, 0.85]
    assert _trace(chart, "Training").line.dash != _trace(chart, "Validation").line.dash


def test_the_best_epoch_is_that_of_the_lowest_validation_loss():
    assert best_epoch(ROWS) == 2
    for measure in ("loss", "accuracy"):
        chart = training_curves(ROWS, measure)
        assert _notes(chart) == ["best epoch: 2"]
        assert chart.layout.shapes[0].x0 == 2


def test_of_two_equally_good_epochs_the_first_is_best():
    assert best_epoch([{"epoch": 4, "valid_loss": 0.4}, {"epoch": 5, "valid_loss": 0.4}]) == 4


def test_an_epoch_whose_loss_is_no_number_is_never_the_best():
    assert best_epoch([{"epoch": 1, "valid_loss": None}, {"epoch": 2, "valid_loss": 0.9}]) == 2
    assert best_epoch([{"epoch": 1, "valid_loss": float("nan")}]) is None


def test_one_epoch_is_a_visible_point():
    chart = training_curves(ROWS[:1])
    assert "markers" in _trace(chart, "Validation").mode
    assert tuple(chart.layout.xaxis.range) == (0.5, 1.5)


def test_a_run_without_epochs_says_so():
    assert _notes(training_curves([])) == _notes(compare_curves({"a": []})) == ["No epoch has finished yet"]


def test_a_live_figure_keeps_the_readers_zoom():
    assert training_curves(ROWS[:1]).layout.uirevision == training_curves(ROWS).layout.uirevision is not None


def test_a_table_draws_the_same_as_rows():
    assert training_curves(pd.DataFrame(ROWS)).to_json() == training_curves(ROWS).to_json()


def test_compared_runs_keep_their_names_and_differ_in_line_and_marker():
    chart = compare_curves({"lenet": ROWS, "cnn3": pd.DataFrame(ROWS[:2])})
    assert [trace.name for trace in chart.data] == ["lenet", "cnn3"]
    assert list(chart.data[1].y) == [0.6, 0.4]
    assert len({(trace.line.dash, trace.marker.symbol) for trace in chart.data}) == 2


def test_a_click_on_a_cell_returns_its_true_and_predicted_label():
    cells = confusion_figure(MATRIX).data[0]
    assert cells.type == "scatter" and cells.marker.symbol == "square"  # streamlit reports no click on a heat map
    assert {
        (point_y, point_x): tuple(data) for point_x, point_y, data in zip(cells.x, cells.y, cells.customdata, strict=True)
    } == {
        (0, 0): (0, 0),
        (0, 1): (0, 1),
        (1, 0): (1, 0),
        (1, 1): (1, 1),
    }


def test_each_cell_shows_its_count_its_share_of_the_row_and_right_or_wrong_in_words():
    shown = {(note.y, note.x): re.sub(r"<.*?>", " ", note.text).split() for note in confusion_figure(MATRIX).layout.annotations}
    assert shown[0, 0] == ["90", "90%", "of", "row", "✓", "right"]
    assert shown[0, 1] == ["10", "10%", "of", "row", "✗", "wrong"]
    assert shown[1, 0] == ["30", "2%", "of", "row", "✗", "wrong"]
    assert shown[1, 1] == ["1,170", "98%", "of", "row", "✓", "right"]


def test_real_is_the_upper_row_and_each_row_tells_its_n():
    chart = confusion_figure(MATRIX)
    assert chart.layout.yaxis.range[0] > chart.layout.yaxis.range[1]
    assert chart.layout.yaxis.ticktext == ("real<br>n = 100", "AI-generated<br>n = 1,200")
    assert chart.layout.xaxis.ticktext == ("real", "AI-generated")


def test_shares_can_be_left_out_and_an_empty_row_has_none():
    assert not any("%" in text for text in _notes(confusion_figure(MATRIX, row_percent=False)))
    assert sum("%" in text for text in _notes(confusion_figure([[0, 0], [1, 3]]))) == 2


def _luminance(colour: str) -> float:
    channels = np.array(list(bytes.fromhex(colour[1:]))) / 255
    linear = np.where(channels <= 0.03928, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    return float(linear @ [0.2126, 0.7152, 0.0722])


@pytest.mark.parametrize("matrix", [[[1, 0], [0, 1]], [[0, 1], [1, 0]], MATRIX])
def test_text_in_a_cell_is_readable_in_every_theme(matrix: list[list[int]]):
    chart = confusion_figure(matrix)
    assert {note.font.color for note in chart.layout.annotations} == {INK}
    for colour in chart.data[0].marker.color:
        assert (_luminance(colour) + 0.05) / (_luminance(INK) + 0.05) >= 7  # WCAG 2.2, level AAA


def test_text_on_the_svm_grid_is_readable_from_the_worst_to_the_best_colour():
    grid = svm_grid_figure(GRID).data[0]
    assert grid.textfont.color == "black"
    assert all((_luminance(colour) + 0.05) / 0.05 >= 4.5 for _, colour in grid.colorscale)


def test_the_roc_figure_shows_area_n_chance_and_the_working_point():
    fpr, tpr, _ = roc([0, 0, 1, 1], [0.1, 0.6, 0.4, 0.9])
    chart = roc_figure(fpr, tpr, 0.75, 1200, (0.5, 1.0, 0.4))
    curve, point, chance = (_trace(chart, name) for name in ("AUC 0.750 (n = 1,200)", "threshold 0.40", "chance"))
    assert list(curve.x) == fpr.tolist() and list(curve.y) == tpr.tolist()
    assert (point.x[0], point.y[0]) == (0.5, 1.0)
    assert list(chance.x) == list(chance.y) == [0, 1]


def test_compared_roc_curves_differ_in_their_line():
    fpr, tpr, _ = roc([0, 1], [0.1, 0.6])
    chart = compare_roc({"lenet": (fpr, tpr, 1.0), "svm": (fpr, tpr, 1.0)}, 60)
    names = ["lenet: AUC 1.000 (n = 60)", "svm: AUC 1.000 (n = 60)"]
    assert [trace.name for trace in chart.data[:2]] == names
    assert _trace(chart, names[0]).line.dash != _trace(chart, names[1]).line.dash


def test_the_histogram_counts_every_image_of_each_class_once():
    rng = np.random.default_rng(0)
    labels, scores = rng.integers(0, 2, 500), np.append(rng.random(498), [0.0, 1.0])
    chart = score_histogram(labels, scores, 0.35)
    ai = int(labels.sum())
    assert sum(_trace(chart, f"real (n = {500 - ai})").y) == 500 - ai
    assert sum(_trace(chart, f"AI-generated (n = {ai})").y) == ai
    assert _notes(chart) == ["threshold 0.35"]


def test_the_two_classes_keep_their_colours_and_ai_its_hatching():
    real, ai = score_histogram([0, 1], [0.2, 0.7], 0.5).data
    assert (real.marker.color, ai.marker.color) == ("#0072B2", "#D55E00")
    assert real.marker.pattern.shape != ai.marker.pattern.shape


def test_the_svm_grid_is_sorted_and_stars_the_best_pair():
    grid = svm_grid_figure(GRID).data[0]
    assert list(grid.x) == ["0.001", "0.004"] and list(grid.y) == ["1", "10"]
    assert [[round(float(cell), 3) for cell in line] for line in grid.z] == [[0.501, 0.504], [0.51, 0.54]]
    assert [[text.startswith("★") for text in line] for line in grid.text] == [[False, False], [False, True]]


def test_an_unfinished_svm_grid_leaves_gaps():
    grid = svm_grid_figure(GRID[:3]).data[0]
    assert grid.z[0][1] is None and grid.text[0][1] == ""
    assert _notes(svm_grid_figure([])) == ["The grid search has not finished yet"]
