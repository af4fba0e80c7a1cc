from pathlib import Path

from streamlit.testing.v1 import AppTest

from detector.models.library import default_name, list_entries, save_as, set_default
from tests.workspaces import RUN, fill


def names() -> list[str]:
    return [found.name for found in list_entries()]


def press(page: AppTest, label: str) -> AppTest:
    """Press the last button of that name: a dialog's comes after the page's own."""
    return [button for button in page.button if button.label == label][-1].click().run()


def asked(question: str) -> AppTest:
    """A dialog alone. AppTest reruns whole pages where a browser reruns the dialog only, which closes it."""
    script = f"from pages.parts.library_dialogs import *\n{question}"
    return AppTest.from_string(script, default_timeout=60).run()


def test_every_detector_is_listed_with_what_is_known_of_it(home: Path, open_page) -> None:
    page = open_page("library")
    assert not page.exception
    facts = [caption.value for caption in page.caption]
    assert len(facts) == 2
    assert all("LeNet" in line and "trained on stripes" in line and "n \\= 400" in line.replace("n =", "n \\=") for line in facts)


def test_the_page_begins_with_its_title_and_what_it_is_for(home: Path, open_page) -> None:
    assert open_page("library").markdown[0].value.startswith("Detectors kept under a name")


def test_a_card_is_shown_without_its_front_matter(home: Path, open_page) -> None:
    cards = [text.value for text in open_page("library").markdown if "Intended use" in text.value]
    assert len(cards) == 2
    assert "license:" not in cards[0]
    assert "#### Intended use" in cards[0]


def test_the_default_can_be_chosen(home: Path, open_page) -> None:
    page = open_page("library")
    assert page.button(key="default-stripes").disabled
    page.button(key="default-sketch").click().run()
    assert default_name() == "sketch"
    assert page.button(key="default-sketch").disabled


def test_the_default_stands_first(home: Path, open_page) -> None:
    def listed() -> list[str]:
        return [button.key for button in open_page("library").button if button.label == "Make default"]

    assert listed() == ["default-stripes", "default-sketch"]
    set_default("sketch")
    assert listed() == ["default-sketch", "default-stripes"]


def test_rename_keeps_the_weights(home: Path) -> None:
    page = asked("ask_rename('sketch')")
    page.text_input(key="rename-name").set_value("drawing").run()
    press(page, "Rename")
    assert names() == ["drawing", "stripes"]


def test_a_name_that_cannot_be_a_folder_is_refused_with_a_reason(home: Path) -> None:
    page = asked("ask_rename('sketch')")
    page.text_input(key="rename-name").set_value("../escape").run()
    press(page, "Rename")
    assert "cannot be a name" in page.error[0].value
    assert names() == ["sketch", "stripes"]


def test_delete_asks_first(home: Path, open_page) -> None:
    page = open_page("library")
    page.button(key="delete-sketch").click().run()
    assert any("goes from the library" in text.value for text in page.markdown)
    assert names() == ["sketch", "stripes"]


def test_a_confirmed_delete_removes_the_folder(home: Path) -> None:
    press(asked("ask_delete('sketch')"), "Delete")
    assert names() == ["stripes"]
    assert not (home / "weights" / "sketch").exists()


def test_shipped_weights_can_be_used_but_not_changed(empty_home: Path, open_page) -> None:
    fill(empty_home)
    (empty_home / "weights" / "sketch").rename(
        empty_home.parent.joinpath("shipped").mkdir() or empty_home.parent / "shipped" / "sketch"
    )
    page = open_page("library")
    assert page.button(key="delete-sketch").disabled
    assert page.button(key="rename-sketch").disabled
    assert "ships with the app" in page.button(key="rename-sketch").help
    assert not page.button(key="default-sketch").disabled


def test_a_run_can_be_kept_by_a_link(home: Path, open_page) -> None:
    page = open_page("library", save=RUN)
    assert page.selectbox(key="keep-run").value == RUN
    page.text_input(key=f"keep-name-{RUN}").set_value("kept").run()
    press(page, "Keep")
    assert names() == ["kept", "sketch", "stripes"]
    assert "save" not in page.query_params


def test_weights_are_imported_from_a_file_that_fits(home: Path) -> None:
    page = import_dialog((home / "weights" / "sketch" / "model.safetensors").read_bytes(), "lenet5")
    press(page, "Import")
    assert not page.error
    assert names() == ["brought", "sketch", "stripes"]


def test_weights_are_imported_from_a_path_too_and_a_wrong_path_is_one_line(home: Path) -> None:
    page = asked("ask_import()")
    page.text_input(key="import-path").set_value("/no/such/model.safetensors")
    page.selectbox(key="import-network").set_value("lenet5")
    page.text_input(key="import-name").set_value("brought").run()
    press(page, "Import")
    assert len(page.error) == 1 and not page.exception
    page.text_input(key="import-path").set_value(str(home / "weights" / "sketch" / "model.safetensors")).run()
    press(page, "Import")
    assert names() == ["brought", "sketch", "stripes"]


def test_an_import_that_does_not_fit_says_why_and_leaves_nothing(home: Path) -> None:
    page = import_dialog((home / "weights" / "sketch" / "model.safetensors").read_bytes(), "cnn3")
    press(page, "Import")
    assert "do not fit cnn3" in page.error[0].value
    assert names() == ["sketch", "stripes"]


def test_a_pickle_is_refused(home: Path) -> None:
    page = import_dialog(b"\x80\x04}q\x00.", "lenet5")
    press(page, "Import")
    assert page.error
    assert names() == ["sketch", "stripes"]


def test_damaged_weights_are_named_and_the_others_stay_usable(home: Path, open_page) -> None:
    file = home / "weights" / "sketch" / "model.safetensors"
    file.write_bytes(file.read_bytes()[:100])
    page = open_page("library")
    assert not page.exception
    assert "damaged" in page.error[0].value
    assert not page.button(key="delete-sketch").disabled
    assert page.button(key="default-stripes")


def test_an_empty_library_says_how_to_fill_it(empty_home: Path, open_page) -> None:
    page = open_page("library")
    assert any("The library is empty" in text.value for text in page.markdown)
    assert next(button for button in page.button if button.label == "Keep a run's weights").disabled


def test_a_name_from_another_program_is_shown_as_text(home: Path, open_page) -> None:
    save_as(home / "weights" / "sketch", "plain_name_1")
    assert any(r"plain\_name\_1" in text.value for text in open_page("library").markdown)


def import_dialog(data: bytes, network: str) -> AppTest:
    page = asked("ask_import()")
    page.file_uploader(key="import-file").set_value(("model.safetensors", data, "application/octet-stream"))
    page.selectbox(key="import-network").set_value(network)
    page.text_input(key="import-name").set_value("brought")
    return page.run()
