"""Proposals of a data set: found once, answered, remembered."""

from pathlib import Path

import pytest

from detector.data.cleaning.decided import accept, decline, key_of, undecided, undo_declined
from detector.data.cleaning.proposals import find_proposals, known_proposals
from detector.data.edits import read_edits
from detector.data.folders import scan
from detector.data.manifest import Manifest
from tests.data.cleaning.pictures import scene, write_odd_set


@pytest.fixture
def pictures(tmp_path: Path) -> Manifest:
    return scan(write_odd_set(tmp_path / "set"))


def test_each_picture_is_looked_at_once(pictures: Manifest):
    calls: list[tuple[int, int]] = []
    found = find_proposals(pictures, lambda done, total: calls.append((done, total)))
    assert [(one.kind, one.path, one.do) for one in found] == [
        ("border", "real/framed.png", "crop"),
        ("collage", "ai/four.png", "split"),
    ]
    assert calls == [(1, 4), (2, 4), (3, 4), (4, 4)]
    calls.clear()
    assert find_proposals(pictures, lambda done, total: calls.append((done, total))) == found
    assert calls == []
    assert known_proposals(pictures) == (found, 0)


def test_a_picture_that_changed_is_looked_at_again(pictures: Manifest):
    find_proposals(pictures)
    scene(8).save(pictures.root / "ai" / "four.png")
    again = scan(pictures.root)
    assert known_proposals(again)[1] == 1
    assert [one.kind for one in find_proposals(again)] == ["border"]


def test_only_the_kinds_asked_for_are_returned(pictures: Manifest):
    assert [one.kind for one in find_proposals(pictures, kinds=("collage",))] == ["collage"]


def test_what_was_answered_does_not_come_back_until_it_is_undone(pictures: Manifest):
    border, four = find_proposals(pictures)
    accept(pictures.root, [border])
    decline(pictures.root, [four])
    assert undecided([border, four], pictures.root) == []
    (edit,) = read_edits(pictures.root)
    assert (edit.do, edit.boxes, edit.why) == ("crop", border.boxes, "border")
    undo_declined(pictures.root, [key_of(four)])
    assert undecided([border, four], pictures.root) == [four]


def test_damaged_notes_of_an_earlier_search_are_made_anew(pictures: Manifest, workspace: Path):
    found = find_proposals(pictures)
    (file,) = (workspace / "cache" / "cleaning").glob("*.json")
    file.write_text("{")
    assert find_proposals(pictures) == found
