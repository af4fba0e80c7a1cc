"""Counting checks: made by hand, so that every number in the table is known."""

import pytest

from detector.explain.check_table import CheckRow, check_table, shown_table
from detector.explain.map_check import BADGES, Curves, MapCheck
from detector.figures.checks import check_curves, check_distribution


def check(gain: float, **values: object) -> MapCheck:
    random = (Curves((1, 0.5, 0), (0, 0.5, 1)),) * 19
    return MapCheck(Curves((1, 0.5 - gain, 0), (0, 0.5 + gain, 1)), random, Curves((1, 0.4, 0), (0, 0.6, 1)), "blurred", **values)


ROWS = [
    CheckRow("a.png", "ai", "gradcam", check(0.3, randomised=(("all layers", 0.2),), flip=0.9, jpeg=0.8, road=1.0)),
    CheckRow("b.png", "real", "gradcam", check(0.2, randomised=(("all layers", 0.9),), flip=0.5, jpeg=0.8, road=3.0)),
    CheckRow("c.png", "ai", "gradcam", check(-0.1, randomised=(("all layers", 0.4),), flip=0.7, jpeg=1.0, road=-1.0)),
    CheckRow("a.png", "ai", "occlusion", check(0.05)),
]


def test_each_method_gets_its_badges_counted_and_the_rest_as_medians():
    gradcam, occlusion = check_table(ROWS)
    assert (gradcam.n, gradcam.better, gradcam.unclear, gradcam.no_better) == (3, 1, 1, 1)
    assert gradcam.edges_as_good == 1
    assert (gradcam.randomised, gradcam.flip, gradcam.jpeg, gradcam.road) == (0.4, 0.7, 0.8, 1.0)
    assert gradcam.advantage == pytest.approx(0.2)  # the middle point moves each mean height by half of the gain
    assert gradcam.low < 1 / 3 < gradcam.high
    assert (occlusion.method, occlusion.better, occlusion.edges_as_good) == ("occlusion", 1, 1)
    assert occlusion.randomised is occlusion.road is None


def test_the_table_in_text_has_a_line_a_method_and_a_dash_where_nothing_was_drawn_again():
    head, gradcam, occlusion = shown_table(check_table(ROWS)).splitlines()
    assert head.split()[:3] == ["method", "n", "better"]
    assert gradcam.split()[:3] == ["Grad-CAM", "3", "1"]
    assert occlusion.split()[-4:] == ["–"] * 4


def test_the_distribution_shows_every_map_once_at_its_lead_and_names_the_methods():
    chart = check_distribution(ROWS)
    assert [len(trace.x) for trace in chart.data] == [2, 1, 1]
    assert len(chart.data) == len(BADGES)
    assert sorted(x for trace in chart.data for x in trace.x) == pytest.approx([-0.1, 0.05, 0.2, 0.3])
    assert chart.layout.yaxis.ticktext == ("Grad-CAM", "Occlusion")
    assert len({trace.marker.symbol for trace in chart.data}) == 3, "colours alone would not tell the badges apart"


def test_a_distribution_of_nothing_says_so():
    assert check_distribution([]).layout.annotations[0].text == "No map was checked"


@pytest.mark.parametrize("kind", ["deletion", "insertion"])
def test_the_curves_of_a_map_lie_over_those_of_edges_and_random_maps(kind):
    found = check(0.3)
    chart = check_curves(found, kind)
    traces = {trace.name: trace for trace in chart.data if trace.name}
    assert traces["this map"].y == getattr(found.curves, kind)
    assert traces["edges of the picture"].y == getattr(found.edges, kind)
    assert traces["19 random maps, lowest to highest"].y == getattr(found.random[0], kind)
    assert traces["this map"].x == (0, 0.5, 1)
