import json
from pathlib import Path

import pytest

from detector.__main__ import main
from detector.data.audit_store import read_audit
from detector.data.equalise import Equalise
from detector.data.folders import open_data
from tests.shortcut import write_shortcut


@pytest.fixture(scope="module")
def mixed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_shortcut(tmp_path_factory.mktemp("mixed"))


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DETECTOR_HOME", str(tmp_path / "home"))


def test_json_holds_every_finding_and_nothing_else_is_printed(mixed: Path, capsys):
    assert main(["audit", str(mixed), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["light"] == "red" and found["looked_at"] == {"real": 50, "ai": 50} and found["total"] == 100
    metadata = found["findings"][0]
    assert metadata["probe"] == "metadata" and metadata["auc"] >= 0.95 and metadata["n"] == 100


def test_without_json_the_light_the_sentence_and_a_line_a_probe_are_printed(mixed: Path, capsys):
    assert main(["audit", str(mixed)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("A shortcut is there. A model that never looks at the picture, only at how its file is stored")
    assert next(line.split()[0] for line in lines if "AUC" in line) == "red"
    assert len([line for line in lines if "AUC" in line]) == 5


def test_the_audit_is_kept_with_the_data_set_under_its_rule(mixed: Path, capsys):
    assert main(["audit", str(mixed), "--equalise", "crop", "--side", "16"]) == 0
    manifest = open_data(str(mixed))
    kept = read_audit(manifest, Equalise("crop", 16))
    assert kept is not None and kept.findings[0].auc is not None and kept.findings[0].auc < 0.75
    assert read_audit(manifest) is None


def test_a_quick_look_at_few_pictures_takes_no_better_audits_place(mixed: Path, capsys):
    assert main(["audit", str(mixed), "--most", "10"]) == 0
    assert "Too few" in capsys.readouterr().out
    assert read_audit(open_data(str(mixed))) is None


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["/no/such/folder"], "is not there"),
        (["{mixed}", "--most", "-1"], "should be 1 or more"),
        (["{mixed}", "--side", "64"], "--side belongs to --equalise"),
        (["{mixed}", "--equalise", "crop", "--side", "3"], "between 8 and"),
    ],
)
def test_a_mistake_costs_one_line(mixed: Path, capsys, arguments, words):
    assert main(["audit", *(argument.format(mixed=mixed) for argument in arguments)]) == 2
    told = capsys.readouterr().err.strip().splitlines()
    assert words in told[-1] and sum("error:" in line for line in told) == 1
