"""The pictures of a set, a page at a time: found by name and class, opened, left out and brought back."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from detector.data.edits import read_edits
from detector.data.folders import open_data
from detector.data.manifest import Item
from pages.parts.contact_sheet import PAGE, Wanted, select, short
from tests.workspaces import write_set

SHEET = """
from detector.data.folders import open_data
from pages.parts.contact_sheet import show_pictures
show_pictures(open_data({root!r}))
"""
DIALOG = """
from detector.data.folders import scan
from pages.parts.one_picture import open_picture
import streamlit as st
manifest = scan(__import__("pathlib").Path({root!r}))
if "picture-at" not in st.session_state:
    st.session_state["picture-at"] = 0
    open_picture(manifest, manifest.items, 0)
else:
    from pages.parts.one_picture import picture_dialog
    picture_dialog(manifest, manifest.items)
"""


@pytest.fixture
def root(empty_home: Path, tmp_path: Path) -> Path:
    return write_set(tmp_path / "set")


def sheet(root: Path) -> AppTest:
    return AppTest.from_string(SHEET.format(root=str(root)), default_timeout=60).run()


def dialog(root: Path) -> AppTest:
    return AppTest.from_string(DIALOG.format(root=str(root)), default_timeout=60).run()


def names(page: AppTest) -> list[str]:
    assert not page.exception
    return [button.key.removeprefix("open-") for button in page.button if (button.key or "").startswith("open-")]


def item(path: str, label: int = 0, size: tuple[int, int] = (10, 10), **more: str) -> Item:
    facts = {"generator": "", "split": "", "format": "JPEG", "sha256": path[::-1], **more}
    return Item(path, label, width=size[0], height=size[1], **facts)


ITEMS = [
    item("real/b.jpg", size=(9, 9)),
    item("real/A cat.jpg", split="test"),
    item("ai/c.png", 1, (99, 9), generator="sd", format="PNG"),
]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (Wanted(), ["ai/c.png", "real/A cat.jpg", "real/b.jpg"]),
        (Wanted(label="real"), ["real/A cat.jpg", "real/b.jpg"]),
        (Wanted(generator="sd"), ["ai/c.png"]),
        (Wanted(split="test"), ["real/A cat.jpg"]),
        (Wanted(split="none", format="JPEG"), ["real/b.jpg"]),
        (Wanted(find="CAT real"), ["real/A cat.jpg"]),
        (Wanted(find="dog"), []),
        (Wanted(order="large"), ["ai/c.png", "real/A cat.jpg", "real/b.jpg"]),
        (Wanted(order="small"), ["real/b.jpg", "real/A cat.jpg", "ai/c.png"]),
    ],
)
def test_filters_and_order(wanted: Wanted, found: list[str]) -> None:
    assert [one.path for one in select(ITEMS, wanted)] == found


def test_the_mixed_order_stays_when_pictures_are_added() -> None:
    mixed = [one.path for one in select(ITEMS[1:], Wanted(order="mixed"))]
    assert [one.path for one in select(ITEMS, Wanted(order="mixed")) if one.path in mixed] == mixed


def test_a_long_name_keeps_its_beginning_and_its_end() -> None:
    assert short("real/0123456789abcdefghijklmnopqrstuvwxyz.jpeg") == "0123456789…wxyz.jpeg"
    assert short("real/short.jpg") == "short.jpg"


def test_the_sheet_turns_its_pages_and_shows_every_picture_once(root: Path) -> None:
    page = sheet(root)
    first = names(page)
    assert len(first) == PAGE and page.button(key="sheet-page-previous").disabled
    page.button(key="sheet-page-next").click().run()
    second = names(page)
    assert sorted([*first, *second]) == sorted(one.path for one in open_data(str(root)).items)
    assert page.button(key="sheet-page-next").disabled and page.button(key="sheet-page-next-below").disabled


def test_a_filter_on_the_last_page_goes_back_to_a_page_that_exists(root: Path) -> None:
    page = sheet(root)
    page.number_input(key="sheet-page").set_value(2).run()
    page.text_input(key="find").set_value("sd__").run()
    assert len(names(page)) == 15 and all("sd__" in name for name in names(page))
    page.text_input(key="find").set_value("no such name").run()
    assert "No picture fits" in page.info[0].value and not names(page)


def test_a_filter_of_another_set_is_let_go(root: Path) -> None:
    page = AppTest.from_string(SHEET.format(root=str(root)), default_timeout=60)
    page.query_params["generator"] = "midjourney"
    assert len(names(page.run())) == PAGE


def test_a_picture_that_went_missing_leaves_the_others_on_screen(root: Path) -> None:
    script = f"""
from detector.data.folders import open_data
from pages.parts.contact_sheet import show_pictures
manifest = open_data({str(root)!r})
manifest.path(manifest.items[0]).unlink()
show_pictures(manifest)
"""
    page = AppTest.from_string(script, default_timeout=60).run()
    assert len(names(page)) == PAGE
    assert sum("cannot be read any more" in text.value for text in page.caption) == 1


def test_a_picture_is_left_out_without_touching_its_file_and_the_walk_goes_on(root: Path) -> None:
    page = dialog(root)
    page.button(key="picture-next").click().run()
    page.button(key="leave-out").click().run()
    assert not page.exception
    (edit,) = read_edits(root)
    assert edit.do == "drop" and (root / edit.path).is_file()
    page.button(key="bring-back").click().run()
    assert read_edits(root) == ()
    assert page.button(key="leave-out")


def test_what_was_left_out_is_listed_and_comes_back_one_by_one_or_all_at_once(root: Path) -> None:
    page = dialog(root)
    for _ in range(3):
        page.button(key="leave-out").click().run()
        page.button(key="picture-next").click().run()
    gone = [edit.path for edit in read_edits(root)]
    assert len(gone) == 3
    page = sheet(root)
    assert not set(names(page)) & set(gone)
    next(control for control in page.get("button_group") if control.key == "shown").set_value("out").run()
    page.button(key=f"back-{gone[0]}").click().run()
    assert {edit.path for edit in read_edits(root)} == set(gone[1:])
    next(button for button in page.button if button.label == "Bring all 2 back").click().run()
    assert read_edits(root) == ()
    assert len(names(page)) == PAGE


def test_the_dialog_shows_the_neighbours_of_a_group(root: Path) -> None:
    script = (
        DIALOG.format(root=str(root)).replace("manifest = scan(", "manifest = with_groups(scan(").replace("))\nif", ")))\nif")
    )
    page = AppTest.from_string("from detector.data.groups import with_groups\n" + script, default_timeout=60)
    items = open_data(str(root)).items
    page.session_state["picture-at"] = next(index for index, one in enumerate(items) if one.path == "real/copy.jpeg")
    page.run()
    assert not page.exception
    assert any("Belongs together with 1 other" in text.value for text in page.markdown)


def test_a_name_with_markup_is_shown_as_it_is_spelt(root: Path) -> None:
    (root / "real" / "000.jpeg").rename(root / "real" / "*bold* [x](y).jpeg")
    page = sheet(root)
    page.text_input(key="find").set_value("bold").run()
    (name,) = names(page)
    assert page.button(key=f"open-{name}").label == r"\*bold\* \[x\]\(y\)\.jpeg"
