import os
from pathlib import Path

import pytest

from detector.data.folders import open_data
from detector.errors import DataError, UserError
from detector.studies.roles import Part, parse_roles, role_data, with_union
from tests.studies.toys import make_pictures


@pytest.fixture(autouse=True)
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DETECTOR_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def names(folder: Path) -> set[str]:
    return {Path(item.path).name for item in open_data(str(folder)).items}


def test_a_plain_folder_fills_a_role_as_it_is(tmp_path: Path) -> None:
    folder = make_pictures(tmp_path / "faces", 4)
    assert role_data("faces", parse_roles([f"faces={folder}"])["faces"]).folder == folder


def test_patterns_choose_files_by_name_and_an_exclamation_mark_leaves_them_out(tmp_path: Path) -> None:
    folder = make_pictures(tmp_path / "art", 4, prefix="dalle__")
    make_pictures(folder, 4, seed=1, prefix="stable__")
    only, without = (parse_roles([f"web={folder}::{pattern}"])["web"] for pattern in ("dalle__*", "!dalle__*"))
    assert all(name.startswith("dalle__") for name in names(role_data("web", only).folder))
    assert all(name.startswith("stable__") for name in names(role_data("web", without).folder))
    assert len(names(role_data("web", only).folder)) == 4


def test_the_union_takes_each_file_once_and_only_genres(tmp_path: Path) -> None:
    art, faces, tiny = (make_pictures(tmp_path / name, 5, seed=seed) for seed, name in enumerate(("art", "faces", "tiny")))
    roles = with_union(parse_roles([f"web={art}", f"avatar={art}::0[0-2]*", f"faces={faces}", f"tiny={tiny}"]))
    manifest = open_data(str(role_data("mixed", roles["mixed"]).folder))
    assert len(manifest.items) == 20, "ten of art and ten of faces; those of tiny are no genre, the avatars are in art"


def test_a_mixed_role_that_is_given_is_not_made_up(tmp_path: Path) -> None:
    art, faces = make_pictures(tmp_path / "art", 3), make_pictures(tmp_path / "faces", 3, seed=1)
    roles = with_union(parse_roles([f"mixed={art}", f"faces={faces}", f"web={art}"]))
    assert [part.folder for part in roles["mixed"]] == [art]


def test_a_role_named_twice_takes_both_folders_and_is_divided_anew(tmp_path: Path) -> None:
    plain, divided = make_pictures(tmp_path / "plain", 3), make_pictures(tmp_path / "divided" / "test", 3, seed=1).parent
    roles = parse_roles([f"mixed={plain}", f"mixed={divided}"])
    manifest = open_data(str(role_data("mixed", roles["mixed"]).folder))
    assert len(manifest.items) == 12
    assert {item.split for item in manifest.items} == {""}


def test_a_file_in_both_classes_is_left_out_and_counted(tmp_path: Path) -> None:
    folder = make_pictures(tmp_path / "art", 4)
    (folder / "ai" / "copy.png").write_bytes((folder / "real" / "00.png").read_bytes())
    found = role_data("web", (Part(folder),))
    assert found.left_out == 2
    assert found.folder != folder and len(open_data(str(found.folder)).items) == 7


def test_files_of_another_role_can_be_left_out_and_the_number_bounded(tmp_path: Path) -> None:
    folder = make_pictures(tmp_path / "art", 6)
    rest = role_data("mixed", (Part(folder),), without=(Part(folder, ("0[0-1]*",)),))
    assert names(rest.folder) == {f"0{number}.png" for number in range(2, 6)}
    few = open_data(str(role_data("mixed", (Part(folder),), most=2).folder))
    assert few.counts()["all"] == {0: 2, 1: 2}


def test_links_are_made_once_and_anew_when_a_file_changes(tmp_path: Path) -> None:
    folder = make_pictures(tmp_path / "art", 4)
    parts = (Part(folder, ("*.png",)),)
    first = role_data("web", parts).folder
    assert role_data("web", parts).folder == first
    os.utime(folder / "real" / "00.png", (1, 1))
    assert role_data("web", parts).folder != first


@pytest.mark.parametrize(("word", "said"), [
    ("faces", "NAME=FOLDER"),
    ("face=x", "no role 'face'"), ("faces=/no/such/place", "is not a folder"), ("faces=", "NAME=FOLDER"),
])  # fmt: skip
def test_a_role_that_cannot_be_understood_says_what_to_do(word: str, said: str) -> None:
    with pytest.raises(UserError, match=said):
        parse_roles([word])


def test_a_pattern_that_leaves_a_class_empty_says_so(tmp_path: Path) -> None:
    folder = make_pictures(tmp_path / "art", 2)
    (folder / "ai" / "00.png").rename(folder / "ai" / "x.png")
    (folder / "ai" / "01.png").rename(folder / "ai" / "y.png")
    with pytest.raises(DataError, match="no AI-generated pictures"):
        role_data("web", (Part(folder, ("0*",)),))
