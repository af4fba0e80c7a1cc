"""Figures of an evaluation through what they hold: values, intervals, counts and the line of chance."""

import numpy as np
import pytest

from detector.evaluation.curves import precision_recall, thinned
from detector.evaluation.metrics import evaluate
from detector.evaluation.prevalence import worth
from detector.evaluation.rates import Rate
from detector.evaluation.sample import sample_of
from detector.evaluation.scores import reliability
from detector.evaluation.slices import Slice
from detector.figures.forest import forest_figure
from detector.figures.precision import precision_figure
from detector.figures.prevalence import prevalence_figure
from detector.figures.reliability import reliability_figure
from detector.labels import AI, REAL

LABELS = np.arange(400) % 2
SCORES = 1 / (1 + np.exp(-(2 * LABELS - 1 + np.random.default_rng(0).normal(0, 1, 400))))
SAMPLE, METRICS = sample_of(LABELS, SCORES), evaluate(LABELS, SCORES)


def _trace(chart, name: str):
    return next(trace for trace in chart.data if trace.name and trace.name.startswith(name))


def test_the_forest_draws_a_row_a_part_with_its_interval_and_n():
    found = [Slice("sdxl", AI, Rate(0.8, 0.7, 0.88, 60)), Slice("flux", AI, Rate(0.5, 0.3, 0.7, 20))]
    chart = forest_figure(found, {AI: 0.1, REAL: 0.9})
    dots = _trace(chart, "AI-generated")
    assert list(dots.x) == [0.8, 0.5]
    assert list(dots.error_x.array) == pytest.approx([0.08, 0.2]) and list(dots.error_x.arrayminus) == pytest.approx([0.1, 0.2])
    assert list(chart.layout.yaxis.ticktext) == ["sdxl  n = 60", "flux  n = 20"]
    assert list(_trace(chart, "chance: 10%").x) == [0.1, 0.1]


def test_the_forest_draws_both_classes_of_a_folder_in_one_row_and_apart():
    chart = forest_figure([Slice("art", label, Rate(0.5, 0.4, 0.6, 50)) for label in (AI, REAL)], {AI: 0.3, REAL: 0.7})
    ai, real = (_trace(chart, name) for name in ("AI-generated", "real"))
    assert len(chart.layout.yaxis.tickvals) == 1 and ai.y != real.y
    assert ai.marker.symbol != real.marker.symbol


def test_where_one_class_was_tested_there_is_no_line_of_chance():
    chart = forest_figure([Slice("sdxl", AI, Rate(0.5, 0.4, 0.6, 50))], {})
    assert [trace.name for trace in chart.data] == ["AI-generated"]


def test_a_long_name_keeps_its_end_and_the_hover_has_all_of_it():
    name = "a-folder-of-folders/stable-diffusion-xl-refined-17"
    chart = forest_figure([Slice(name, AI, Rate(0.5, 0.4, 0.6, 50))], {AI: 0.3, REAL: 0.7})
    assert chart.layout.yaxis.ticktext[0].startswith("…") and "refined-17" in chart.layout.yaxis.ticktext[0]
    assert _trace(chart, "AI-generated").customdata[0][0] == name


def test_forty_parts_are_as_legible_as_four():
    four, forty = ([Slice(f"g{i}", AI, Rate(0.5, 0.4, 0.6, 50)) for i in range(count)] for count in (4, 40))
    heights = [forest_figure(found, {AI: 0.3, REAL: 0.7}).layout.height for found in (four, forty)]
    assert heights[1] - heights[0] >= 36 * 20


def test_the_reliability_diagram_has_a_dot_a_bin_with_its_count_beside_diagonal_and_chance():
    bins = reliability(SAMPLE)
    chart = reliability_figure(bins, 0.5, SAMPLE.n)
    dots = _trace(chart, "ten bins")
    assert [float(text.replace(",", "")) for text in dots.text] == [each.n for each in bins]
    assert sum(each.n for each in bins) == SAMPLE.n
    assert list(_trace(chart, "score = share").y) == [0, 1] and list(_trace(chart, "chance").y) == [0.5, 0.5]


def test_the_precision_curve_starts_at_the_top_score_ends_when_all_are_found_and_marks_the_threshold():
    recall, precision, _ = precision_recall(SAMPLE)
    point = (METRICS.recall_ai, METRICS.precision_ai, 0.5)
    chart = precision_figure(recall, precision, METRICS.average_precision, 0.5, SAMPLE.n, point)
    curve, dot = _trace(chart, "average precision"), _trace(chart, "threshold")
    assert curve.x[-1] == 1.0 and curve.name == f"average precision {METRICS.average_precision:.3f} (n = 400)"
    assert (dot.x[0], dot.y[0]) == (METRICS.recall_ai, METRICS.precision_ai)
    assert np.min(np.hypot(np.array(curve.x) - dot.x[0], np.array(curve.y) - dot.y[0])) < 1e-9  # on the curve


def test_the_base_rate_figure_marks_the_chosen_share_on_both_curves():
    shares = (0.01, 0.1, 0.5, 0.9)
    chart = prevalence_figure([worth(METRICS, share) for share in shares], worth(METRICS, 0.1), METRICS.n)
    marks = [(trace.x[0], trace.y[0]) for trace in chart.data if trace.mode == "markers"]
    chosen = worth(METRICS, 0.1)
    assert marks == [(0.1, chosen.ppv), (0.1, chosen.npv)]
    assert "(n = 400)" in _trace(chart, "“AI-generated” is right").name and _trace(chart, "chance") is not None


def test_a_detector_that_never_alarms_has_no_curve_of_alarms():
    silent = evaluate(LABELS, SCORES * 0.4)
    chart = prevalence_figure([worth(silent, 0.1), worth(silent, 0.5)], worth(silent, 0.1), silent.n)
    assert not any(trace.name and trace.name.startswith("“AI-generated”") for trace in chart.data)


def test_a_thinned_curve_keeps_its_ends_and_strays_by_less_than_a_pixel():
    random = np.random.default_rng(1)
    x, y = (np.sort(random.random(200_000)) for _ in range(2))
    places = thinned(x, y)
    assert places.size <= 1100 and places[0] == 0 and places[-1] == x.size - 1
    assert np.abs(np.interp(x, x[places], y[places]) - y).max() < 0.005
