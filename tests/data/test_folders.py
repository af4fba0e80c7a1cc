import os
import shutil
from pathlib import Path

import pytest

from detector.data.folders import open_data, scan
from detector.errors import DataError
from detector.home import cache_folder, data_folder
from detector.labels import AI, REAL


@pytest.fixture
def folder(tmp_path, write_image) -> Path:
    """Two real and two AI pictures."""
    root = tmp_path / "set"
    for name in ("real/a.png", "real/b.png", "ai/gan__1.png", "ai/sd__1.png"):
        write_image(root / name)
    return root


def refusal(root: Path) -> str:
    with pytest.raises(DataError) as caught:
        scan(root)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_every_picture_is_found_with_its_facts(folder):
    manifest = scan(folder)
    assert [(item.path, item.label, item.generator, item.split) for item in manifest.items] == [
        ("ai/gan__1.png", AI, "gan", ""),
        ("ai/sd__1.png", AI, "sd", ""),
        ("real/a.png", REAL, "", ""),
        ("real/b.png", REAL, "", ""),
    ]
    assert {(item.width, item.height, item.format) for item in manifest.items} == {(20, 16, "PNG")}
    assert len({item.sha256 for item in manifest.items}) == 4
    assert manifest.problems == ()
    assert all(manifest.path(item).is_file() for item in manifest.items)


@pytest.mark.parametrize(
    ("real", "ai", "expected"),
    [
        ("train/REAL/1.png", "train/FAKE/1.png", ("", "train")),
        ("progan/cat/0_real/1.png", "progan/cat/1_fake/1.png", ("progan", "")),
        ("biggan/val/nature/1.png", "biggan/val/ai/1.png", ("biggan", "valid")),
        ("human/forest/1.png", "generated/dalle/1.png", ("dalle", "")),
        ("test/photos/1.png", "test/synthetic/1.png", ("", "test")),
    ],
)
def test_usual_layouts_are_understood(tmp_path, write_image, real, ai, expected):
    for name in (real, ai):
        write_image(tmp_path / "set" / name)
    items = {item.label: item for item in scan(tmp_path / "set").items}
    assert (items[AI].generator, items[AI].split) == expected
    assert (items[REAL].generator, items[REAL].split) == ("", expected[1])


def test_unreadable_files_become_problems_and_the_others_go_on(folder):
    (folder / "real/broken.png").write_bytes((folder / "real/a.png").read_bytes()[:200])
    (folder / "ai/text.jpg").write_text("hello")
    (folder / "ai/empty.jpg").touch()
    for _ in range(2):  # the second scan, from the cache, says the same
        manifest = scan(folder)
        assert len(manifest.items) == 4
        assert sorted(problem.path for problem in manifest.problems) == ["ai/empty.jpg", "ai/text.jpg", "real/broken.png"]
        assert all(problem.reason for problem in manifest.problems)


def test_pictures_that_cannot_be_placed_become_problems(folder, write_image):
    write_image(folder / "loose.png")
    write_image(folder / "other/1.png")
    write_image(folder / "other/2.png")
    write_image(folder / "real/fake/1.png")
    write_image(folder / "masks/1.png")
    problems = {problem.path: problem.reason for problem in scan(folder).problems}
    assert set(problems) == {".", "other", "real/fake/1.png"}
    assert "2 left out" in problems["other"]
    assert "both classes" in problems["real/fake/1.png"]


def test_a_name_that_is_no_unicode_becomes_a_problem(folder):
    shutil.copy(folder / "real/a.png", os.fsencode(folder) + b"/real/\xff.png")
    manifest = scan(folder)
    assert len(manifest.items) == 4
    assert "rename" in manifest.problems[0].reason
    manifest.problems[0].path.encode()


def test_a_second_scan_reads_only_what_has_changed(folder, write_image):
    first = scan(folder)
    calls: list[tuple[int, int]] = []
    assert scan(folder, lambda *at: calls.append(at)) == first
    assert calls == []
    write_image(folder / "real/b.png", (30, 30))
    write_image(folder / "real/c.png")
    (folder / "ai/sd__1.png").unlink()
    again = scan(folder, lambda *at: calls.append(at))
    assert calls == [(3, 4), (4, 4)]
    assert [item.path for item in again.items] == ["ai/gan__1.png", "real/a.png", "real/b.png", "real/c.png"]
    assert {item.path: item.width for item in again.items}["real/b.png"] == 30
    assert again.fingerprint != first.fingerprint


@pytest.mark.parametrize("damage", ["{", "[]", '{"real/a.png": 3}', '{"real/a.png": ["1:1", {"width": 1}]}'])
def test_a_damaged_cache_is_made_anew(folder, damage):
    first = scan(folder)
    (cache,) = (cache_folder() / "manifests").glob("*.json")
    whole = cache.read_text()
    cache.write_text(damage)
    assert scan(folder) == first
    assert cache.read_text() == whole


def test_a_cache_that_cannot_be_written_does_not_stop_a_scan(folder, workspace):
    workspace.write_text("a file where the workspace should be")
    assert len(scan(folder).items) == 4


def test_a_folder_that_is_not_there_or_a_file_says_what_is_expected(tmp_path):
    (tmp_path / "file").touch()
    assert "not there" in refusal(tmp_path / "none")
    assert "is a file" in refusal(tmp_path / "file")
    assert "cannot be opened" in refusal(tmp_path / ("x" * 300))


def test_without_class_folders_the_message_lists_what_was_found(tmp_path, write_image):
    write_image(tmp_path / "cats/1.png")
    write_image(tmp_path / "dogs/1.png")
    message = refusal(tmp_path)
    assert "cats, dogs" in message
    assert "a folder named real" in message


def test_the_folder_of_one_class_points_to_the_one_above(folder):
    assert "the folder above it" in refusal(folder / "real")


def test_a_missing_or_empty_class_is_named(folder):
    shutil.rmtree(folder / "ai")
    assert "AI-generated" in refusal(folder)
    (folder / "ai").mkdir()
    assert "AI-generated" in refusal(folder)
    (folder / "ai/broken.png").write_text("no picture")
    assert "no readable pictures" in refusal(folder)


@pytest.mark.parametrize("spec", ["", "  ", "/no/such/folder", "~nobody-of-this-name/pictures"])
def test_data_that_cannot_be_opened_gives_a_data_error(spec):
    with pytest.raises(DataError, match="folder"):
        open_data(spec)


def test_data_opens_by_its_folder(folder):
    assert open_data(str(folder)) == scan(folder)


def test_two_processes_may_ask_for_the_lab_at_once_and_one_left_half_made_is_completed(write_image, both_print):
    write_image(data_folder() / "lab/real/0000.png", (4, 4))
    printed = both_print("from detector.data.folders import open_data; print(open_data('lab').fingerprint)")
    first = open_data("lab")
    assert printed == [first.fingerprint, first.fingerprint]
    assert first.counts()["all"] == {REAL: 400, AI: 400}
    assert first.problems == ()
    assert {item.generator for item in first.items} == {"", "checkerboard", "smooth"}
    assert {item.width for item in first.items} == {64}


def test_a_lab_once_made_is_not_made_again(write_image):
    write_image(data_folder() / "lab/real/1.png")
    write_image(data_folder() / "lab/ai/1.png")
    (data_folder() / "lab/.complete").touch()
    assert len(open_data("lab").items) == 2
