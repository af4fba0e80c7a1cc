import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from detector.home import REPOSITORY
from detector.studies.job import Job
from detector.studies.plans import PLANS
from detector.studies.result import SHIPPED, read_result
from detector.studies.words import VERDICTS
from detector.training.status import RunStatus


def said(page) -> str:
    return "\n".join(element.value for element in (*page.markdown, *page.caption))


@pytest.mark.parametrize("study", PLANS)
def test_a_fresh_clone_shows_every_study_with_its_verdicts(empty_home: Path, open_page, study: str) -> None:
    page = open_page("studies", study=study)
    assert not page.exception
    result, text = read_result(SHIPPED / f"{study}.json"), said(page)
    assert PLANS[study].asked in text and result.command in text
    for claim in result.claims:
        assert f"**{VERDICTS[claim.verdict].capitalize()} here**" in text
    table = page.dataframe[0].value
    assert len(table) == len(result.numbers)
    assert list(table["n"]) == [row.n for row in result.numbers] and (table["95 % interval"] != "").all()


def test_the_first_study_opens_without_an_address(empty_home: Path, open_page) -> None:
    page = open_page("studies")
    assert not page.exception
    assert page.subheader[0].value == next(iter(PLANS.values())).title


def test_without_a_result_the_page_says_so_and_offers_to_run_it(empty_home: Path, open_page, monkeypatch) -> None:
    monkeypatch.setattr("detector.studies.result.SHIPPED", empty_home / "nothing")
    page = open_page("studies", study="boston")
    assert not page.exception
    assert "There is no result of this study yet" in said(page)
    assert "python -m detector reproduce boston --scale small --role faces=FOLDER" in [code.value for code in page.code]
    assert page.text_input(key="role-boston-faces").value == ""


def test_a_damaged_result_is_an_error_and_not_the_end(empty_home: Path, open_page, monkeypatch) -> None:
    (empty_home / "shipped").mkdir(parents=True)
    (empty_home / "shipped" / "boston.json").write_text("{}")
    monkeypatch.setattr("detector.studies.result.SHIPPED", empty_home / "shipped")
    page = open_page("studies", study="boston")
    assert not page.exception
    assert "holds no result of a study" in page.error[0].value.replace("\\", "")
    assert page.text_input(key="role-boston-faces")


def test_ones_own_result_stands_beside_the_one_that_ships(empty_home: Path, open_page) -> None:
    job = Job("boston", "small")
    job.write_settings(["faces=x"])
    job.write_status(RunStatus(state="finished", epoch=12, epochs=12))
    shutil.copyfile(SHIPPED / "boston.json", job.result_file)
    page = open_page("studies", study="boston")
    assert page.segmented_control(key="source-boston").options == ["Comes with Telltale", "Yours, small"]
    page.segmented_control(key="source-boston").set_value("small").run()
    assert not page.exception
    assert "All 12 experiments are through" in said(page).replace("\\", "")
    assert page.text_input(key="role-boston-faces").value == "x"


def test_starting_with_no_role_or_a_wrong_folder_says_what_to_do(empty_home: Path, open_page) -> None:
    page = open_page("studies", study="athens")
    start = next(button for button in page.button if button.label == "Start")
    start.click().run()
    assert "Fill in at least one role" in page.error[0].value
    page.text_input(key="role-athens-web").set_value("/no/such/folder")
    next(button for button in page.button if button.label == "Start").click().run()
    assert "is not a folder" in page.error[0].value
    assert not Job("athens", "small").exists()


def test_a_stopped_study_can_go_on_and_a_running_one_be_stopped(empty_home: Path, open_page) -> None:
    job = Job("boston", "small")
    job.write_settings(["faces=x"])
    with job.lock():
        job.write_status(RunStatus(state="running", phase="CNN-3", epoch=3, epochs=12, step=500, steps=1000))
        page = open_page("studies", study="boston")
        assert "Experiment 4 of 12" in said(page)
        page.button(key="stop-small").click().run()
        assert job.stop_file.exists()
    job.write_status(RunStatus(state="stopped", epoch=3, epochs=12, message="Stopped."))
    page = open_page("studies", study="boston")
    assert page.button(key="resume-small").label == "Go on"


def test_the_page_loads_no_torch() -> None:
    code = (
        "import sys, runpy\nfrom streamlit.testing.v1 import AppTest\n"
        "page = AppTest.from_file('pages/studies.py', default_timeout=60).run()\n"
        "assert not page.exception, page.exception\n"
        "assert not {'torch', 'timm', 'sklearn'} & set(sys.modules), 'the page waits for torch'"
    )
    subprocess.run([sys.executable, "-c", code], cwd=REPOSITORY, check=True, capture_output=True, text=True)
