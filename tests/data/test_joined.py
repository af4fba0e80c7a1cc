from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from detector.data.folders import open_data
from detector.data.manifest import Manifest
from detector.data.specs import absolute, data_title, parts_of, root_of
from detector.data.splits import assign_splits
from detector.errors import DataError


@pytest.fixture(autouse=True)
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DETECTOR_HOME", str(tmp_path / "home"))


def picture(seed: int) -> Image.Image:
    pixels = np.random.default_rng(seed).integers(0, 255, (6, 6, 3), dtype=np.uint8)
    return Image.fromarray(pixels).resize((48, 48), Image.Resampling.BICUBIC)


@pytest.fixture
def sets(tmp_path: Path) -> tuple[Path, Path]:
    """Two sets in different places, of which the second holds a copy of a picture of the first."""
    first, second = tmp_path / "one" / "faces", tmp_path / "two" / "art"
    for number, root in enumerate((first, second)):
        for label in ("real", "ai"):
            (root / label).mkdir(parents=True)
            for each in range(4):
                name = f"dalle__{each}.png" if (number, label) == (1, "ai") else f"{each}.png"
                picture(100 * number + 10 * (label == "ai") + each).save(root / label / name)
    picture(0).save(second / "real" / "copy.png")
    return first, second


def joined(sets: tuple[Path, Path]) -> Manifest:
    return open_data(",".join(map(str, sets)))


def test_sets_are_joined_below_their_names_and_every_file_is_found(sets):
    manifest = joined(sets)
    assert len(manifest.items) == 17
    assert manifest.root.name == "faces+art"
    assert {item.path.split("/")[0] for item in manifest.items} == {"faces", "art"}
    assert all(manifest.path(item).is_file() for item in manifest.items)
    assert joined(sets).fingerprint == manifest.fingerprint


def test_generators_are_kept_and_a_set_without_any_is_one(sets):
    generators = {(item.path.split("/")[0], item.label, item.generator) for item in joined(sets).items}
    assert generators == {("faces", 0, ""), ("faces", 1, "faces"), ("art", 0, ""), ("art", 1, "dalle")}


def test_copies_in_different_sets_belong_together(sets):
    items = {item.path: item for item in joined(sets).items}
    assert items["faces/real/0.png"].group and items["faces/real/0.png"].group == items["art/real/copy.png"].group
    for seed in range(8):
        split = {item.path: item.split for item in assign_splits(tuple(items.values()), 0.3, 0.3, seed)}
        assert split["faces/real/0.png"] == split["art/real/copy.png"]


def test_groups_of_one_name_in_two_sets_stay_apart(sets):
    for root in sets:
        rows = "".join(
            f"{label}/{path.name},{label},prompt\n" for label in ("real",) for path in sorted((root / label).iterdir())[:2]
        )
        rows += "".join(f"ai/{path.name},ai,\n" for path in (root / "ai").iterdir())
        (root / "table.csv").write_text("path,label,group\n" + rows)
    manifest = open_data(",".join(str(root / "table.csv") for root in sets))
    groups = {item.group for item in manifest.items if item.group}
    assert groups == {"table.csv/group prompt", "table.csv-2/group prompt"}


def test_splits_that_only_one_set_carries_are_made_anew(sets):
    first, _ = sets
    (first / "test").mkdir()
    (first / "real").rename(first / "test" / "real")
    assert {item.split for item in open_data(str(first)).items} == {"", "test"}
    assert {item.split for item in joined(sets).items} == {""}


def test_a_set_named_twice_and_a_missing_one_are_refused(sets):
    with pytest.raises(DataError, match="faces is named twice"):
        open_data(f"{sets[0]},{sets[0]}/")
    with pytest.raises(DataError, match="is not there"):
        open_data(f"{sets[0]},{sets[1]}-missing")
    with pytest.raises(DataError, match="No data is chosen"):
        open_data(" , ")


def test_words_for_several_sets_name_no_folder_above_them(sets, monkeypatch):
    spec = ",".join(map(str, sets))
    assert data_title(spec) == "faces+art"
    monkeypatch.chdir(sets[0].parent)
    assert absolute(f"faces, {sets[1]}") == spec
    assert absolute("lab") == "lab"
    assert root_of(spec) == joined(sets).root
    (sets[0].parent / "a,b").mkdir()
    assert parts_of("a,b") == ["a,b"]
