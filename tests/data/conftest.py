import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from detector.home import REPOSITORY


@pytest.fixture(autouse=True)
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DETECTOR_HOME", str(tmp_path / "workspace"))
    return tmp_path / "workspace"


@pytest.fixture
def write_image():
    """Writes a small noisy picture, a different one each time, and returns where."""
    rng = np.random.default_rng(0)

    def write(path: Path, size: tuple[int, int] = (20, 16)) -> Path:
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(rng.integers(0, 256, (size[1], size[0], 3), np.uint8)).save(path)
        return path

    return write


@pytest.fixture
def both_print():
    """Runs the same program in two processes at once and returns what each printed."""

    def run(program: str, *arguments: str) -> list[str]:
        command = [sys.executable, "-c", program, *arguments]
        workers = [subprocess.Popen(command, cwd=REPOSITORY, stdout=subprocess.PIPE, text=True) for _ in range(2)]
        return [worker.communicate(timeout=90)[0].strip() for worker in workers]

    return run
