import subprocess
import sys
from pathlib import Path

import pytest

from detector.data import known
from detector.data.edits import Edit, add_edits
from detector.data.folders import scan
from detector.data.known import address_of, delete_set, find_set, forget, list_sets, remember, rename_set, stamp_of
from detector.errors import UserError
from detector.home import data_folder, notes_folder


@pytest.fixture
def own(write_image) -> Path:
    """A set in the workspace."""
    for label in ("real", "ai"):
        write_image(data_folder() / "mine" / label / "1.png")
    return data_folder() / "mine"


def names() -> list[tuple[str, str]]:
    return [(found.name, found.kind) for found in list_sets()]


def test_the_lab_is_always_at_hand():
    assert names() == [("lab", "lab")]
    assert list_sets()[0].spec == "lab"


def test_sets_in_the_workspace_are_listed_but_not_what_is_being_made(own):
    (data_folder() / ".staging/x").mkdir(parents=True)
    (data_folder() / "lab").mkdir()
    (data_folder() / "file.txt").touch()
    assert names() == [("lab", "lab"), ("mine", "own")]
    assert list_sets()[1].spec == str(own)


def test_a_link_names_a_set_in_the_workspace_and_gives_the_path_of_any_other(own, tmp_path):
    assert address_of(str(own)) == "mine" and known.normalised("mine") == str(own)
    assert address_of(str(tmp_path / "mine")) == str(tmp_path / "mine")
    assert address_of("lab") == "lab"


def test_folders_and_tables_opened_lately_come_after_the_latest_first(own, tmp_path):
    (tmp_path / "photos").mkdir()
    (tmp_path / "list.csv").touch()
    for spec in ("photos", "list.csv"):
        remember(str(tmp_path / spec))
    remember("mine")
    assert names() == [("lab", "lab"), ("mine", "own"), ("list.csv", "table"), ("photos", "folder")]
    remember(str(tmp_path / "photos"))
    assert names()[-2:] == [("photos", "folder"), ("list.csv", "table")]
    assert find_set("mine").last_opened > 0


def test_a_folder_that_has_gone_is_shown_as_gone_and_can_be_forgotten(tmp_path):
    (tmp_path / "photos").mkdir()
    remember(str(tmp_path / "photos"))
    assert list_sets()[-1].there
    (tmp_path / "photos").rmdir()
    assert not list_sets()[-1].there
    forget(str(tmp_path / "photos"))
    assert names() == [("lab", "lab")]


def test_a_spec_is_written_one_way_however_it_is_given(own, tmp_path, monkeypatch):
    (tmp_path / "photos").mkdir()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    for spec in ("photos", "./photos/", "~/photos", f"{tmp_path}/photos/../photos"):
        remember(spec)
    assert [found.spec for found in list_sets()][-1] == str(tmp_path / "photos")
    assert len(list_sets()) == 3
    assert known.normalised("mine") == str(own)
    assert known.normalised("~nobody-of-this-name/x") == "~nobody-of-this-name/x"


def test_twenty_are_kept(tmp_path):
    for number in range(25):
        remember(str(tmp_path / f"{number:02}"))
    assert len(list_sets()) == 1 + known.MOST_RECENT
    assert names()[1] == ("24", "folder")


def test_a_damaged_note_is_made_anew_and_one_that_cannot_be_written_stops_nothing(tmp_path, workspace):
    remember(str(tmp_path))
    (notes_folder() / "opened.json").write_text("{")
    assert names() == [("lab", "lab")]
    remember(str(tmp_path))
    assert len(list_sets()) == 2


def test_a_workspace_that_cannot_be_written_keeps_no_note(tmp_path, workspace):
    workspace.write_text("a file where the workspace should be")
    remember(str(tmp_path))
    assert names() == [("lab", "lab")]


def test_two_processes_may_note_at_once(both_print):
    program = (
        "from detector.data.known import *; [remember(f'/no/{__import__(\"os\").getpid()}-{i}') for i in range(5)]; print('ok')"
    )
    assert both_print(program) == ["ok", "ok"]
    assert len(list_sets()) == 11


def test_the_stamp_changes_with_pictures_and_decisions_and_otherwise_stays(own, write_image):
    seen = [stamp_of("mine")]
    remember("mine")
    assert stamp_of(str(own)) == seen[0]
    write_image(own / "real/2.png")
    seen.append(stamp_of("mine"))
    write_image(own / "real/2.png", (30, 30))
    seen.append(stamp_of("mine"))
    item = scan(own).items[0]
    add_edits(own, [Edit("drop", item.path, item.sha256)])
    seen.append(stamp_of("mine"))
    assert len(set(seen)) == 4


def test_a_set_is_renamed_and_deleted(own):
    remember(str(own))
    rename_set("mine", "ours")
    assert names() == [("lab", "lab"), ("ours", "own")]
    assert (data_folder() / "ours/real/1.png").is_file()
    delete_set("ours")
    assert names() == [("lab", "lab")]
    assert list(data_folder().iterdir()) == []


@pytest.mark.parametrize("new", ["../mine", "lab", "Theirs", ""])
def test_a_name_that_is_bad_or_taken_changes_nothing(own, new):
    (data_folder() / "theirs").mkdir()
    with pytest.raises(UserError):
        rename_set("mine", new)
    assert own.is_dir()


@pytest.mark.parametrize("name", ["gone", "lab", "..", ""])
def test_only_sets_of_the_workspace_are_deleted(own, name):
    with pytest.raises(UserError):
        delete_set(name)
    assert own.is_dir()


def test_listing_loads_nothing_heavy():
    code = "import sys, detector.data.known, detector.data.archive\n"
    code += "print({'torch', 'timm', 'sklearn', 'pandas', 'pyarrow'} & set(sys.modules))"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert told.strip() == "set()"
