"""Queues as people have them: small pictures of their own, scores that are easily told apart."""

from pathlib import Path

import pytest

from detector.review.desk import NewImage, Score, add_images, create_queue
from tests.workspaces import picture

MODEL, WEIGHTS = "bright", "0123456789ab"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DETECTOR_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def image(seed: int, probability: float | None = None, label: int | None = None, verdict: str = "") -> NewImage:
    """An uploaded picture; `probability` is the first detector's."""
    scores = (
        () if probability is None else (Score(MODEL, WEIGHTS, probability, 0.5, verdict or ("real", "ai")[probability >= 0.5]),)
    )
    return NewImage(f"{seed:03}.png", data=picture(seed, (12, 10)), label=label, scores=scores)


def filled(name: str = "doubtful", count: int = 6, **settings) -> str:
    """A queue of so many scored images; the n-th scores n / count, so the middle ones are least certain."""
    create_queue(name, **settings)
    add_images(name, [image(seed, (seed + 0.5) / count) for seed in range(count)])
    return name
