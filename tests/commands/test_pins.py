import json
from pathlib import Path

from detector.__main__ import main
from detector.training.config import TrainConfig
from detector.training.engine import fit
from detector.training.runs import create_run
from tests.training.conftest import small, striped, workspace  # noqa: F401 - fixtures


def said(capsys) -> dict:
    return json.loads(capsys.readouterr().out)


def test_pins_are_added_listed_checked_and_removed(bright: Path, photos: Path, capsys):
    assert main(["pins", "add", str(photos / "bright.jpg"), "--label", "real", "--note", "a lamp", "--json"]) == 0
    digest = said(capsys)["added"][0]["sha256"]
    assert main(["pins", "add", str(photos / "inner" / "dark.png"), "--label", "real"]) == 0
    capsys.readouterr()
    assert main(["pins", "check", "--weights", "bright"]) == 0
    assert capsys.readouterr().out.startswith("bright: 1 of 2 right")
    assert main(["pins", "list", "--json"]) == 0
    found = said(capsys)
    assert len(found["pins"]) == 2 and found["detectors"][0]["scores"][digest] > 0.5
    assert main(["pins", "list"]) == 0
    assert "real  bright.jpg  (a lamp)" in capsys.readouterr().out
    assert main(["pins", "remove", digest[:8]]) == 0
    assert capsys.readouterr().out == "Removed 1 pin.\n"


def test_a_picture_that_cannot_be_pinned_costs_its_line_and_the_rest_goes_on(bright: Path, photos: Path, capsys):
    words = ["pins", "add", str(photos / "broken.png"), "/no/file.png", str(photos / "bright.jpg"), "--label", "ai", "--json"]
    assert main(words) == 1
    told = capsys.readouterr()
    assert len(json.loads(told.out)["added"]) == 1 and told.err.count("left out:") == 2


def test_without_pins_check_says_how_to_pin(bright: Path, capsys):
    assert main(["pins", "check", "--weights", "bright"]) == 2
    assert "pins add" in capsys.readouterr().err


def test_a_finished_run_has_been_shown_the_pins(workspace: Path, striped: Path, small: TrainConfig, capsys):  # noqa: F811
    for name in ("real", "ai"):
        assert main(["pins", "add", str(striped / name / "00.png"), "--label", name]) == 0
    run = create_run(small.but(epochs=1), "first")
    with run.lock():
        fit(run)
    capsys.readouterr()
    assert main(["pins", "list", "--json"]) == 0
    assert [(each["name"], len(each["scores"])) for each in said(capsys)["detectors"]] == [("first", 2)]
