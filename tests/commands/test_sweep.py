import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from detector.__main__ import main
from detector.training.runs import list_runs
from detector.training.sweep import find_sweep, list_sweeps


@pytest.fixture
def pictures(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DETECTOR_HOME", str(tmp_path / "home"))
    random = np.random.default_rng(0)
    for name, low in (("real", 0), ("ai", 150)):
        (tmp_path / "set" / name).mkdir(parents=True)
        for number in range(16):
            pixels = random.integers(low, low + 100, (24, 24, 3), dtype=np.uint8)
            Image.fromarray(pixels).save(tmp_path / "set" / name / f"{number}.png")
    return tmp_path / "set"


def test_a_sweep_is_made_run_and_shown_from_the_command_line(pictures: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["--data", str(pictures), "--model", "lenet5", "--batch-size", "8", "--test-fraction", "0.25", "--device", "cpu"]
    assert main(["sweep", "create", "rates", *words, "--vary", "epochs=1,2", "--jobs", "1", "--json"]) == 0
    made = json.loads(capsys.readouterr().out)
    assert (made["name"], made["runs"], made["state"], made["varied"]) == ("rates", 2, "stopped", {"epochs": [1, 2]})
    assert main(["sweep", "run", "rates", "--json"]) == 0
    result = json.loads(capsys.readouterr().out)
    assert result["state"] == "finished" and [point["state"] for point in result["points"]] == ["finished"] * 2
    accuracies = {point["run"]: point["valid"]["accuracy"] for point in result["points"]}
    assert result["best"]["valid"]["accuracy"] == max(accuracies.values())
    tested = pd.read_csv(find_sweep("rates").runs()[0].predictions_file).query("split == 'test'")
    assert result["best"]["test"]["n"] == len(tested) > 0
    assert all("test" not in point for point in result["points"])
    assert main(["sweep", "show", "rates"]) == 0
    printed = capsys.readouterr().out
    assert result["best"]["run"] in printed and f"n = {len(tested)}." in printed
    assert main(["sweep", "list", "--json"]) == 0
    assert [row["name"] for row in json.loads(capsys.readouterr().out)["sweeps"]] == ["rates"]


def test_bostons_grid_is_a_preset_and_flags_change_what_all_runs_share(pictures: Path) -> None:
    assert main(["sweep", "create", "grid", "--preset", "boston-grid", "--data", str(pictures), "--epochs", "3"]) == 0
    plan = find_sweep("grid").plan()
    assert len(plan.points) == 9 and plan.base.epochs == 3 and plan.base.model == "cnn3"
    assert plan.base.data == str(pictures) and list_runs() == []


def test_a_list_of_runs_needs_no_grid(pictures: Path) -> None:
    points = ["--point", "batch_size=8,epochs=2", "--point", "batch_size=16,epochs=4"]
    assert main(["sweep", "create", "pairs", "--data", str(pictures), *points]) == 0
    assert find_sweep("pairs").plan().points == ({"batch_size": 8, "epochs": 2}, {"batch_size": 16, "epochs": 4})


@pytest.mark.parametrize(
    "words",
    [
        ["create", "x", "--data", "lab"],
        ["create", "x", "--data", "lab", "--vary", "learning_rat=1"],
        ["create", "x", "--data", "lab", "--vary", "epochs=0"],
        ["create", "x", "--data", "lab", "--vary", "epochs=1", "--point", "epochs=2"],
        ["create", "x", "--data", "/no/such/folder", "--vary", "epochs=1"],
        ["create", "x", "--data", "lab", "--vary", "epochs=1", "--jobs", "-1"],
        ["run", "nobody"],
        ["stop", "nobody"],
        ["show", "nobody"],
    ],
)
def test_a_mistake_is_one_line_and_leaves_nothing(pictures: Path, words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sweep", *words]) == 2
    printed = capsys.readouterr().err.splitlines()
    assert len(printed) == 1 and printed[0].startswith("error: ") and list_sweeps() == []
