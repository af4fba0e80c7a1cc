import json
from pathlib import Path

import pytest

from detector.__main__ import main
from tests.workspaces import RUN, fill


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DETECTOR_HOME", str(tmp_path / "home"))
    fill(tmp_path / "home")
    return tmp_path / "home"


def test_a_report_is_written_and_the_verdict_printed(tmp_path: Path, capsys):
    file = tmp_path / "new folder" / "report.html"
    assert main(["report", RUN, "--out", str(file)]) == 0
    out = capsys.readouterr().out
    assert out.startswith("On 200 test images (100 real, 100 AI-generated)") and str(file) in out
    assert file.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")


def test_json_says_where_it_is_and_what_was_measured(tmp_path: Path, capsys):
    file = tmp_path / "report.html"
    assert main(["report", RUN, "--split", "valid", "--out", str(file), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["file"] == str(file) and found["bytes"] == file.stat().st_size
    assert found["runs"][0]["split"] == "valid" and found["runs"][0]["metrics"]["n"] == 200


def test_thumbnails_come_when_asked_for(tmp_path: Path):
    plain, shown = tmp_path / "a.html", tmp_path / "b.html"
    assert main(["report", RUN, "--out", str(plain)]) == main(["report", RUN, "--thumbnails", "--out", str(shown)]) == 0
    assert "data:image" not in plain.read_text() and "data:image" in shown.read_text()


@pytest.mark.parametrize(
    ("words", "said"),
    [(["nobody"], "There is no run called nobody"), ([RUN, "--out", "/proc/no/report.html"], "cannot be written")],
)
def test_what_cannot_be_done_is_one_line(words: list[str], said: str, capsys):
    assert main(["report", *words]) == 2
    error = capsys.readouterr().err
    assert said in error and len(error.splitlines()) == 1
