from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from detector.home import REPOSITORY
from detector.training.config import TrainConfig
from detector.training.runs import create_run, find_run, list_runs
from detector.training.status import RunStatus
from tests.workspaces import RUN, fill

PAGE = str(REPOSITORY / "pages" / "runs.py")


@pytest.fixture
def two(empty_home: Path) -> Path:
    """The finished run and a stopped one with two epochs and other settings."""
    fill(empty_home)
    run = create_run(TrainConfig(model="cnn3", epochs=9), "second")
    run.write_status(RunStatus(state="stopped", epoch=2, epochs=9))
    for epoch in (1, 2):
        run.append_metrics(
            {"epoch": epoch, "train_loss": 0.5, "train_accuracy": 0.7, "valid_loss": 0.6 - epoch / 10, "valid_accuracy": 0.7}
        )
    return empty_home


def opened() -> AppTest:
    return AppTest.from_file(PAGE, default_timeout=60).run()


def tick(test: AppTest, *rows: int) -> AppTest:
    """Tick rows of the table."""
    test.session_state["runs-table"] = {"selection": {"rows": list(rows), "columns": [], "cells": []}}
    return test.run()


def test_without_runs_the_page_says_where_to_start(empty_home: Path) -> None:
    test = opened()
    assert not test.exception and "No runs yet" in "".join(m.value for m in test.markdown)


def test_every_run_has_a_row_with_its_state_and_best_result(two: Path) -> None:
    table = opened().dataframe[0].value
    assert set(table["run"]) == {RUN, "second"}
    row = table.set_index("run").loc["second"]
    assert (row["state"], row["model"]) == ("stopped", "cnn3") and row["valid loss"] == pytest.approx(0.4)


def test_two_ticked_runs_are_overlaid_and_only_their_differences_are_listed(two: Path) -> None:
    test = tick(opened(), 0, 1)
    assert not test.exception and len(test.get("plotly_chart")) == 2
    settings = test.dataframe[1].value
    assert set(settings.columns) == {RUN, "second"}
    assert {"model", "epochs"} <= set(settings.index) and "seed" not in settings.index
    test.toggle[0].set_value(False).run()
    assert "seed" in test.dataframe[1].value.index


def test_a_damaged_run_is_listed_as_such_and_the_others_stay(two: Path) -> None:
    (two / "runs" / "second" / "config.json").write_text("{half")
    table = opened().dataframe[0].value
    assert dict(zip(table["run"], table["state"], strict=True))["second"] == "damaged"


def test_deleting_asks_first(two: Path) -> None:
    test = opened()
    next(button for button in test.button if button.label == "Delete").click().run()
    assert any("go with them" in text.value for text in test.markdown) and len(list_runs()) == 2


def asked(question: str) -> AppTest:
    """A dialog alone: AppTest reruns whole pages where a browser reruns the dialog only, which closes it."""
    script = f"from detector.training.runs import find_run\nfrom pages.parts.run_dialogs import *\n{question}"
    return AppTest.from_string(script, default_timeout=60).run()


def test_a_confirmed_delete_removes_just_that_run(two: Path) -> None:
    asked("ask_delete([find_run('second')])").button(key="delete-now").click().run()
    assert [run.name for run in list_runs()] == [RUN]


def test_renaming_changes_the_name_and_keeps_the_rest(two: Path) -> None:
    metrics = find_run("second").metrics()
    test = asked("ask_rename(find_run('second'))")
    test.text_input(key="rename-run").set_value("renamed").run()
    test.button(key="rename-now").click().run()
    assert find_run("renamed").metrics() == metrics and len(list_runs()) == 2


def test_a_name_that_is_taken_is_refused_in_one_line(two: Path) -> None:
    test = asked("ask_rename(find_run('second'))")
    test.text_input(key="rename-run").set_value(RUN).run()
    test.button(key="rename-now").click().run()
    assert "already" in test.error[0].value and find_run("second").metrics()
