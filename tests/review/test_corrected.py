import csv
from pathlib import Path

import pytest

from detector.data.folders import open_data
from detector.data.images import sha256_of
from detector.errors import DataError
from detector.evaluation.pins import list_pins
from detector.review.desk import (
    NewImage,
    ReviewError,
    Score,
    add_images,
    answer,
    corrected_folder,
    corrected_table,
    create_queue,
    items,
    send_to_ledger,
)
from tests.review.conftest import image
from tests.workspaces import picture

SAID = {
    "a.png": ("ai", "ai"),
    "b.png": ("real", "unsure"),
    "c.png": ("real", "ai"),
    "d.png": ("skip", "skip"),
    "e.png": ("ai", ""),
}


def reviewed() -> str:
    """Five images that the model calls real: two are AI-generated to people, one real, on one they differ, one was skipped."""
    create_queue("q", answers=2)
    images = []
    for seed, name in enumerate(SAID):
        score = Score("bright", "0123456789ab", 0.1, 0.5, "real")
        images.append(NewImage(name, data=picture(seed, (40, 30)), generator="sd" if name == "a.png" else "", scores=(score,)))
    add_images("q", images)
    add_images("q", [image(99, 0.1, 1)], sentinels=True)
    for item in items("q")[0]:
        for who, said in zip(("Ann", "Bo"), SAID.get(item.name, ("ai", "ai")), strict=True):
            if said:
                answer(item.id, who, said)
    return "q"


def test_what_people_corrected_is_a_data_set_at_once(home: Path):
    name = reviewed()
    folder = corrected_folder(name, "fixed")
    manifest = open_data("fixed")
    assert manifest.root == folder and not manifest.problems
    assert {item.path: (item.label, item.generator) for item in manifest.items} == {
        "ai/sd__a.png": (1, "sd"), "real/b.png": (0, ""), "ai/e.png": (1, "")
    }  # fmt: skip
    assert {item.sha256 for item in manifest.items} <= {item.sha256 for item in items(name)[0]}
    with (folder / "metadata.csv").open() as file:
        rows = {row["name"]: row for row in csv.DictReader(file)}
    assert (rows["b.png"]["real"], rows["b.png"]["unsure"], rows["b.png"]["weights"]) == ("1", "1", "0123456789ab")
    with pytest.raises(DataError, match="already"):
        corrected_folder(name, "fixed")


def test_the_same_as_a_table_names_the_images_where_they_lie(home: Path, tmp_path: Path):
    file = tmp_path / "fixed.csv"
    file.write_bytes(corrected_table(reviewed()))
    manifest = open_data(str(file))
    assert sorted(item.label for item in manifest.items) == [0, 1, 1] and not manifest.problems
    assert all(sha256_of(manifest.path(item)) == item.sha256 for item in manifest.items)


def test_two_images_of_one_name_and_odd_names_stay_apart_and_inside(home: Path):
    create_queue("q")
    names = ["../x.png", "x.png", "x.png", "no ending", "CON<b>.PNG", "…" * 300]
    add_images("q", [NewImage(name, data=picture(seed, (40, 30))) for seed, name in enumerate(names)])
    for place, item in enumerate(items("q")[0]):
        answer(item.id, "Ann", ("real", "ai")[place % 2])
    folder = corrected_folder("q", "odd")
    assert len(open_data("odd").items) == 6
    assert {file.parent.name for file in folder.rglob("*.png")} == {"real", "ai"}


def test_a_class_without_images_or_a_file_that_has_gone_makes_no_data_set(home: Path):
    name = reviewed()
    with pytest.raises(ReviewError, match="contradict the detector, most people called none real"):
        corrected_folder(name, "fixed", only_changed=True)
    next(item for item in items(name)[0] if item.name == "e.png").file.unlink()
    with pytest.raises(ReviewError, match=r"No data set was made: e\.png"):
        corrected_folder(name, "fixed")
    assert not (home / "data" / "fixed").exists()


def test_images_on_which_people_contradict_the_model_are_pinned_with_what_they_are():
    sent = send_to_ledger(reviewed())
    pins = {pin.name: pin for pin in list_pins()}
    assert sent.pinned == 3 and set(pins) == {"a.png", "e.png", "099.png"} and all(pin.label == 1 for pin in pins.values())
    assert len(sent.left_out) == 1 and sent.left_out[0].startswith("c.png: people are divided")
    assert pins["a.png"].note == "people said AI-generated; bright scored it 0.10 (real)" and pins["a.png"].source == "review q"
    assert send_to_ledger("q").pinned == 3 and len(list_pins()) == 3
