import time
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from detector.home import REPOSITORY
from detector.training.config import TrainConfig
from detector.training.runs import Run, create_run, list_runs
from detector.training.status import RunStatus
from detector.training.sweep import Sweep, create_sweep, find_sweep, list_sweeps
from detector.training.sweep_plan import SweepPlan, grid
from tests.workspaces import write_set

PAGE = str(REPOSITORY / "pages" / "sweeps.py")
PLAN = SweepPlan(TrainConfig(model="lenet5"), grid({"batch_size": (16, 32), "learning_rate": (0.1, 0.01)}))


def opened(**query: str) -> AppTest:
    test = AppTest.from_file(PAGE, default_timeout=60)
    for key, value in query.items():
        test.query_params[key] = value
    return test.run()


def said(test: AppTest) -> str:
    assert not test.exception
    kinds = (test.markdown, test.caption, test.info, test.warning, test.error)
    return "\n".join(element.value for kind in kinds for element in kind)


def finish(sweep: Sweep, point: int, accuracy: float, test: float) -> Run:
    """A finished run of the sweep, as a worker leaves one."""
    run = create_run(sweep.plan().config(point), f"{sweep.name}-{point + 1:03}", sweep=sweep.name, point=point)
    interval = {"accuracy": [accuracy - 0.05, accuracy + 0.05]}
    found = {"accuracy": accuracy, "loss": 1 - accuracy, "n": 200, "intervals": interval}
    run.note(result={"valid": found, "test": {"accuracy": test, "n": 100, "intervals": {"accuracy": [test - 0.1, test + 0.1]}}})
    run.write_status(RunStatus(state="finished", epoch=10, epochs=10))
    return run


@pytest.fixture
def swept(empty_home: Path) -> Sweep:
    """A stopped sweep with three of its four runs finished; the best on validation is the worst on test."""
    sweep = create_sweep("mine", PLAN)
    for point, accuracy, test in ((0, 0.7, 0.91), (1, 0.9, 0.61), (2, 0.88, 0.81)):
        finish(sweep, point, accuracy, test)
    sweep.write_status(RunStatus(state="stopped", epoch=3, epochs=4, message="Stopped: 3 of 4 runs are finished."))
    return sweep


def test_an_empty_workspace_says_what_a_sweep_is(empty_home: Path) -> None:
    assert "No sweeps yet" in said(opened())


def test_the_number_of_runs_stands_there_before_anything_starts(empty_home: Path) -> None:
    test = opened()
    assert "**4 runs** (2 × 2)" in said(test)
    test.text_input(key="sweep-values-0").set_value("8, 16, 32").run()
    assert "**6 runs** (3 × 2)" in said(test) and test.button(key="sweep-start").label == "Start 6 runs"


def test_bostons_grid_fills_the_form(empty_home: Path) -> None:
    test = opened()
    test.selectbox(key="sweep-grid").set_value("boston-grid").run()
    assert "**9 runs** (3 × 3)" in said(test) and test.selectbox(key="sweep-base").value == "boston-cnn3"


def test_rows_can_be_added_and_taken_away(empty_home: Path) -> None:
    test = opened()
    test.button(key="sweep-add").click().run()
    assert "at least one value for epochs" in said(test).replace("\\", "") and test.button(key="sweep-start").disabled
    test.text_input(key="sweep-values-2").set_value("1").run()
    assert "**4 runs** (2 × 2 × 1)" in said(test)
    test.button(key="sweep-drop-0").click().run()
    assert test.selectbox(key="sweep-field-0").value == "learning_rate" and "**2 runs** (2 × 1)" in said(test)


@pytest.mark.parametrize(
    ("values", "words"), [("many", "whole number"), ("0", "between 1"), (",".join(map(str, range(1, 600))), "not 1,198")]
)
def test_values_that_do_not_fit_are_one_line_and_nothing_can_be_started(empty_home: Path, values: str, words: str) -> None:
    test = opened()
    test.text_input(key="sweep-values-0").set_value(values).run()
    assert len(test.error) == 1 and words in test.error[0].value and test.button(key="sweep-start").disabled


def test_the_same_setting_twice_is_said(empty_home: Path) -> None:
    test = opened()
    test.selectbox(key="sweep-field-0").set_value("learning_rate").run()
    assert "varied twice" in said(test) and test.button(key="sweep-start").disabled


