import json

import numpy as np
import pytest
from PIL import Image

from detector.__main__ import main
from detector.data.folders import open_data


@pytest.fixture
def photos(tmp_path, monkeypatch):
    """PNGs as AI and JPEGs as real, and a file that is none; a workspace of its own."""
    monkeypatch.setenv("DETECTOR_HOME", str(tmp_path / "home"))
    rng = np.random.default_rng(0)
    for name in ("real/1.jpg", "real/2.jpg", "ai/3.png", "ai/4.png"):
        (tmp_path / "photos" / name).parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(rng.integers(0, 256, (60, 70, 3), np.uint8)).save(tmp_path / "photos" / name)
    (tmp_path / "photos/ai/broken.png").write_bytes(b"none")
    return tmp_path / "photos"


def test_a_copy_is_written_where_it_can_be_opened_by_name(photos, capsys):
    assert main(["equalise", str(photos), "--rule", "resize", "--side", "32", "--out", "alike"]) == 0
    told = capsys.readouterr()
    assert "4 images, 32 × 32 pixels by resize" in told.out and "left out ai/broken.png" in told.err
    copy = open_data(told.out.split(": ")[1].splitlines()[0])
    assert {(item.format, item.width, item.height) for item in copy.items} == {("JPEG", 32, 32)}


def test_json_is_one_object_and_the_side_is_one_the_pictures_reach(photos, capsys):
    assert main(["equalise", str(photos), "--out", "alike", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["side"], found["rule"], found["images"], found["scaled_up"], found["left_out"]) == (56, "crop", 4, 0, 1)


def test_pictures_that_were_scaled_up_are_told(photos, capsys):
    assert main(["equalise", str(photos), "--side", "64", "--out", "alike"]) == 0
    assert "4 of them were smaller" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--out", "../up"], "cannot be a name"),
        (["--out", "lab"], "already"),
        (["--out", "a", "--side", "3"], "between 8 and"),
        (["--out", "a", "--qualities", "95-75"], "should rise"),
        (["--out", "a", "--qualities", "good"], "like 75-95"),
    ],
)
def test_a_mistake_is_one_line_and_status_2(photos, words, said, capsys):
    assert main(["equalise", str(photos), *words]) == 2
    told = capsys.readouterr()
    assert said in told.err and len(told.err.splitlines()) == 1 and not told.out


def test_a_name_is_used_once(photos, capsys):
    assert main(["equalise", str(photos), "--out", "alike"]) == 0
    assert main(["equalise", str(photos), "--out", "Alike"]) == 2
    assert "choose another name" in capsys.readouterr().err
