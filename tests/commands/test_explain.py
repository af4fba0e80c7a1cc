import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from detector.__main__ import main


@pytest.fixture
def spotted(tmp_path: Path) -> Path:
    """Dark, with a bright corner below right."""
    pixels = np.full((240, 400, 3), 40, np.uint8)
    pixels[120:, 200:] = 230
    path = tmp_path / "spotted.png"
    Image.fromarray(pixels).save(path)
    return path


def test_the_overlay_is_the_picture_with_a_caption_below(bright: Path, spotted: Path, tmp_path: Path, capsys):
    out = tmp_path / "overlay.png"
    assert main(["explain", str(spotted), "--weights", "bright", "--label", "ai", "--out", str(out)]) == 0
    with Image.open(out) as overlay:
        assert overlay.width == 400
        assert overlay.height > 240
    told = capsys.readouterr().out
    assert "to this detector" in told
    assert "This is not proof." in told


@pytest.mark.parametrize(("label", "method"), [("ai", "gradcam"), ("real", "gradcam"), ("ai", "hirescam")])
def test_json_is_one_object_that_says_what_was_explained(bright: Path, spotted: Path, tmp_path: Path, capsys, label, method):
    out = tmp_path / "deep" / "overlay.jpg"
    assert main(["explain", str(spotted), "--label", label, "--method", method, "--out", str(out), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["weights"], found["explained"], found["method"], found["out"]) == ("bright", label, method, str(out))
    assert 0 <= found["probability"] <= 1
    assert found["verdict"] in ("real", "ai", "inconclusive")
    assert out.is_file()


def test_a_signed_map_shows_both_classes_in_their_colours(bright: Path, spotted: Path, tmp_path: Path, capsys):
    out = tmp_path / "overlay.png"
    assert (
        main(["explain", str(spotted), "--signed", "--layer", "features.2", "--opacity", "1", "--out", str(out), "--json"]) == 0
    )
    found = json.loads(capsys.readouterr().out)
    assert (found["signed"], found["layer"]) == (True, "features.2")
    with Image.open(out) as overlay:
        pixels = np.asarray(overlay.crop((0, 0, 400, 240)), dtype=int)
    redder = pixels[..., 0] - pixels[..., 2]
    assert redder.max() > 60, "somewhere orange"
    assert redder.min() < -60, "somewhere blue"


def test_without_a_label_the_predicted_one_is_explained(bright: Path, photos: Path, tmp_path: Path, capsys):
    assert main(["explain", str(photos / "inner" / "dark.png"), "--out", str(tmp_path / "o.png"), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["label"] == found["explained"] == "real"


def test_opacity_zero_leaves_the_picture_as_it_is(bright: Path, spotted: Path, tmp_path: Path):
    out = tmp_path / "overlay.png"
    assert main(["explain", str(spotted), "--label", "ai", "--opacity", "0", "--out", str(out)]) == 0
    with Image.open(out) as overlay, Image.open(spotted) as picture:
        assert overlay.crop((0, 0, 400, 240)).tobytes() == picture.tobytes()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["{photos}/broken.png", "--out", "{photos}/o.png"], "broken.png"),
        (["{photos}/gone.png", "--out", "{photos}/o.png"], "gone.png is not there"),
        (["{photos}/bright.jpg", "--out", "{photos}/o.txt"], "should end in"),
        (["{photos}/bright.jpg", "--out", "{photos}/notes.txt/o.png"], "cannot be written"),
        (["{photos}/bright.jpg", "--out", "{photos}/o.png", "--opacity", "1.5"], "between 0 and 1"),
        (["{photos}/bright.jpg", "--out", "{photos}/o.png", "--opacity", "nan"], "between 0 and 1"),
        (["{photos}/bright.jpg", "--out", "{photos}/o.png", "--layer", "layer9"], "choose last or features.2"),
        (["{photos}/bright.jpg", "--out", "{photos}/o.png", "--method", "eigencam", "--signed"], "cannot tell evidence for"),
        (["{photos}/bright.jpg", "--out", "{photos}/o.png", "--method", "attention"], "choose another method"),
    ],
)
def test_a_mistake_is_told_in_one_line_and_writes_nothing(bright: Path, photos: Path, capsys, arguments, words):
    assert main(["explain", *(argument.format(photos=photos) for argument in arguments)]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.startswith("error: ")
    assert len(told.err.splitlines()) == 1
    assert words in told.err
    assert not (photos / "o.png").exists()
