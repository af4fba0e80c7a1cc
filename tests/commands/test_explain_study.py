import json
from pathlib import Path

import pytest

from detector.__main__ import main
from detector.explain.study import read_study
from tests.explain.faces import save_faces


@pytest.fixture
def faces(tmp_path: Path) -> Path:
    save_faces(tmp_path / "faces")
    return tmp_path / "faces"


def test_json_is_the_study_and_out_keeps_it(bright: Path, faces: Path, tmp_path: Path, capsys) -> None:
    out = tmp_path / "kept" / "study.json"
    arguments = [str(faces), "--weights", "bright", "--faces", "2", "--out", str(out), "--json"]
    assert main(["explain-study", *arguments]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["weights"], found["n"], found["counts"]["ai"]) == ("bright", 2, 1)
    assert found["sentences"] == list(read_study(out).sentences)


def test_without_json_it_says_what_follows(bright: Path, faces: Path, capsys) -> None:
    assert main(["explain-study", str(faces), "--faces", "2"]) == 0
    told = capsys.readouterr().out
    assert "2 faces (1 real, 1 AI-generated" in told
    assert "mouth" in told and "Smiles:" in told and "Wrinkles:" in told and "Texture: only" in told


@pytest.mark.parametrize(
    ("arguments", "words"),
    [(["gone"], "is not there"), (["{faces}", "--faces", "1"], "give --faces 2"), (["{faces}", "--weights", "none"], "none")],
)
def test_a_mistake_is_told_in_one_line(bright: Path, faces: Path, capsys, arguments, words) -> None:
    assert main(["explain-study", *(argument.format(faces=faces) for argument in arguments)]) == 2
    told = capsys.readouterr()
    assert told.out == "" and len(told.err.splitlines()) == 1 and words in told.err
