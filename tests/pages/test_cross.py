import json
import subprocess
import sys
from pathlib import Path

from detector.cross_store import save_left_out, save_matrix
from detector.evaluation.cross import Cell, Matrix
from tests.workspaces import write_set


def said(page) -> str:
    return "\n".join(element.value for element in (*page.markdown, *page.caption)).replace("\\", "")


def matrix(by: str = "set", row: str = "stripes", columns: tuple[str, ...] = ("blots", "spots")) -> Matrix:
    ranges = {"auc": (0.4, 0.95), "balanced_accuracy": (0.6, 0.9)}
    cells = tuple(
        Cell(row, column, 20, 21, 3, 0.5, {"auc": 0.9 - 0.3 * at, "balanced_accuracy": 0.8}, ranges)
        for at, column in enumerate(columns)
    )  # fmt: skip
    return Matrix(by, (row,), columns, cells, {row: "stripes"}, ("blots: a note.",))


def test_an_empty_workspace_says_what_to_do(empty_home: Path, open_page) -> None:
    page = open_page("cross")
    assert not page.exception
    assert "There is no detector yet." in said(page)


def test_nothing_chosen_is_a_hint_and_no_error(home: Path, open_page) -> None:
    page = open_page("cross")
    assert "Nothing was tested on other data yet" in said(page)
    page.button[0].click().run()
    assert not page.exception
    assert "Choose at least one detector" in page.warning[0].value


def test_detectors_are_tested_on_a_set_and_the_result_stays(home: Path, open_page) -> None:
    page = open_page("cross")
    page.multiselect(key="cross-weights").set_value(["stripes", "sketch"])
    page.multiselect(key="cross-data").set_value([str(home / "data" / "blots")])
    page.number_input(key="cross-images").set_value(10)
    page.button[0].click().run()
    assert not page.exception
    table = open_page("cross").dataframe[0].value
    assert len(table) == 2
    assert list(table["real"]) == [10, 10] and list(table["AI-generated"]) == [10, 10]
    assert (table["AUC, 95 %"] != "").all()


def test_a_folder_that_is_not_there_is_one_error(home: Path, open_page) -> None:
    page = open_page("cross")
    page.multiselect(key="cross-data").options.append("/no/such/folder")
    page.multiselect(key="cross-data").set_value(["/no/such/folder"])
    page.button[0].click().run()
    assert not page.exception
    assert len(page.error) == 1 and "no/such/folder" in page.error[0].value.replace("\\", "")


def test_mean_and_lowest_are_said_with_the_notes(home: Path, open_page) -> None:
    save_matrix(matrix())
    text = said(open_page("cross"))
    assert "mean 0.75 of 2, lowest 0.60 on spots" in text.replace("\u2060", "")
    assert "blots: a note." in text.replace("\u2060", "")


def test_a_damaged_matrix_is_an_error_and_the_form_stays(home: Path, open_page) -> None:
    (home / "cross").mkdir()
    (home / "cross" / "last.json").write_text(json.dumps({"by": "set"}))
    page = open_page("cross")
    assert not page.exception
    assert "no matrix of detectors and data" in page.error[0].value
    assert page.multiselect(key="cross-weights")


def test_generators_left_out_have_a_view_of_their_own(home: Path, open_page) -> None:
    page = open_page("cross", view="One generator left out")
    assert "No generator was left out yet" in said(page)
    save_left_out(matrix("left out", "recipe", ("dalle", "sdxl")))
    page = open_page("cross", view="One generator left out")
    assert not page.exception
    assert page.subheader[0].value == "recipe"
    assert list(page.dataframe[0].value["tested on"]) == ["dalle", "sdxl"]


def test_a_set_of_generators_gives_a_column_each(home: Path, open_page, tmp_path: Path) -> None:
    write_set(home / "data" / "more", 12)
    page = open_page("cross")
    page.multiselect(key="cross-weights").set_value(["sketch"])
    page.multiselect(key="cross-data").set_value([str(home / "data" / "more")])
    page.selectbox(key="cross-by").set_value("generator")
    page.button[0].click().run()
    assert not page.exception
    assert list(open_page("cross").dataframe[0].value["tested on"]) == ["dalle", "sd"]


def test_showing_results_needs_no_torch() -> None:
    parts = "pages.parts.cross_view, pages.parts.cross_form, pages.parts.robustness_view"
    code = f"import {parts}, sys; assert 'torch' not in sys.modules"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, check=False).returncode == 0
