from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from detector.home import REPOSITORY
from detector.training.config import TrainConfig
from detector.training.runs import create_run, find_run, list_runs
from detector.training.status import RunStatus
from detector.training.tags import change_tags, tags_of
from pages.parts.run_cache import summaries
from pages.parts.run_table import table_key
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
    key = table_key(list(test.dataframe[0].value["run"]))
    test.session_state[key] = {"selection": {"rows": list(rows), "columns": [], "cells": []}}
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
    assert not test.exception and len(test.get("plotly_chart")) == 1
    settings = test.dataframe[1].value
    assert set(settings.columns) == {RUN, "second"}
    assert {"model", "epochs"} <= set(settings.index) and "seed" not in settings.index
    next(toggle for toggle in test.toggle if toggle.label == "Only what differs").set_value(False).run()
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


def listed(test: AppTest) -> list[str]:
    assert not test.exception
    return list(test.dataframe[0].value["run"]) if test.dataframe else []


def test_search_finds_words_anywhere_in_a_run_and_is_kept_in_the_address(two: Path) -> None:
    find_run("second").note(note="less noise, more light")
    test = AppTest.from_file(PAGE, default_timeout=60)
    test.query_params["search"] = "noise CNN3"
    assert listed(test.run()) == ["second"]
    test.text_input(key="search").set_value("no such run")
    assert listed(test.run()) == [] and any("No run fits" in text.value for text in test.markdown)


def test_filters_take_each_other_into_account_and_a_tag_that_is_gone_hides_nothing(two: Path) -> None:
    change_tags([find_run("second")], ["baseline"])
    test = opened()
    test.multiselect(key="only-state").set_value(["stopped"])
    assert listed(test.run()) == ["second"]
    test.multiselect(key="only-model").set_value(["lenet5"])
    assert listed(test.run()) == []
    test.multiselect(key="only-model").set_value([])
    test.multiselect(key="only-state").set_value([])
    test.multiselect(key="only-tag").set_value(["baseline"])
    assert listed(test.run()) == ["second"]
    change_tags([find_run("second")], remove=["baseline"])
    assert len(listed(test.run())) == 2


def test_a_ticked_run_stays_ticked_when_others_are_filtered_away(two: Path) -> None:
    test = tick(opened(), 1)
    (ticked,) = test.session_state["runs-ticked"]
    test.text_input(key="search").set_value(ticked).run()
    assert test.session_state["runs-ticked"] == [ticked] and listed(test) == [ticked]


def test_tags_and_a_note_are_written_on_the_ticked_run(two: Path) -> None:
    test = asked("ask_tags([find_run('second')], ['baseline'])")
    test.multiselect(key="tags-chosen").set_value(["baseline"])
    test.text_area(key="note-text").set_value("looked promising").run()
    test.button(key="tags-now").click().run()
    assert tags_of(find_run("second")) == ("baseline",) and find_run("second").about()["note"] == "looked promising"


def test_of_several_runs_only_shared_tags_are_changed(two: Path) -> None:
    change_tags([find_run("second")], ["own", "shared"])
    change_tags([find_run(RUN)], ["shared"])
    test = asked(f"ask_tags([find_run('second'), find_run({RUN!r})], ['own', 'shared'])")
    assert test.multiselect(key="tags-chosen").value == ["shared"]
    test.multiselect(key="tags-chosen").set_value([]).run()
    test.button(key="tags-now").click().run()
    assert tags_of(find_run("second")) == ("own",) and tags_of(find_run(RUN)) == ()


def test_while_one_of_several_runs_is_at_work_none_is_deleted(two: Path) -> None:
    run = find_run("second")
    with run.lock():
        run.write_status(RunStatus(state="running"))
        test = asked(f"ask_delete([find_run({RUN!r}), find_run('second')])")
        test.button(key="delete-now").click().run()
        assert "stop it" in test.error[0].value and len(list_runs()) == 2


def test_each_measure_is_drawn_and_its_numbers_can_be_taken_away(two: Path) -> None:
    test = tick(opened(), 0, 1)
    for measure in ("accuracy", "auc", "learning_rate", "loss"):
        test.segmented_control(key="measure").set_value(measure).run()
        assert not test.exception and len(test.get("plotly_chart")) == 1
    test.slider(key="smoothing").set_value(0.5).run()
    assert {button.proto.label for button in test.get("download_button")} >= {"Table as CSV", "Curves as CSV"}


def test_settings_stand_against_results_as_a_figure_and_as_a_table(two: Path) -> None:
    for name, accuracy in (("second", 0.7), (RUN, 0.9)):
        find_run(name).note(result={"valid": {"accuracy": accuracy, "auc": None, "n": 50}})
    test = tick(opened(), 0, 1)
    table = test.dataframe[-1].value
    assert dict(zip(table["run"], table["validation accuracy"], strict=True)) == {"second": 0.7, RUN: 0.9}
    assert "model" in table and "seed" not in table
    test.segmented_control(key="parallel-result").set_value("auc").run()
    assert any("at least two finished runs" in text.value for text in test.caption)


def test_a_table_of_runs_reads_a_run_again_only_when_its_files_change(two: Path) -> None:
    before = {run.name: run for run in summaries()}
    after = {run.name: run for run in summaries()}
    assert all(before[name] is after[name] for name in before)
    find_run("second").note(note="new")
    again = {run.name: run for run in summaries()}
    assert again["second"].note == "new" and again[RUN] is before[RUN]
    find_run("second").rename("renamed")
    assert {run.name for run in summaries()} == {RUN, "renamed"}
