"""Two small sets and a workspace of their own."""

from pathlib import Path

import pytest

from detector.benchmark.pictures import BenchSet, open_sets
from tests.benchmark.sets import GENERATORS, make_set


@pytest.fixture(scope="session")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The folders of the sets, by name."""
    root = tmp_path_factory.mktemp("sets")
    return {"art": make_set(root / "art", 36, GENERATORS, 0), "faces": make_set(root / "faces", 120, ("stylegan",), 1)}


@pytest.fixture
def sets(folders: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[BenchSet, ...]:
    """The sets opened in an empty workspace."""
    monkeypatch.setenv("DETECTOR_HOME", str(tmp_path / "home"))
    return open_sets([f"{name}={folder}" for name, folder in folders.items()])
