"""The cleaned copy: a log replayed into a new folder."""

import csv
import json
from pathlib import Path

import pytest
from PIL import Image

from detector.data.clean_copy import write_clean_copy
from detector.data.edits import Edit, read_log
from detector.data.folders import scan
from detector.data.manifest import Manifest
from detector.errors import DataError, UserError
from detector.home import data_folder
from tests.data.cleaning.pictures import collage, scene


@pytest.fixture
def pictures(tmp_path: Path) -> Manifest:
    root = tmp_path / "set"
    for folder in ("real", "ai"):
        (root / folder).mkdir(parents=True)
    exif = Image.Exif()
    exif[0x010F] = "a camera"
    scene(1).save(root / "real" / "a.jpg", quality=83, subsampling=2, exif=exif)
    scene(2).save(root / "real" / "b.png")
    collage().save(root / "ai" / "four.png")
    scene(3).save(root / "ai" / "d.jpg", quality=70)
    return scan(root)


def item(manifest: Manifest, path: str):
    return next(one for one in manifest.items if one.path == path)


def edit(manifest: Manifest, do: str, path: str, *boxes) -> Edit:
    return Edit(do, path, item(manifest, path).sha256, boxes, when=1.0)


def log(manifest: Manifest) -> list[Edit]:
    quarters = ((0, 0, 128, 128), (128, 0, 256, 128), (0, 128, 128, 256), (128, 128, 256, 256))
    return [
        edit(manifest, "crop", "real/a.jpg", (10, 20, 300, 200)),
        edit(manifest, "split", "ai/four.png", *quarters),
        edit(manifest, "drop", "real/b.png"),
    ]


def test_a_log_is_replayed_and_the_originals_stay(pictures: Manifest):
    before = {one.path: pictures.path(one).read_bytes() for one in pictures.items}
    made = write_clean_copy(pictures, log(pictures), "clean")
    assert (made.copied, made.cropped, made.split, made.dropped, made.problems) == (1, 1, 1, 1, ())
    assert sorted(one.path for one in scan(made.folder).items) == [
        "ai/d.jpg", "ai/four~1of4.png", "ai/four~2of4.png", "ai/four~3of4.png", "ai/four~4of4.png", "real/a.jpg",
    ]  # fmt: skip
    assert (made.folder / "ai/d.jpg").read_bytes() == before["ai/d.jpg"]
    assert {one.path: pictures.path(one).read_bytes() for one in pictures.items} == before


def test_parts_hold_the_pixels_of_their_boxes(pictures: Manifest):
    folder = write_clean_copy(pictures, log(pictures), "clean").folder
    with Image.open(folder / "ai/four~4of4.png") as quarter, Image.open(pictures.root / "ai/four.png") as whole:
        assert quarter.tobytes() == whole.crop((128, 128, 256, 256)).tobytes()


def test_a_cropped_jpeg_is_a_file_like_the_one_it_was_cut_from(pictures: Manifest):
    folder = write_clean_copy(pictures, log(pictures), "clean").folder
    with Image.open(folder / "real/a.jpg") as new, Image.open(pictures.root / "real/a.jpg") as old:
        assert new.size == (290, 180)
        assert new.format == "JPEG"
        assert new.quantization == old.quantization
        assert new.layer == old.layer  # the sampling of each component
        assert new.getexif()[0x010F] == "a camera"


def test_the_same_log_gives_the_same_files_twice(pictures: Manifest):
    first, second = (write_clean_copy(pictures, log(pictures), name).folder for name in ("one", "two"))
    files = sorted(file.relative_to(first) for file in first.rglob("*") if file.is_file())
    assert files == sorted(file.relative_to(second) for file in second.rglob("*") if file.is_file())
    assert all((first / file).read_bytes() == (second / file).read_bytes() for file in files)


def test_quarters_of_a_collage_are_one_group_and_the_log_goes_along(pictures: Manifest):
    folder = write_clean_copy(pictures, log(pictures), "clean").folder
    rows = list(csv.DictReader((folder / "metadata.csv").open(encoding="utf-8")))
    quarters = [row for row in rows if row["source"] == "ai/four.png"]
    assert len(quarters) == 4
    assert len({row["group"] for row in quarters}) == 1 and quarters[0]["group"]
    assert list(read_log(folder / "edits.jsonl")) == log(pictures)
    assert json.loads((folder / "origin.json").read_text())["split"] == 1


def test_a_file_that_changed_since_is_reported_and_left_as_it_is(pictures: Manifest):
    edits = log(pictures)
    scene(9).save(pictures.root / "real" / "a.jpg")
    made = write_clean_copy(scan(pictures.root), edits, "clean")
    assert [problem.path for problem in made.problems] == ["real/a.jpg"]
    assert (made.folder / "real/a.jpg").read_bytes() == (pictures.root / "real/a.jpg").read_bytes()


def test_a_box_outside_the_picture_is_reported_and_the_rest_goes_on(pictures: Manifest):
    made = write_clean_copy(pictures, [edit(pictures, "crop", "real/a.jpg", (0, 0, 5000, 10))], "clean")
    assert "does not lie in a picture of 320 × 240" in made.problems[0].reason
    assert made.copied == 4


def test_an_edit_of_a_picture_that_is_not_there_is_reported(pictures: Manifest):
    made = write_clean_copy(pictures, [Edit("crop", "real/gone.jpg", "0", ((0, 0, 1, 1),))], "clean")
    assert made.problems[0].path == "real/gone.jpg"


def test_a_taken_name_and_a_bad_one_are_refused(pictures: Manifest):
    write_clean_copy(pictures, [], "clean")
    with pytest.raises(DataError, match="choose another name"):
        write_clean_copy(pictures, [], "clean")
    with pytest.raises(UserError):
        write_clean_copy(pictures, [], "../out")


def test_a_copy_without_one_class_is_refused_and_leaves_nothing(pictures: Manifest):
    edits = [edit(pictures, "drop", path) for path in ("real/a.jpg", "real/b.png")]
    with pytest.raises(DataError, match="No real picture would be left"):
        write_clean_copy(pictures, edits, "clean")
    assert not (data_folder() / "clean").exists()
