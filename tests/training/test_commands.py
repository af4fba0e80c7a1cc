import json
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from detector.__main__ import main
from detector.data.manifest import Manifest
from detector.home import REPOSITORY
from detector.training.config import TrainConfig
from detector.training.runs import create_run, find_run

QUICK = ["--model", "lenet5", "--epochs", "2", "--batch-size", "16", "--device", "cpu"]


def test_train_prints_the_runs_folder_last(workspace: Path, striped: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["train", "--data", str(striped), *QUICK, "--name", "mine"]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == str(workspace / "runs" / "mine")
    assert find_run("mine").status().state == "finished"


def test_runs_as_json_is_one_object_and_nothing_else(workspace: Path, striped: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["train", "--data", str(striped), *QUICK, "--name", "mine"])
    capsys.readouterr()
    assert main(["runs", "--json"]) == 0
    (row,) = json.loads(capsys.readouterr().out)["runs"]
    assert (row["name"], row["state"], row["epoch"], row["model"]) == ("mine", "finished", 2, "lenet5")
    assert row["test"]["n"] > 0 and row["best"]["valid_loss"] >= 0


def test_evaluate_prints_the_promised_keys_and_counts_what_was_seen_in_training(
    workspace: Path, striped: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["train", "--data", str(striped), *QUICK, "--name", "mine"])
    capsys.readouterr()
    assert main(["evaluate", "--weights", "mine", "--data", str(striped), "--json"]) == 0
    printed = capsys.readouterr()
    report = json.loads(printed.out)
    rates = {"accuracy", "balanced_accuracy", "precision", "recall", "f1", "recall_real", "recall_ai", "auc"}
    assert {"n", *rates, "confusion_matrix"} <= set(report)
    assert report["n"] == 80 == sum(map(sum, report["confusion_matrix"]))
    test_images = len(Manifest.from_csv(find_run("mine").manifest_file, striped).of("test"))
    assert report["seen_in_training"] == 80 - test_images and "flatter" in printed.err


def test_evaluate_unseen_scores_the_test_images_as_the_run_did(
    workspace: Path, striped: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["train", "--data", str(striped), *QUICK, "--name", "mine"])
    main(["evaluate", "--weights", "mine", "--data", str(striped), "--unseen", "--json", "--out", str(tmp_path / "scores.csv")])
    scored = pd.read_csv(tmp_path / "scores.csv").set_index("path")["probability"]
    run = pd.read_csv(find_run("mine").predictions_file).query("split == 'test'").set_index("path")["probability"]
    assert set(scored.index) == set(run.index)
    assert (scored - run).abs().max() < 1e-5


@pytest.mark.parametrize(
    "words",
    [
        ["train", "--data", "/no/such/folder", *QUICK],
        ["train", "--data", "lab", "--epochs", "0"],
        ["train", "--data", "lab", "--model", "lenet6"],
        ["train", "--resume", "nobody"],
        ["evaluate", "--weights", "nobody", "--data", "lab"],
    ],
)
def test_a_mistake_is_one_line_on_standard_error_and_status_two(
    workspace: Path, words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(words) == 2
    printed = capsys.readouterr()
    errors = [line for line in printed.err.splitlines() if line.startswith("error: ")]
    assert len(errors) == 1 and "Traceback" not in printed.err


@pytest.mark.parametrize("command", ["train", "evaluate", "predict", "explain", "runs"])
def test_help_is_there_for_every_command_and_loads_no_torch(command: str) -> None:
    code = (
        "import sys\nfrom detector.__main__ import main\n"
        f"try:\n main([{command!r}, '--help'])\nfinally:\n assert 'torch' not in sys.modules"
    )
    shown = subprocess.run([sys.executable, "-c", code], cwd=REPOSITORY, capture_output=True, text=True, check=True)
    assert shown.stdout.startswith(f"usage: python -m detector {command}")


def test_a_run_that_is_being_trained_cannot_be_trained_twice(workspace: Path, small: TrainConfig) -> None:
    run = create_run(small, "busy")
    with run.lock():
        code = "import sys, filelock; from detector.__main__ import main; sys.exit(main(sys.argv[1:]))"
        done = subprocess.run(
            [sys.executable, "-c", code, "train", "--run-dir", str(run.folder)],
            cwd=REPOSITORY,
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 2 and "another process" in done.stderr


def test_two_processes_share_the_work_and_score_every_image_once(workspace: Path, small: TrainConfig) -> None:
    run = create_run(small.but(epochs=2), "shared")
    torchrun = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc_per_node", "2"]
    worker = ["-m", "detector", "train", "--run-dir", str(run.folder)]
    done = subprocess.run([*torchrun, *worker], cwd=REPOSITORY, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr[-6000:]
    assert run.status().state == "finished" and len(run.metrics()) == 2
    manifest = Manifest.from_csv(run.manifest_file, Path(small.data))
    frame = pd.read_csv(run.predictions_file)
    assert list(frame["path"]) == [item.path for split in ("valid", "test") for item in manifest.of(split)]
    right = (frame["probability"] >= 0.5) == (frame["label"] == 1)
    assert right[frame["split"] == "test"].mean() == run.about()["result"]["test"]["accuracy"]
