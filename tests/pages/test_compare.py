from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from detector.evaluation.pin_results import list_results
from detector.evaluation.pins import add_pin, list_pins
from detector.evaluation.predictions import read_predictions, write_predictions
from detector.training.runs import Run
from tests.pages.conftest import PAGES
from tests.workspaces import RUN, fill, picture


def opened(stem: str = "compare", **query: str) -> AppTest:
    test = AppTest.from_file(str(PAGES / f"{stem}.py"), default_timeout=120)
    for key, value in query.items():
        test.query_params[key] = value
    return test.run()


def another_run(home: Path, name: str, shift: float) -> None:
    """A run on the same images that says something else of some."""
    good, bad = Run(home / "runs" / RUN), Run(home / "runs" / name)
    bad.folder.mkdir()
    for file in ("config.json", "status.json", "about.json"):
        (bad.folder / file).write_bytes((good.folder / file).read_bytes())
    frame = read_predictions(good.predictions_file)
    scores = (frame["probability"] + [shift, -shift, 0.0, 0.0] * 100).clip(0, 1)
    write_predictions(bad.predictions_file, frame.assign(probability=scores))


@pytest.fixture
def two(empty_home: Path) -> Path:
    fill(empty_home)
    another_run(empty_home, "worse", 0.4)
    return empty_home


def said(test: AppTest) -> str:
    return " ".join([*(each.value for each in test.markdown), *(each.value for each in test.caption)])


def test_without_two_detectors_the_page_says_where_one_comes_from(empty_home: Path) -> None:
    test = opened()
    assert not test.exception and "needs two detectors" in said(test)


def test_two_runs_are_held_against_each_other_with_a_sentence_and_their_images(two: Path) -> None:
    test = opened()
    assert not test.exception and not test.error
    assert set(test.multiselect(key="runs").value) == {RUN, "worse"}
    assert "is right on" in said(test) and "which is hardly chance" in said(test)
    table = test.dataframe[0].value
    assert {RUN, "worse"} <= set(table.columns) and any("clearly best" in str(cell) for cell in table[RUN])
    options = test.pills(key="kind").options
    assert len(options) == 4 and any("Only" in str(each) for each in options)


def test_the_gallery_shows_what_was_chosen_and_pins_it(two: Path) -> None:
    test = opened()
    test.pills(key="kind").set_value(3).run()
    buttons = [each for each in test.button if str(each.key).startswith("pin-compared-")]
    assert len(buttons) == 12
    buttons[0].click().run()
    assert not test.exception and len(list_pins()) == 1 and list_pins()[0].source.startswith("Compare")
    again = [each for each in test.button if str(each.key).startswith("unpin-")]
    assert len(again) == 1
    again[0].click().run()
    assert list_pins() == []


def test_six_runs_name_no_best_without_a_clear_difference(two: Path) -> None:
    for number in range(4):
        another_run(two, f"same-{number}", 0.001 * number)
    test = opened(runs=",".join([RUN, "same-0", "same-1"]))
    test.multiselect(key="runs").set_value([RUN, "same-0", "same-1", "same-2", "same-3", "worse"]).run()
    assert not test.exception and "corrected for 15 pairs" in said(test)
    assert not any("clearly best" in str(cell) for name in (RUN, "same-1") for cell in test.dataframe[0].value[name])
    assert len(test.selectbox(key="pair").options) == 15


def test_one_run_alone_asks_for_another(two: Path) -> None:
    test = opened()
    test.multiselect(key="runs").set_value([RUN]).run()
    assert not test.exception and "two runs or more" in said(test)


def test_detectors_score_a_data_set_once_and_are_compared_on_it(home: Path) -> None:
    test = opened(on="A data set")
    test.multiselect(key="detectors").set_value(["stripes", "sketch"]).run()
    test.selectbox(key="data").set_value(str(home / "data" / "blots")).run()
    assert not test.exception and "have not scored" in said(test)
    test.button(key="score").click().run()
    assert not test.exception and not test.error
    assert "right and wrong on the very same images" in said(test)  # both have the same weights
    assert not [each for each in opened(on="A data set").button if each.key == "score"]


def test_the_ledger_is_empty_until_an_image_is_pinned(home: Path) -> None:
    test = opened(view="Pinned images")
    assert not test.exception and "No image is pinned yet" in said(test)


def test_pins_are_shown_to_detectors_and_stand_in_a_grid(home: Path) -> None:
    for seed in range(3):
        add_pin(picture(seed), seed % 2, f"{seed}.png", "odd")
    test = opened(view="Pinned images")
    test.multiselect(key="pins-to").set_value(["stripes"]).run()
    test.button(key="pins-show").click().run()
    assert not test.exception and not test.error
    assert [result.name for result in list_results()] == ["stripes"] and len(list_results()[0].scores) == 3
    grid = test.dataframe[-1].value
    assert len(grid) == 3 and all(str(cell)[0] in "✓✗" for cell in grid["stripes"])


def test_five_hundred_pins_come_a_page_at_a_time(home: Path) -> None:
    for seed in range(500):
        add_pin(picture(seed, (8, 8)), seed % 2, f"{seed}.png")
    test = opened(view="Pinned images")
    assert not test.exception and len(test.dataframe[-1].value) == 20
    assert "1 to 20 of 500" in said(test)


def test_pins_that_were_taken_away_can_be_put_back(home: Path) -> None:
    pin = add_pin(picture(1), 1, "1.png")
    test = opened(view="Pinned images")
    test.session_state["pin-grid-0"] = {"selection": {"rows": [0], "columns": [], "cells": []}}
    test.run()
    test.button(key="pins-remove").click().run()
    assert not test.exception and list_pins() == []
    test.button(key="pins-undo").click().run()
    assert list_pins() == [pin]


def test_an_image_is_pinned_from_the_mistakes_on_evaluate(home: Path) -> None:
    test = opened("evaluate", run=RUN)
    next(each for each in test.button if str(each.key).startswith("pin-")).click().run()
    assert not test.exception and [pin.source for pin in list_pins()] == [f"Evaluate: {RUN}"]


def test_a_picture_on_classify_is_pinned_with_a_persons_word(home: Path) -> None:
    test = opened("classify", sample="china")
    pin = next(each for each in test.button if str(each.key).startswith("pin-"))
    assert pin.disabled
    next(each for each in test.radio if str(each.key).startswith("truth-")).set_value(0).run()
    next(each for each in test.button if str(each.key).startswith("pin-")).click().run()
    assert not test.exception and [(each.label, each.source[:8]) for each in list_pins()] == [(0, "Classify")]
