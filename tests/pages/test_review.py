from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from detector.review.desk import Queue, answer, items, list_queues
from tests.pages.reviews import first, made
from tests.workspaces import picture

NAME = "<b>odd</b> *queue*"


@pytest.fixture
def asked(empty_home: Path) -> Queue:
    """A queue of eight pictures, all scored as AI-generated."""
    return made("asked")


def test_without_a_queue_the_page_says_what_one_is_and_offers_to_make_one(empty_home: Path, open_page) -> None:
    page = open_page("review")
    assert not page.exception
    assert any("A queue is a list of pictures" in text.value for text in page.markdown)
    assert page.button(key="queue-make").disabled


def test_a_folder_becomes_a_queue_that_opens_scored(home: Path, open_page) -> None:
    page = open_page("review")
    page.button_group(key="queue-from").set_value("Folder").run()
    page.text_input(key="queue-folder").set_value(str(home / "data" / "blots" / "real")).run()
    page.multiselect(key="queue-detectors").set_value(["stripes"]).run()
    page.selectbox(key="queue-order").set_value("confident").run()
    page.toggle(key="queue-blind").set_value(True).run()
    page.button(key="queue-make").click().run()
    assert not page.exception and not page.error
    ((kept, done),) = list_queues()
    assert (kept.name, kept.order, kept.blind, kept.detectors) == ("real", "confident", True, ("stripes",))
    assert done.images == 60  # a copy and a damaged file are left out
    assert page.query_params["queue"] == "real"
    assert any("Give your name" in text.value for text in page.info)


def test_uploads_become_a_queue_in_which_no_score_is_needed(home: Path, open_page) -> None:
    page = open_page("review")
    page.file_uploader(key="queue-files").upload("a.png", picture(1), "image/png").run()
    assert page.toggle(key="queue-blind").disabled
    page.button(key="queue-make").click().run()
    assert not page.exception
    assert list_queues()[0][1].images == 1


def test_a_source_that_cannot_be_read_says_why_and_leaves_no_queue(empty_home: Path, open_page) -> None:
    page = open_page("review")
    page.button_group(key="queue-from").set_value("Folder").run()
    page.text_input(key="queue-folder").set_value("/no/such/folder").run()
    page.button(key="queue-make").click().run()
    assert len(page.error) == 1 and not page.exception
    assert list_queues() == []


def test_names_show_as_text(empty_home: Path, open_page) -> None:
    made(NAME)
    page = open_page("review")
    assert not page.exception
    assert any("\\<b\\>odd\\</b\\> \\*queue\\*" in text.value for text in page.markdown)


def test_a_queue_that_is_deleted_comes_back(asked: Queue, open_page) -> None:
    dialog = AppTest.from_string("from pages.parts.review_list import *\nask_delete('asked', 0)", default_timeout=60).run()
    dialog.button(key="delete-queue-now").click().run()
    assert list_queues() == []
    open_page("review").button(key="back-asked").click().run()
    assert [kept.name for kept, _ in list_queues()] == ["asked"]


def test_an_address_of_a_queue_that_is_gone_is_one_line_and_a_way_back(empty_home: Path, open_page) -> None:
    page = open_page("review", queue="gone")
    assert len(page.error) == 1 and not page.exception
    assert [button.label for button in page.button] == ["All queues"]


def test_every_view_opens_for_a_named_person(asked: Queue, open_page) -> None:
    for view in ("Desk", "Grid", "Results"):
        page = open_page("review", queue="asked", who="Ana", view=view)
        assert not page.exception and not page.error, view


def test_results_tell_how_people_agree_and_make_a_data_set_of_it(empty_home: Path, open_page) -> None:
    chosen = made("blind", blind=True)
    for person in ("Ana", "Ben"):
        for each in items("blind")[0]:
            answer(each.id, person, ("real", "ai")[each.label or 0], ms=1500)
            pulled = each.label == 1 or each.id == first("blind")
            answer(each.id, person, "ai" if pulled else "real", round=2, ms=500, shown=True)
    page = open_page("review", queue=chosen.name, view="Results")
    assert not page.exception
    tables = [frame.value for frame in page.dataframe]
    assert any("Pulled wrong: wrong detector, person not wrong before" in str(table.to_dict()) for table in tables)
    assert any("1.00 (almost perfect)" in str(table.to_dict()) for table in tables)
    page.button(key="corrected-make").click().run()
    assert not page.error
    assert any(path.name == "blind-corrected" for path in (empty_home / "data").iterdir())
    page.button(key="to-ledger").click().run()
    assert not page.exception


def test_results_before_any_answer_say_so(asked: Queue, open_page) -> None:
    page = open_page("review", queue="asked", view="Results")
    assert any("Nobody has answered yet" in text.value for text in page.info)
