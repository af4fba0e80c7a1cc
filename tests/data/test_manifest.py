from dataclasses import replace
from pathlib import Path

import pytest

from detector.data.manifest import Item, Manifest
from detector.errors import DataError
from detector.labels import AI, REAL

ITEMS = (
    Item("real/ä, b.png", REAL, "", "train", 20, 16, "PNG", "a" * 64),
    Item("ai/gan__1.jpg", AI, "gan", "train", 30, 10, "JPEG", "b" * 64),
    Item('ai/"2"\n.jpg', AI, "", "test", 30, 10, "JPEG", "c" * 64),
)


def test_a_manifest_survives_the_way_through_a_table(tmp_path):
    manifest = Manifest(tmp_path, ITEMS)
    manifest.to_csv(tmp_path / "run" / "manifest.csv")
    again = Manifest.from_csv(tmp_path / "run" / "manifest.csv", tmp_path)
    assert again == manifest
    assert again.fingerprint == manifest.fingerprint


def test_counts_name_the_whole_and_each_split_that_occurs():
    assert Manifest(Path(), ITEMS).counts() == {"all": {REAL: 1, AI: 2}, "train": {REAL: 1, AI: 1}, "test": {REAL: 0, AI: 1}}
    assert Manifest(Path(), ()).counts() == {"all": {REAL: 0, AI: 0}}


def test_of_picks_a_split_and_path_finds_the_file():
    manifest = Manifest(Path("/data"), ITEMS)
    assert manifest.of("train") == ITEMS[:2]
    assert manifest.of("valid") == ()
    assert manifest.path(ITEMS[1]) == Path("/data/ai/gan__1.jpg")


@pytest.mark.parametrize(("change", "same"), [({"sha256": "d" * 64}, False), ({"label": AI}, False), ({"split": "valid"}, True)])
def test_the_fingerprint_changes_with_content_and_label_but_not_with_the_split(change, same):
    changed = Manifest(Path(), (replace(ITEMS[0], **change), *ITEMS[1:]))
    assert (changed.fingerprint == Manifest(Path("elsewhere"), ITEMS).fingerprint) is same
    assert len(changed.fingerprint) == 16


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("path,", "place,"),
        (",30,", ",wide,"),
        (",test,", ",exam,"),
        (",1,gan", ",7,gan"),
        ("ai/gan", "../gan"),
        ("ai/gan", "/ai/gan"),
        ("," + "b" * 64, ""),
        ("ai/gan", "ai/\0"),
    ],
)
def test_a_damaged_table_is_refused_with_what_to_do(tmp_path, old, new):
    table = tmp_path / "manifest.csv"
    Manifest(tmp_path, ITEMS).to_csv(table)
    text = table.read_text(encoding="utf-8")
    assert old in text
    table.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(DataError, match="scan the data folder again"):
        Manifest.from_csv(table, tmp_path)


def test_a_missing_table_is_refused_with_what_to_do(tmp_path):
    with pytest.raises(DataError, match="scan the data folder again"):
        Manifest.from_csv(tmp_path / "none.csv", tmp_path)
