"""What a person decided about pictures: kept beside the data set, replayed, undone."""

from pathlib import Path

import pytest

from detector.data.edits import Edit, add_edits, edits_file, read_edits, undo_edits, without_dropped
from detector.data.folders import scan
from detector.errors import DataError


@pytest.fixture
def pictures(tmp_path: Path, write_image) -> Path:
    for name in ("real/a.png", "real/b.png", "ai/c.png"):
        write_image(tmp_path / "set" / name)
    return tmp_path / "set"


def test_a_dropped_picture_is_left_out_and_its_file_stays(pictures: Path):
    manifest = scan(pictures)
    item = manifest.items[1]
    add_edits(pictures, [Edit("drop", item.path, item.sha256, why="blank")])
    left = without_dropped(manifest, read_edits(pictures))
    assert item not in left.items
    assert len(left.items) == 2
    assert manifest.path(item).exists()


def test_a_file_that_changed_after_it_was_dropped_is_back(pictures: Path, write_image):
    item = scan(pictures).items[0]
    add_edits(pictures, [Edit("drop", item.path, item.sha256)])
    write_image(pictures / item.path, (30, 30))
    assert len(without_dropped(scan(pictures), read_edits(pictures)).items) == 3


def test_a_later_edit_replaces_an_earlier_one_and_undo_forgets_both(pictures: Path):
    add_edits(pictures, [Edit("drop", "real/a.png", "x")])
    add_edits(pictures, [Edit("crop", "real/a.png", "x", ((0, 0, 5, 5),))])
    (edit,) = read_edits(pictures)
    assert edit.do == "crop"
    assert edit.boxes == ((0, 0, 5, 5),)
    assert edit.when > 0
    undo_edits(pictures, ["real/a.png"])
    assert read_edits(pictures) == ()


@pytest.mark.parametrize(
    "line", ["{", '{"do": "crop", "path": "a", "sha256": "b"}', '{"do": "burn", "path": "a", "sha256": "b"}', "[]"]
)
def test_a_damaged_log_is_refused_with_its_line(pictures: Path, line: str):
    add_edits(pictures, [Edit("drop", "real/a.png", "x")])
    with edits_file(pictures).open("a") as file:
        file.write(line + "\n")
    with pytest.raises(DataError, match="line 2"):
        read_edits(pictures)
