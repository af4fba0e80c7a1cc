import json
import shutil
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from detector.data.equalise import Equalise
from detector.data.equalised_copy import write_equalised
from detector.data.folders import open_data
from detector.data.images import open_image
from detector.data.manifest import Manifest
from detector.errors import DataError
from detector.home import REPOSITORY, data_folder
from detector.labels import AI

RULE = Equalise("crop", 24)


@pytest.fixture
def manifest(tmp_path, write_image) -> Manifest:
    """A set with splits, generators in names and folders, one name twice, and groups."""
    root = tmp_path / "mixed"
    for path in (
        "train/real/a.jpg", "train/real/a.png", "test/real/b.png",
        "train/ai/dalle__a.png", "train/ai/stable/c.png", "test/ai/midjourney/0__9.png", "test/ai/d.png",
    ):  # fmt: skip
        write_image(root / path, (40, 30))
    found = open_data(str(root))
    return replace(found, items=tuple(replace(item, group="pair" if "/a." in item.path else "") for item in found.items))


def test_a_copy_opens_as_the_same_set_with_the_pixels_that_loading_would_have_made(manifest):
    assert write_equalised(manifest, RULE, data_folder() / "alike") == ()
    copy = open_data(str(data_folder() / "alike"))
    facts = sorted((item.label, item.split, item.generator, item.width, item.format) for item in copy.items)
    assert facts == sorted((item.label, item.split, item.generator, 24, "JPEG") for item in manifest.items)
    rows = [line.split(",") for line in (copy.root / "metadata.csv").read_text().splitlines()]
    assert rows[0] == ["path", "group", "source"]
    originals = {path: (group, source) for path, group, source in rows[1:]}
    for item in copy.items:
        image = open_image(manifest.root / originals[item.path][1])
        assert np.array_equal(np.asarray(open_image(copy.path(item))), np.asarray(RULE.apply(image)))
    joined = {item.path: item.group for item in copy.items}
    together = [joined[path] for path, (group, _) in originals.items() if group == "pair"]
    assert len(together) == 2 and len(set(together)) == 1 and together[0]


def test_the_copy_says_what_it_is_made_from_and_how(manifest):
    write_equalised(manifest, replace(RULE, side=32), data_folder() / "alike")
    origin = json.loads((data_folder() / "alike" / "origin.json").read_text())
    assert origin["from"] == "mixed" and origin["fingerprint"] == manifest.fingerprint
    assert Equalise.from_dict(origin["equalise"]) == replace(RULE, side=32)
    assert (origin["pictures"], origin["scaled_up"]) == (7, 7)
    readme = (data_folder() / "alike" / "README.md").read_text()
    assert "7 of them were smaller and have been scaled up" in readme and str(manifest.root.parent) not in readme


def test_no_metadata_of_the_originals_is_copied_and_they_stay_as_they_were(tmp_path, write_image):
    exif = Image.Exif()
    exif[0x010F], exif[0x0112] = "maker", 6
    for name in ("real", "ai"):
        (tmp_path / "set" / name).mkdir(parents=True)
        Image.open(write_image(tmp_path / "p.png", (50, 40))).save(tmp_path / "set" / name / "x.jpg", exif=exif)
    before = (tmp_path / "set/real/x.jpg").read_bytes()
    write_equalised(open_data(str(tmp_path / "set")), RULE, data_folder() / "alike")
    found = Image.open(data_folder() / "alike/real/x.jpg")
    assert not found.getexif() and b"maker" not in (data_folder() / "alike/real/x.jpg").read_bytes()
    assert (tmp_path / "set/real/x.jpg").read_bytes() == before


def test_a_name_in_use_is_refused_and_what_has_it_stays(manifest):
    (data_folder() / "alike").mkdir(parents=True)
    with pytest.raises(DataError, match="alike already: choose another name"):
        write_equalised(manifest, RULE, data_folder() / "alike")
    assert list((data_folder() / "alike").iterdir()) == []


