import csv
import json
from pathlib import Path

import pytest

from detector.__main__ import main
from tests.benchmark.sets import GENERATORS, make_set


@pytest.fixture
def art(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DETECTOR_HOME", str(tmp_path / "home"))
    return make_set(tmp_path / "art", 8, GENERATORS)


def test_pictures_are_written_scored_elsewhere_and_measured(art: Path, tmp_path: Path, capsys) -> None:
    out = tmp_path / "out"
    assert main(["benchmark", "--data", f"art={art}", "--write-pictures", str(out)]) == 0
    assert f"256 pictures are in {out}" in capsys.readouterr().out
    with (tmp_path / "half.csv").open("w", newline="") as file:
        lines = csv.writer(file)
        lines.writerow(("path", "probability"))
        lines.writerows((file.relative_to(tmp_path), int(file.stem[:2], 16) / 255) for file in sorted(out.rglob("*.png")))
    assert main(["benchmark", "--data", f"art={art}", "--scores", str(tmp_path / "half.csv"), "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed["detector"] == "half" and {row["task"] for row in printed["rows"]} == {
        "set",
        "generator",
        "travelled",
        "calibration",
    }
    assert main(["benchmark", "--data", f"art={art}", "--scores", str(tmp_path / "half.csv"), "--tasks", "set"]) == 0
    text = capsys.readouterr().out
    assert "A whole data set left out of training" in text and "AUC" in text and "A generator left out" not in text


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--recipe", "lite0-linear", "--sets", "nowhere"], "--data nowhere=FOLDER"),
        (["--recipe", "lite0-linear", "--data", "art={art}", "--sets", "faces"], "--data does not: it has art"),
        (["--recipe", "nothing", "--data", "art={art}"], "no recipe 'nothing'"),
        (["--recipe", "quick", "--data", "art={art}", "--tasks", "fun"], "no task 'fun'"),
        (["--recipe", "quick", "--data", "art={art},art={art}"], "Two data sets are called art"),
        (["--weights", "absent", "--data", "art={art}"], "no weights and no run at 'absent'"),
        (["--weights", "lab", "--data", "art={art}", "--taps", "6"], "are for --recipe: weights are measured"),
        (["--recipe", "quick", "--data", "art={art}", "--with", "epoch=5"], "is epochs meant?"),
        (["--recipe", "quick", "--data", "art={art}", "--aligned", "magic"], "no operator 'magic'"),
        (["--recipe", "clip-taps", "--data", "art={art}"], "clip-taps needs --taps"),
        (["--recipe", "quick", "--data", "art={art}", "--seeds", "0"], "--seeds should be 1 or more"),
    ],
)
def test_a_mistake_is_one_line_and_status_two(art: Path, capsys, words: list[str], told: str) -> None:
    assert main(["benchmark", *(word.format(art=art) for word in words)]) == 2
    printed = capsys.readouterr().err.strip().splitlines()
    assert told in printed[-1] and printed[-1].startswith("error: ")
