import json
from pathlib import Path

import pytest

from detector.__main__ import main
from detector.cross_store import saved_left_out
from detector.training.runs import list_runs
from tests.studies.toys import make_pictures

WORDS = ["--model", "lenet5", "--no-pretrained", "--epochs", "2", "--batch-size", "16", "--valid-fraction", "0.25",
         "--test-fraction", "0.25", "--device", "cpu", "--name", "toy"]  # fmt: skip


@pytest.fixture
def pictures(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Pictures of two generators beside real ones."""
    monkeypatch.setenv("DETECTOR_HOME", str(tmp_path / "home"))
    make_pictures(tmp_path / "set", 16, seed=1, prefix="dalle__")
    make_pictures(tmp_path / "set", 16, seed=2, prefix="sdxl__")
    return tmp_path / "set"


def test_each_generator_is_left_out_once_and_nothing_is_done_twice(pictures: Path, capsys) -> None:
    assert main(["leave-one-out", "--data", str(pictures), *WORDS, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["columns"] == ["dalle", "sdxl"]
    assert [cell["n_ai"] for cell in found["cells"]] == [16, 16]
    assert len({cell["n_real"] for cell in found["cells"]}) == 1 and found["cells"][0]["n_real"] > 0
    assert set(found["auc_summary"]["rows"]["toy"]) == {"mean", "lowest", "where", "n"}
    runs = {run.name: run for run in list_runs()}
    assert set(runs) == {"toy-without-dalle", "toy-without-sdxl"}
    manifest = runs["toy-without-dalle"].manifest_file.read_text().splitlines()
    assert {line.split(",")[3] for line in manifest if line.startswith("ai/dalle")} == {"test"}
    before = {name: run.predictions_file.stat().st_mtime_ns for name, run in runs.items()}
    assert main(["leave-one-out", "--data", str(pictures), *WORDS, "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == found
    assert {run.name: run.predictions_file.stat().st_mtime_ns for run in list_runs()} == before
    assert [matrix.rows for matrix in saved_left_out()] == [("toy",)]


def test_data_of_one_generator_is_one_line_and_status_two(tmp_path: Path, monkeypatch, capsys) -> None:
    monkeypatch.setenv("DETECTOR_HOME", str(tmp_path / "home"))
    data = make_pictures(tmp_path / "set", 8, prefix="dalle__")
    assert main(["leave-one-out", "--data", str(data), *WORDS]) == 2
    printed = capsys.readouterr().err
    assert "names 1 generators" in printed and not list_runs()


def test_leaving_out_a_generator_by_hand_is_a_flag_of_train(pictures: Path, capsys) -> None:
    words = [word for word in WORDS if word not in ("--name", "toy")]
    assert main(["train", "--data", str(pictures), *words, "--name", "hand", "--leave-out", "imagen"]) == 2
    assert "no generator 'imagen'" in capsys.readouterr().err
    assert main(["leave-one-out", "--data", str(pictures), *WORDS, "--leave-out", "sdxl"]) == 2
