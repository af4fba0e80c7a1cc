from pathlib import Path

from streamlit.testing.v1 import AppTest

from tests.workspaces import RUN

HERE = """
from detector.training.runs import list_runs
from pages.parts.report_button import {function}
{function}({runs})
"""


def test_evaluate_offers_a_report_of_what_it_shows(home: Path, open_page):
    test = open_page("evaluate", run=RUN)
    assert not test.exception
    assert any(each.label == "With small pictures" for each in test.checkbox)


def test_the_tick_for_pictures_is_off_and_warns_when_it_is_set(home: Path):
    test = AppTest.from_string(HERE.format(function="report_of_run", runs="list_runs()[0]")).run()
    assert not test.exception and not test.checkbox[0].value and not test.caption
    test.checkbox[0].check().run()
    assert "licences" in test.caption[0].value


def test_several_runs_have_a_report_too(home: Path):
    test = AppTest.from_string(HERE.format(function="report_of_runs", runs="list_runs()")).run()
    assert not test.exception and len(test.checkbox) == 1
