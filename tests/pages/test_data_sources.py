import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from detector.data.catalog import find_public
from detector.data.known import list_sets
from tests.data.hub_server import Hub, running_hub, shard
from tests.data.zip_attacks import made
from tests.workspaces import picture

Open = Callable[..., AppTest]


def photos(folder: Path, first: int = 0) -> Path:
    for index in range(4):
        file = folder / ("real", "ai")[index % 2] / f"{index}.png"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(picture(first + index, (24, 24)))
    return folder


@pytest.fixture
def chooser() -> Open:
    """The top of the page alone; below it, what it returned."""

    def _open(data: str = "") -> AppTest:
        script = """
import streamlit as st
from pages.parts.data_sources import choose_set
from pages.parts.widgets import show_flash
show_flash()
manifest = choose_set()
st.text(f"{len(manifest.items)} in {manifest.root.name}" if manifest else "nothing chosen")
"""
        page = AppTest.from_string(script, default_timeout=60)
        if data:
            page.query_params["data"] = data
        return page.run()

    return _open


def shown(page: AppTest) -> str:
    assert not page.exception
    return page.text[0].value


def button(page: AppTest, label: str):
    return next(found for found in page.button if found.label == label)


def test_at_first_there_is_the_lab_and_the_way_to_add_more(empty_home: Path, chooser: Open) -> None:
    page = chooser()
    assert shown(page) == "nothing chosen"
    assert page.selectbox(key="data-set").options == ["lab · made by code"]
    assert any("one sub-folder a class" in text.value for text in page.markdown)


def test_a_folder_is_opened_remembered_and_kept_in_the_address(empty_home: Path, chooser: Open, tmp_path: Path) -> None:
    folder = photos(tmp_path / "photos")
    page = chooser()
    page.text_input(key="new-folder").set_value(f" {folder}/ ")
    button(page, "Open").click().run()
    assert shown(page) == "4 in photos"
    assert page.query_params["data"] in (str(folder), [str(folder)])
    assert [known.spec for known in list_sets()][1:] == [str(folder)]
    assert not page.toggle(key="data-add").value
    assert shown(chooser(str(folder))) == "4 in photos"


@pytest.mark.parametrize("spec", ["/no/such/folder", "~nobody-of-this-name/x", "x" * 5000, "a\0b"])
def test_what_cannot_be_opened_is_one_line_and_is_not_remembered(empty_home: Path, chooser: Open, spec: str) -> None:
    page = chooser(spec)
    assert shown(page) == "nothing chosen"
    assert len(page.error) == 1
    assert len(list_sets()) == 1


def test_a_folder_that_has_gone_can_be_taken_off_the_list(empty_home: Path, chooser: Open, tmp_path: Path) -> None:
    folder = photos(tmp_path / "photos")
    chooser(str(folder))
    folder.rename(tmp_path / "elsewhere")
    page = chooser(str(folder))
    assert any("(gone)" in option for option in page.selectbox(key="data-set").options)
    page.button(key="data-forget").click().run()
    assert shown(page) == "nothing chosen"
    assert len(list_sets()) == 1


def test_a_change_on_disk_is_seen_at_the_next_run(empty_home: Path, chooser: Open, tmp_path: Path) -> None:
    folder = photos(tmp_path / "photos")
    page = chooser(str(folder))
    (folder / "real/new.png").write_bytes(picture(99, (24, 24)))
    assert shown(page.run()) == "5 in photos"


def test_what_was_left_out_is_listed_and_can_be_kept(empty_home: Path, chooser: Open, tmp_path: Path) -> None:
    folder = photos(tmp_path / "photos")
    (folder / "real/*broken*.png").write_bytes(b"no picture")
    page = chooser(str(folder))
    assert shown(page) == "4 in photos"
    assert "One file or folder was left out" in page.expander[0].label
    assert list(page.dataframe[0].value["What"]) == ["real/*broken*.png"]


def test_a_zip_is_unpacked_and_chosen(empty_home: Path, chooser: Open) -> None:
    page = add(chooser(), "Zip file")
    page.file_uploader(key="new-zip").set_value(("my holiday.zip", made({"notes.txt": b"x"}), "application/zip")).run()
    assert page.text_input(key="new-zip-name-my-holiday").value == "my-holiday"
    page.button(key="new-zip-unpack").click().run()
    assert shown(page) == "2 in my-holiday"
    assert (empty_home / "data/my-holiday").is_dir()


