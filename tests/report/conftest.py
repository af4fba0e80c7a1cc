import json
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from detector.data.audit import Audit, Finding
from detector.evaluation.predictions import read_predictions, write_predictions
from detector.training.config import TrainConfig
from detector.training.runs import Run
from tests.workspaces import RUN, fill

EVIL = '"><script>alert(1)</script>&amp;'
"""What a folder, a generator or a tag may be called by somebody who means no good."""


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace that is only copied: making its pictures anew for every test would take longer than the tests."""
    home = tmp_path_factory.mktemp("filled")
    fill(home)
    return home


@pytest.fixture
def run(filled: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """A finished run with an audit, counts, a command, a generator of an evil name, and pictures."""
    monkeypatch.setenv("DETECTOR_HOME", str(tmp_path))
    shutil.copytree(filled, tmp_path, dirs_exist_ok=True)
    run = Run(tmp_path / "runs" / RUN)
    audit = Audit((Finding("metadata", 0.99, 0.97, 1.0, 400),), "ab12", looked_at={"real": 200, "ai": 200}, total=400)
    run.note(
        audit=audit.to_dict(),
        fingerprint="0123456789abcdef",
        counts={"train": {"real": 300, "ai": 300}, "valid": {"real": 100, "ai": 100}, "test": {"real": 100, "ai": 100}},
        command="python -m detector train --data stripes --model lenet5 --epochs 8",
        versions={"torch": "2.13.0"},
        tags=[EVIL],
    )
    frame = read_predictions(run.predictions_file)
    write_predictions(run.predictions_file, frame.assign(generator=np.where(frame["label"] == 1, EVIL, "")))
    return run


def another_run(run: Run, name: str, shift: float, **changes: object) -> Run:
    """A run with other scores on the same images."""
    other = Run(run.folder.with_name(name))
    other.folder.mkdir()
    frame: pd.DataFrame = read_predictions(run.predictions_file)
    noise = np.random.default_rng(1).normal(0, 0.25, len(frame))
    write_predictions(other.predictions_file, frame.assign(probability=np.clip(frame["probability"] + shift + noise, 0, 1)))
    config = TrainConfig.from_dict(run.config().to_dict()).but(**changes)
    (other.folder / "config.json").write_text(json.dumps(config.to_dict()))
    return other
