"""The table of strangers' pictures: verdicts beside the truth, by package."""

import csv
import json
from pathlib import Path

import pytest

from benchmarks import strangers


def test_verdicts_are_counted_without_files_that_could_not_be_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with strangers.TABLE.open(newline="") as file:
        rows = list(csv.DictReader(file))
    real, ai = ([row for row in rows if row["class"] == name][:2] for name in ("real", "ai"))
    scores = [(real[0], 0.1, "real"), (real[1], 0.8, "inconclusive"), (ai[0], 0.9, "ai"), (ai[1], 0.2, "real")]
    images = [
        {"path": f"out/{row['class']}/{'mixed__' if row['class'] == 'ai' else ''}{row['sha256'][:8]}-a.png",
         "probability": score, "verdict": verdict}
        for row, score, verdict in scores
    ]  # fmt: skip
    unread = {
        "path": f"out/ai/mixed__{ai[0]['sha256'][:8]}-b.png",
        "probability": "",
        "verdict": "",
        "error": "It is no picture.",
    }
    file = tmp_path / "toy.json"
    file.write_text(json.dumps({"weights": "toy", "threshold": 0.5, "images": [*images, unread]}))
    strangers.main([file])
    said = capsys.readouterr().out
    assert "AUC                          0.750" in said
    assert "1 of 2\n  AI-generated found" in said and "1 of 4\n  right of what is decided     0.667" in said
    assert f"{ai[0]['package']:52}" in said


def test_pictures_of_another_set_are_refused_in_a_line(tmp_path: Path) -> None:
    file = tmp_path / "toy.json"
    images = [{"path": "out/ai/mixed__00000000-a.png", "probability": 0.5}]
    file.write_text(json.dumps({"weights": "toy", "threshold": 0.5, "images": images}))
    with pytest.raises(SystemExit, match="both classes"):
        strangers.main([file])