def test_a_zip_that_attacks_is_one_line(empty_home: Path, chooser: Open) -> None:
    page = add(chooser(), "Zip file")
    page.file_uploader(key="new-zip").set_value(("bad.zip", made({"../evil.jpg": b"x"}), "application/zip")).run()
    page.button(key="new-zip-unpack").click().run()
    assert len(page.error) == 1 and "leave its folder" in page.error[0].value
    assert not list((empty_home / "data").glob("*"))


def test_a_zip_may_lie_on_this_computer(empty_home: Path, chooser: Open, tmp_path: Path) -> None:
    (tmp_path / "far.zip").write_bytes(made())
    page = add(chooser(), "Zip file")
    page.text_input(key="new-zip-path").set_value(str(tmp_path / "far.zip")).run()
    page.button(key="new-zip-unpack").click().run()
    assert shown(page) == "2 in far"


def test_a_table_is_opened(empty_home: Path, chooser: Open, tmp_path: Path) -> None:
    folder = photos(tmp_path / "photos")
    (folder / "list.csv").write_text("path,label\nreal/0.png,real\nai/1.png,ai\n")
    page = add(chooser(), "Table")
    page.text_input(key="new-table").set_value(str(folder / "list.csv"))
    button(page, "Open").click().run()
    assert shown(page) == "2 in photos"


def test_the_catalogue_warns_of_each_set_and_has_no_dead_button(empty_home: Path, chooser: Open) -> None:
    page = add(chooser(), "Catalogue")
    text = " ".join(found.value for found in page.markdown)
    assert "32 pixels a side" in text
    assert "By hand" in text
    assert page.button(key="catalogue-get-cifake")
    assert not [found for found in page.button if found.key == "catalogue-get-web-975"]


def test_a_public_set_is_fetched_and_chosen(empty_home: Path, chooser: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    table = find_public("cifake").hub
    assert table is not None
    with running_hub(Hub({table.repository: {"train.parquet": shard([0, 1] * 5, ["FAKE", "REAL"])}})) as hub:
        monkeypatch.setenv("HF_ENDPOINT", hub.address)
        page = add(chooser(), "Catalogue")
        page.number_input(key="catalogue-most").set_value(3).run()
        page.button(key="catalogue-get-cifake").click().run()
    assert shown(page) == "6 in cifake"
    page.toggle(key="data-add").set_value(True).run()
    assert add(page, "Catalogue").button(key="catalogue-open-cifake")


def test_without_a_connection_the_page_says_so_and_goes_on(
    empty_home: Path, chooser: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    page = add(chooser(), "Catalogue")
    page.button(key="catalogue-get-cifake").click().run()
    assert not page.exception
    assert [error.value for error in page.error if "no connection" in error.value]


def test_a_set_of_the_workspace_is_renamed_and_deleted_after_a_question(empty_home: Path, chooser: Open) -> None:
    photos(empty_home / "data/mine")
    assert shown(chooser("mine")) == "4 in mine"
    page = asked("rename", "mine")
    page.text_input(key="rename-set").set_value("ours").run()
    page.button(key="rename-set-now").click().run()
    assert [known.name for known in list_sets()] == ["lab", "ours"]
    page = asked("delete", "ours")
    assert [known.name for known in list_sets()] == ["lab", "ours"]
    page.button(key="delete-set-now").click().run()
    assert [known.name for known in list_sets()] == ["lab"]


def test_the_chooser_loads_no_torch() -> None:
    code = "import sys, pages.parts.data_sources; print({'torch', 'timm', 'huggingface_hub'} & set(sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "set()"


def add(page: AppTest, kind: str) -> AppTest:
    """Switch to one of the ways to add data."""
    page.segmented_control(key="data-kind-new").set_value(kind).run()
    assert not page.exception
    return page


def asked(question: str, name: str) -> AppTest:
    """A dialog alone: AppTest reruns whole pages where a browser reruns the dialog only, which closes it."""
    script = (
        f"from pages.parts.data_dialogs import *\nfrom detector.data.known import find_set\nask_{question}(find_set('{name}'))"
    )
    return AppTest.from_string(script, default_timeout=60).run()
