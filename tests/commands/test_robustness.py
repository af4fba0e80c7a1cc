import json
from pathlib import Path

import pytest

from detector.__main__ import main
from detector.models.weights import load_weights, save_weights
from detector.scored import known_scores
from tests.conftest import flat


@pytest.fixture
def lamps(tmp_path: Path) -> Path:
    """Eight bright pictures called ai and eight dark ones called real, each its own."""
    for name, level in (("real", 50), ("ai", 200)):
        (tmp_path / "lamps" / name).mkdir(parents=True)
        for number in range(8):
            flat(level + 2 * number, (48, 40)).save(tmp_path / "lamps" / name / f"{number}.png")
    return tmp_path / "lamps"


def asked(capsys: pytest.CaptureFixture[str], *words: object) -> dict:
    assert main(["robustness", "--weights", "bright", "--json", "--device", "cpu", *map(str, words)]) == 0
    return json.loads(capsys.readouterr().out)


def test_a_detector_of_light_survives_jpeg_and_not_the_dark(bright: Path, lamps: Path, capsys) -> None:
    found = asked(capsys, "--data", lamps, "--kinds", "darker,jpeg")
    assert (found["n_real"], found["n_ai"]) == (8, 8)
    last = {point["kind"]: point["numbers"] for point in found["points"]}
    assert last["jpeg"]["recall_ai"]["value"] == 1.0
    assert last["darker"]["recall_ai"]["value"] == 0.0 and last["darker"]["recall_ai"]["change"] == -1.0
    assert last["darker"]["recall_ai"]["change_high"] < 0


def test_what_was_scored_is_not_scored_again_and_a_torn_line_is_mended(bright: Path, lamps: Path, capsys) -> None:
    first = asked(capsys, "--data", lamps, "--kinds", "blur")
    (file,) = (bright.parents[1] / "cache" / "scores").glob("*.jsonl")
    text = file.read_text()
    assert asked(capsys, "--data", lamps, "--kinds", "blur") == first
    assert file.read_text() == text
    file.write_text(text[:-40])  # as after a power cut
    assert asked(capsys, "--data", lamps, "--kinds", "blur") == first
    assert len(known_scores(bright)) == 16


def test_images_the_weights_know_are_left_out(bright: Path, lamps: Path, capsys) -> None:
    from detector.data.images import sha256_of

    known = [sha256_of(lamps / "ai" / "0.png"), sha256_of(lamps / "real" / "3.png"), sha256_of(lamps / "real" / "4.png")]
    model, config = load_weights(bright)
    save_weights(bright, model, config, "", seen=known)
    found = asked(capsys, "--data", lamps, "--kinds", "blur", "--images", 6)
    assert (found["seen"], found["n_real"], found["n_ai"]) == (3, 3, 3)


def test_the_table_names_every_strength(bright: Path, lamps: Path, capsys) -> None:
    assert main(["robustness", "--weights", "bright", "--data", str(lamps), "--kinds", "jpeg"]) == 0
    printed = capsys.readouterr().out
    assert "JPEG 95" in printed and "JPEG 20" in printed and "untouched" in printed and "Blur" not in printed


@pytest.mark.parametrize("words", [["--kinds", "fog"], ["--images", "-1"], ["--weights", "nobody"], ["--data", "/no/such"]])
def test_a_mistake_is_one_line_and_status_two(bright: Path, lamps: Path, words: list[str], capsys) -> None:
    assert main(["robustness", "--weights", "bright", "--data", str(lamps), *words]) == 2
    assert len([line for line in capsys.readouterr().err.splitlines() if line.startswith("error: ")]) == 1
