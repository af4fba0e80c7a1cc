import dataclasses
from pathlib import Path

import pytest

from detector.explain.lab_table import CENTRE, CHANCE, Grade, LabTable, Mean, Student, beats
from detector.explain.methods import METHODS
from detector.figures.lab_table import MEASURE_TITLES, lab_figure
from pages.parts.lab_table import frame, sentence

STUDENTS = (Student("one", "Network One", 64, (7, 7), 90, 0.95), Student("two", "Network Two", 64, (2, 2), 80, 0.9))
VALUES = {"gradcam": 0.9, "occlusion": 0.35, "randomcam": 0.2, CHANCE: 0.2, CENTRE: 0.4}


def grade(network: str, method: str, value: float) -> Grade:
    mean = Mean(value, max(value - 0.05, 0), min(value + 0.05, 1))
    return Grade(network, method, 90, 0, mean, mean, mean)


@pytest.fixture
def table() -> LabTable:
    shift = {"one": 0.0, "two": -0.1}
    grades = [grade(name, method, max(value + shift[name], 0)) for name in shift for method, value in VALUES.items()]
    return LabTable(100, "python -m detector grade-maps", STUDENTS, tuple(grades))


@pytest.fixture
def page(home: Path, open_page, table: LabTable, monkeypatch):
    table.write(home / "table.json")
    monkeypatch.setattr("detector.explain.lab_table.SHIPPED", home / "table.json")
    return open_page("methods")


def said(page) -> str:
    return "\n".join(element.value for element in (*page.markdown, *page.caption))


def test_every_method_is_told_in_a_line(page) -> None:
    assert not page.exception
    assert all(f"**{method.title}**: {method.help}" in said(page) for method in METHODS.values())


def test_the_table_and_how_it_was_made_are_on_the_page(page) -> None:
    assert "python -m detector grade-maps" in said(page)
    assert "100 new pictures" in said(page)
    assert list(page.dataframe[0].value.index) == ["Grad-CAM", "Occlusion", "Random weights", "Chance", "Centre spot"]
    assert page.dataframe[0].value.loc["Grad-CAM", "Network One"] == "0.90 (0.85–0.95)"


def test_a_network_that_is_taken_away_leaves_the_table(page) -> None:
    page.multiselect(key="networks").set_value(["two"]).run()
    assert list(page.dataframe[0].value.columns) == ["Network Two"]
    assert "Network One**" not in said(page)
    page.multiselect(key="networks").set_value([]).run()
    assert not page.exception


def test_without_a_table_the_page_still_tells_the_methods(home: Path, open_page, monkeypatch) -> None:
    monkeypatch.setattr("detector.explain.lab_table.SHIPPED", home / "nothing.json")
    page = open_page("methods")
    assert not page.exception
    assert "cannot be read" in page.error[0].value
    assert "**Grad-CAM**" in said(page)


def test_a_sentence_holds_each_method_against_both_controls(table: LabTable) -> None:
    words = sentence(table, STUDENTS[0], "energy")
    assert "clearly better than a spot in the middle: Grad-CAM;" in words
    assert "clearly better than chance only: Occlusion;" in words
    assert words.endswith("not clearly better than chance: Random weights.")
    assert "7 × 7" in words and "n = 90" in words


def test_intervals_that_meet_are_no_clear_difference() -> None:
    better, worse = grade("one", "a", 0.5), grade("one", "b", 0.41)
    assert not beats(better, worse, "energy")
    assert beats(better, dataclasses.replace(worse, energy=Mean(0.3, 0.25, 0.35)), "energy")


@pytest.mark.parametrize("measure", MEASURE_TITLES)
def test_the_figure_has_a_symbol_a_network_and_a_line_a_control(table: LabTable, measure: str) -> None:
    chart = lab_figure(table, measure, ["one", "two"]).to_dict()
    first, second, *controls = chart["data"]
    assert (first["name"], second["name"]) == ("Network One", "Network Two")
    assert first["marker"]["symbol"] != second["marker"]["symbol"]
    assert [trace["name"] for trace in controls] == ["chance (0.15)", "centre spot (0.35)"]
    assert [shape["x0"] for shape in chart["layout"]["shapes"]] == pytest.approx([0.15, 0.35])
    assert chart["layout"]["yaxis"]["ticktext"][-1] == "Grad-CAM", "the best on top"
    assert list(first["x"]) == pytest.approx([0.9, 0.35, 0.2])
    assert list(first["error_x"]["array"]) == pytest.approx([0.05] * 3)


def test_the_table_has_a_column_a_network_and_the_controls_last(table: LabTable) -> None:
    shown = frame(table, "iou", ["one", "two"])
    assert list(shown.columns) == ["Network One", "Network Two"]
    assert list(shown.index[-2:]) == ["Chance", "Centre spot"]
