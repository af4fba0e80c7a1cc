"""Calibrating weights that exist, by command: on images held out, beside the tensors, and on the card."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from detector.__main__ import main
from detector.evaluation.calibration import read_calibration
from detector.models.digests import seen_hashes, weights_hash
from detector.predict import Predictor
from detector.training.config import TrainConfig
from detector.training.runs import create_run
from tests.conftest import flat


@pytest.fixture
def lamps(tmp_path: Path) -> Path:
    """Bright and dark pictures in both classes, mostly as the detector thinks, with a test split that says the opposite."""
    random, folder = np.random.default_rng(0), tmp_path / "lamps"
    for label, level in (("real", 60), ("ai", 190)):
        for split, count in (("valid", 30), ("test", 4)):
            (folder / split / label).mkdir(parents=True)
            for number in range(count):
                wrong = split == "test" or number % 6 == 0
                here = 250 - level if wrong else level
                pixels = random.normal(here + random.integers(-40, 41), 12, (40, 40, 3)).clip(0, 255).astype(np.uint8)
                Image.fromarray(pixels).save(folder / split / label / f"{number}.png")
    return folder


def test_scores_become_probabilities_and_tensors_stay(bright: Path, lamps: Path, capsys: pytest.CaptureFixture[str]):
    tensors, before = (bright / "model.safetensors").read_bytes(), weights_hash(bright)
    assert main(["calibrate", "--weights", "bright", "--data", str(lamps), "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["n"], said["left_out"], said["kind"]) == (60, 8, "platt")
    assert said["ece_after"] < said["ece_before"]
    assert (bright / "model.safetensors").read_bytes() == tensors
    assert weights_hash(bright) != before, "scores kept from before would be taken for new ones"
    calibration = read_calibration(bright)
    assert calibration.score_map and calibration.conformal and set(calibration.tables) == {"valid"}
    verdict = Predictor.load("bright", "cpu").predict([flat(205)])[0]
    assert 0.6 < verdict.probability < 0.97, "a sixth of its validation images contradict it"


def test_the_card_says_so_and_the_images_count_as_seen(bright: Path, lamps: Path):
    main(["calibrate", "--weights", "bright", "--data", str(lamps), "--alpha", "0.2", "--false-alarms", "0.1"])
    card = (bright / "card.md").read_text()
    assert card.startswith("# bright")
    assert "Platt" in card and "but for 20 %" in card
    assert len(seen_hashes(bright)) == 60
    assert Predictor.load("bright", "cpu").config.threshold != 0.5


def test_the_same_images_may_fit_again_with_other_settings(bright: Path, lamps: Path):
    for alpha in ("0.1", "0.05"):
        assert main(["calibrate", "--weights", "bright", "--data", str(lamps), "--alpha", alpha]) == 0
    assert read_calibration(bright).conformal.alpha == 0.05  # type: ignore[union-attr]
    assert (bright / "card.md").read_text().count("## Calibration\n") == 1


def test_images_the_weights_were_trained_on_are_refused(bright: Path, lamps: Path, capsys: pytest.CaptureFixture[str]):
    main(["calibrate", "--weights", "bright", "--data", str(lamps)])
    for file in list((lamps / "valid" / "real").iterdir())[:3]:
        file.unlink()
    assert main(["calibrate", "--weights", "bright", "--data", str(lamps)]) == 2
    assert "give other labelled images" in capsys.readouterr().err


def test_left_out_generators_are_kept_and_quoted(bright: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    rows = [
        {"generator": "dalle", "n": 60, "found": 20, "missed": 25, "covered": 40, "auc": 0.71},
        {"generator": "a|b", "n": 40, "found": 20, "missed": 5, "covered": 36},
    ]
    (tmp_path / "rows.json").write_text(json.dumps(rows))
    assert main(["calibrate", "--weights", "bright", "--left-out", str(tmp_path / "rows.json")]) == 0
    assert "40.0%" in capsys.readouterr().out
    assert "| dalle | 60 | 0.71 | 20 | 25 | 15 | 67% |" in (bright / "card.md").read_text()
    assert sum(row.found for row in read_calibration(bright).left_out) == 40


def test_runs_of_a_leave_one_out_give_the_rows(bright: Path):
    for generator, scores in (("dalle", [0.9, 0.2, 0.8]), ("starry", [0.1, 0.3])):
        run = create_run(TrainConfig(data="lab", leave_out=generator), f"art-without-{generator}")
        shutil.copytree(bright, run.best_weights)
        (run.best_weights / "calibration.json").unlink()
        rows = [f"{generator}{place}.png,1,{generator},test,,{score}" for place, score in enumerate(scores)]
        rows += ["real.png,0,,test,,0.25", "other.png,1,midjourney,test,,0.99", f"old.png,1,{generator},valid,,0.01"]
        run.predictions_file.write_text("\n".join(["path,label,generator,split,group,probability", *rows]) + "\n")
    assert main(["calibrate", "--weights", "bright", "--left-out", "art"]) == 0
    found = {row.generator: (row.n, row.found, row.missed, row.auc) for row in read_calibration(bright).left_out}
    assert found == {"dalle": (3, 2, 1, pytest.approx(2 / 3)), "starry": (2, 0, 2, 0.5)}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "Give --data"),
        (["--data", "lab", "--alpha", "0.07"], "alpha should be one of"),
        (["--data", "lab", "--false-alarms", "2"], "share from 0 to 0.5"),
        (["--left-out", "nowhere.json"], "cannot be read"),
        (["--left-out", "nothing"], "leave-one-out --name nothing"),
    ],
)
def test_mistakes_get_one_line(bright: Path, words: list[str], said: str, capsys: pytest.CaptureFixture[str]):
    assert main(["calibrate", "--weights", "bright", *words]) == 2
    assert said in capsys.readouterr().err


def test_weights_that_ship_stay_as_they_are(bright: Path, lamps: Path, monkeypatch, capsys: pytest.CaptureFixture[str]):
    monkeypatch.setattr("detector.home.SHIPPED_WEIGHTS", bright.parent)
    assert main(["calibrate", "--weights", "bright", "--data", str(lamps)]) == 2
    assert "ships with the app" in capsys.readouterr().err
    assert main(["calibrate", "--weights", str(bright), "--data", str(lamps)]) == 0
