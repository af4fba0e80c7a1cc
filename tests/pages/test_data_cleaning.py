from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from detector.data.edits import read_edits
from detector.home import data_folder
from tests.data.cleaning.pictures import write_odd_set

SCRIPT = """
from pathlib import Path
from detector.data.folders import open_data
from pages.parts.data_cleaning import show_cleaning
from pages.parts.shell import shell
shell()
show_cleaning(open_data({root!r}))
"""


@pytest.fixture
def pictures(empty_home: Path, tmp_path: Path) -> Path:
    return write_odd_set(tmp_path / "set")


def desk(root: Path) -> AppTest:
    page = AppTest.from_string(SCRIPT.format(root=str(root)), default_timeout=120).run()
    page.button(key="clean-look").click().run()
    assert not page.exception
    return page


def press(page: AppTest, part: str) -> AppTest:
    return next(button for button in page.button if button.key and part in button.key).click().run()


def test_a_proposal_is_accepted_and_undone(pictures: Path):
    page = desk(pictures)
    press(page, "clean-accept-border")
    assert [(edit.do, edit.path) for edit in read_edits(pictures)] == [("crop", "real/framed.png")]
    assert not any(button.key and "clean-accept-border" in button.key for button in page.button)
    press(page, "clean-undo-real/framed.png")
    assert read_edits(pictures) == ()


def test_what_is_left_as_it_is_does_not_come_back_with_a_reload(pictures: Path):
    press(desk(pictures), "clean-leave-collage")
    again = AppTest.from_string(SCRIPT.format(root=str(pictures)), default_timeout=120).run()
    keys = [button.key for button in again.button if button.key]
    assert "clean-look" not in keys
    assert not any("clean-accept-collage" in key for key in keys)
    assert any("clean-accept-border" in key for key in keys)


def test_ticked_proposals_are_answered_together(pictures: Path):
    page = desk(pictures)
    for box in page.checkbox:
        box.check()
    page.run()
    press(page, "clean-accept-ticked")
    assert len(read_edits(pictures)) == 2
    assert any("All proposals are answered" in one.value for one in page.success)


def test_a_crop_can_be_adjusted(pictures: Path):
    page = desk(pictures)
    next(box for box in page.number_input if box.key and box.key.startswith("clean-Left-border")).set_value(20).run()
    press(page, "clean-adjusted-border")
    (edit,) = read_edits(pictures)
    assert edit.boxes == ((20, 12, 332, 252),)


def test_the_cleaned_copy_is_written_and_told(pictures: Path):
    page = desk(pictures)
    press(page, "clean-accept-collage")
    page.text_input(key="clean-name").set_value("tidy").run()
    page.button(key="clean-write").click().run()
    assert not page.exception
    assert any("1 split" in one.value for one in page.success)
    assert len(list((data_folder() / "tidy" / "ai").glob("four~?of4.png"))) == 4
