import json
from pathlib import Path

import pandas as pd
import pytest

from detector.__main__ import main
from detector.evaluation.predictions import read_predictions, write_predictions
from detector.files import write_text
from detector.models.weights import seen_hashes
from detector.training.runs import Run
from tests.conftest import flat
from tests.workspaces import RUN, fill


@pytest.fixture
def runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A workspace with a run and a worse one on the same images."""
    monkeypatch.setenv("DETECTOR_HOME", str(tmp_path / "home"))
    home = tmp_path / "home"
    fill(home)
    good, bad = Run(home / "runs" / RUN), Run(home / "runs" / "worse")
    bad.folder.mkdir()
    (bad.folder / "config.json").write_bytes((good.folder / "config.json").read_bytes())
    frame = read_predictions(good.predictions_file)
    blurred = 0.5 + (frame["probability"] - 0.5) * ([0.5, -0.5, 0.5, 0.5] * 100)
    write_predictions(bad.predictions_file, frame.assign(probability=blurred))
    return home


def test_json_holds_metrics_pairs_and_nothing_else_is_printed(runs: Path, capsys):
    assert main(["compare", RUN, "worse", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["n"] == 200 and [each["name"] for each in found["detectors"]] == [RUN, "worse"]
    pair = found["pairs"][0]
    assert (pair["a"], pair["b"]) == (RUN, "worse") and pair["only_a"] > pair["only_b"] and pair["p"] < 0.001
    assert pair["differences"]["accuracy"]["low"] > 0


def test_the_words_say_who_is_right_where(runs: Path, tmp_path: Path, capsys):
    assert main(["compare", RUN, "worse", "--out", str(tmp_path / "joined.csv")]) == 0
    said = capsys.readouterr().out
    assert "200 images, each known by its path" in said and "which is hardly chance" in said and "first minus second" in said
    assert {f"probability: {RUN}", "right: worse"} <= set(pd.read_csv(tmp_path / "joined.csv").columns)


@pytest.fixture
def lamps(tmp_path: Path) -> Path:
    for number in range(12):
        for name, level in (("real", 40 + number), ("ai", 190 + number)):
            file = tmp_path / "lamps" / name / f"{number}.png"
            file.parent.mkdir(parents=True, exist_ok=True)
            flat(level).save(file)
    return tmp_path / "lamps"


def test_weights_are_compared_on_a_data_set_which_is_scored_once(bright: Path, lamps: Path, capsys):
    from detector.data.folders import open_data

    second = bright.parent / "second"
    second.mkdir()
    for file in bright.iterdir():
        (second / file.name).write_bytes(file.read_bytes())
    some = [item.sha256[:16] for item in open_data(str(lamps)).items[:3]]
    write_text(second / "training_images.txt", "\n".join(some) + "\n")
    assert len(seen_hashes(second)) == 3
    assert main(["compare", "bright", "second", "--data", str(lamps), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["n"] == 21 and found["matched_by"] == "content"
    assert {"name": "second", "n": 3, "why": "it was trained or chosen on them"} in found["left_out"]
    kept = sorted((bright.parents[1] / "cache" / "scores").iterdir())
    before = [file.stat().st_mtime_ns for file in kept]
    assert main(["compare", "bright", "second", "--data", str(lamps), "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == found
    assert kept and [file.stat().st_mtime_ns for file in kept] == before


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ([RUN], "two detectors or more"),
        ([RUN, "missing"], "no run called missing"),
        ([RUN, RUN], "named twice"),
        ([RUN, "worse", "--data", "/no/such/folder"], "is not there"),
    ],
)
def test_a_mistake_is_one_line(runs: Path, capsys, words: list[str], message: str):
    assert main(["compare", *words]) == 2
    told = capsys.readouterr().err.strip().splitlines()
    assert message in told[-1] and sum("error:" in line for line in told) == 1