def test_a_picture_that_has_gone_or_changed_is_left_out_and_named(manifest):
    manifest.path(manifest.items[0]).unlink()
    Image.new("RGB", (40, 30), "red").save(manifest.path(manifest.items[1]))
    problems = write_equalised(manifest, RULE, data_folder() / "alike")
    assert [problem.path for problem in problems] == [item.path for item in manifest.items[:2]]
    assert len(open_data(str(data_folder() / "alike")).items) == 5


def test_a_class_without_a_readable_picture_leaves_no_copy(manifest):
    for item in manifest.items:
        if item.label == AI:
            manifest.path(item).unlink()
    with pytest.raises(DataError, match="No AI-generated picture could be read"):
        write_equalised(manifest, RULE, data_folder() / "alike")
    assert list(data_folder().iterdir()) == []


def test_progress_is_told_and_one_who_gives_up_leaves_nothing(manifest):
    told: list[tuple[int, int]] = []

    def stop(done: int, total: int) -> None:
        told.append((done, total))
        if done == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_equalised(manifest, RULE, data_folder() / "alike", stop)
    assert told == [(1, 7), (2, 7), (3, 7)] and list(data_folder().iterdir()) == []


def test_a_killed_writing_leaves_no_set_and_the_next_one_clears_it_away(manifest):
    program = (
        "import sys, time; from pathlib import Path; from detector.data.equalise import Equalise; "
        "from detector.data.equalised_copy import write_equalised; from detector.data.folders import open_data; "
        "from detector.home import data_folder\n"
        "def show(done, total):\n    print(done, flush=True)\n    time.sleep(60 if done == 3 else 0)\n"
        "write_equalised(open_data(sys.argv[1]), Equalise('crop', 24), data_folder() / 'alike', show)"
    )
    writer = subprocess.Popen(
        [sys.executable, "-c", program, str(manifest.root)], cwd=REPOSITORY, stdout=subprocess.PIPE, text=True
    )
    try:
        assert [writer.stdout.readline().strip() for _ in range(3)] == ["1", "2", "3"]
    finally:
        writer.kill()
        writer.wait()
    assert [path.name for path in data_folder().iterdir()] == [".staging"]
    write_equalised(manifest, RULE, data_folder() / "alike")
    assert [path.name for path in data_folder().iterdir()] == ["alike"]


def test_a_disk_without_room_is_told_before_anything_is_written(manifest):
    plenty = shutil.disk_usage(manifest.root).free // (2048 * 2048 // 2)
    many = replace(manifest, items=manifest.items * (plenty // 7 + 1))
    with pytest.raises(DataError, match="make room"):
        write_equalised(many, Equalise("resize", 2048), data_folder() / "alike")
    assert not data_folder().exists()


def test_odd_names_and_generators_stay_apart_and_keep_their_class(tmp_path, write_image):
    lines = ["path,label,generator"]
    for number, generator in enumerate(("a/b", "real", "train", "../up", "..", "", "Stable Diffusion 1.4")):
        write_image(tmp_path / f"set/x/{number}.png", (30, 30))
        lines.append(f"x/{number}.png,ai,{generator}")
    for name in ("ü__1.png", "Ü__1.png", "~.png"):
        write_image(tmp_path / f"set/y/{name}", (30, 30))
        lines.append(f"y/{name},real,")
    (tmp_path / "set/list.csv").write_text("\n".join(lines), encoding="utf-8")
    manifest = open_data(str(tmp_path / "set/list.csv"))
    write_equalised(manifest, RULE, data_folder() / "alike")
    copy = open_data(str(data_folder() / "alike"))
    assert len(copy.items) == 10 and not copy.problems
    found = sorted(item.generator for item in copy.items if item.label == AI)
    assert found == sorted(["a-b", "real", "train", "-up", "", "x", "Stable Diffusion 1.4"])
    assert {path.name for path in data_folder().iterdir()} == {"alike"}