def test_varying_the_seed_warns_that_runs_compare_loosely(empty_home: Path) -> None:
    test = opened()
    test.selectbox(key="sweep-field-0").set_value("seed").run()
    assert "compare only loosely" in said(test)


def test_starting_makes_a_sweep_whose_worker_goes_on_without_the_page(empty_home: Path, tmp_path: Path) -> None:
    test = opened(data=str(write_set(tmp_path / "set", 12)))
    test.text_input(key="sweep-values-0").set_value("8")
    test.button(key="sweep-add").click().run()
    test.text_input(key="sweep-values-2").set_value("1")
    test.text_input(key="sweep-values-1").set_value("0.01").run()
    test.text_input(key="sweep-name").set_value("from-the-page").run()
    test.button(key="sweep-start").click().run()
    assert test.query_params["sweep"] in ("from-the-page", ["from-the-page"])
    sweep = find_sweep("from-the-page")
    end = time.monotonic() + 180
    while sweep.status().active and time.monotonic() < end:
        time.sleep(0.2)
    assert sweep.status().state == "finished", sweep.log_tail()
    (run,) = list_runs()
    assert (run.config().epochs, run.config().batch_size, run.config().learning_rate) == (1, 8, 0.01)
    assert "1 runs: 1 finished" in said(opened(sweep="from-the-page"))


def test_the_best_is_named_by_validation_and_only_its_test_number_is_shown(swept: Sweep) -> None:
    test = opened(sweep="mine")
    words = said(test).replace("\\", "")
    assert "Best on validation: mine-002" in words and "accuracy 61.0%" in words
    assert "91.0%" not in words and "81.0%" not in words  # the other runs' test numbers
    assert "1 other is within its margin" in words
    table = test.dataframe[0].value
    assert list(table["run"]) == ["mine-002", "mine-003", "mine-001", "–"] and list(table["state"])[-1] == "waiting"


def test_a_stopped_sweep_can_be_gone_on_with_and_says_how_far_it_is(swept: Sweep) -> None:
    test = opened(sweep="mine")
    assert "4 runs: 3 finished, 1 waiting" in said(test) and test.button(key="resume").label == "Resume"


def test_other_measures_and_missing_results_do_not_upset_the_page(swept: Sweep) -> None:
    test = opened(sweep="mine")
    for measure in ("loss", "auc", "balanced_accuracy"):
        test.segmented_control(key="sweep-measure").set_value(measure).run()
        assert not test.exception
    assert "No run has a result yet" in said(test)


def test_of_three_fields_two_are_shown_and_the_third_is_averaged_or_held(empty_home: Path) -> None:
    axes = {"batch_size": (16, 32), "learning_rate": (0.1, 0.01), "jpeg": (False, True)}
    sweep = create_sweep("three", SweepPlan(TrainConfig(), grid(axes)))
    for point in range(8):
        finish(sweep, point, 0.5 + point / 20, 0.5)
    test = opened(sweep="three")
    assert not test.exception and {"sweep-x", "sweep-y"} <= {box.key for box in test.selectbox}
    test.selectbox(key="sweep-x").set_value("batch_size").run()
    assert not test.exception
    held = next(box for box in test.selectbox if str(box.key).startswith("sweep-fix-"))
    held.set_value(held.options[1]).run()
    assert not test.exception


def test_a_sweep_that_does_not_exist_or_is_damaged_is_one_line(empty_home: Path, swept: Sweep) -> None:
    assert "no sweep called" in opened(sweep="nobody").error[0].value
    (swept.folder / "sweep.json").write_text('{"points": 3}')
    assert len(opened(sweep="mine").error) == 1


@pytest.mark.parametrize("with_runs", [False, True])
def test_deleting_asks_first_and_takes_the_runs_only_when_told_so(swept: Sweep, with_runs: bool) -> None:
    script = (
        "from detector.training.sweep import find_sweep\nfrom pages.parts.sweep_view import *\nask_delete(find_sweep('mine'))"
    )
    test = AppTest.from_string(script, default_timeout=60).run()
    assert list_sweeps()
    test.toggle(key="with-runs").set_value(with_runs).run()
    test.button(key="delete-sweep-now").click().run()
    assert list_sweeps() == [] and len(list_runs()) == (0 if with_runs else 3)
