import json
from pathlib import Path

import pytest
from PIL import ImageOps

from detector.__main__ import main
from detector.home import data_folder
from tests.data.cleaning.pictures import scene


@pytest.fixture
def pictures(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DETECTOR_HOME", str(tmp_path / "home"))
    root = tmp_path / "set"
    for folder in ("real", "ai"):
        (root / folder).mkdir(parents=True)
        scene(len(folder)).save(root / folder / "plain.png")
    ImageOps.expand(scene(5), 12, "black").save(root / "real" / "framed.png")
    return root


def test_find_accept_and_write(pictures: Path, capsys):
    assert main(["clean", str(pictures), "--find", "--json"]) == 0
    (proposal,) = json.loads(capsys.readouterr().out)["proposals"]
    assert (proposal["kind"], proposal["path"], proposal["boxes"]) == ("border", "real/framed.png", [[12, 12, 332, 252]])
    assert main(["clean", str(pictures), "--accept", "border", "--out", "clean", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["accepted"] == 1
    assert said["copy"]["cropped"] == 1
    log = data_folder() / "clean" / "edits.jsonl"
    assert main(["clean", str(pictures), "--log", str(log), "--out", "again"]) == 0
    assert "1 cropped" in capsys.readouterr().out
    assert (data_folder() / "again/real/framed.png").read_bytes() == (data_folder() / "clean/real/framed.png").read_bytes()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "Nothing is asked for"),
        (["--accept", "dust"], "'dust' is not known"),
        (["--find", "--above", "2"], "between 0 and 1"),
        (["--log", "x.jsonl"], "--out NAME"),
        (["--log", "x.jsonl", "--out", "clean"], "is not there"),
        (["--out", "../clean"], "cannot be a name"),
    ],
)
def test_a_mistake_costs_one_line(pictures: Path, capsys, words, said):
    assert main(["clean", str(pictures), *words]) == 2
    told = capsys.readouterr().err
    assert said in told
    assert len(told.splitlines()) == 1
