import json
import subprocess
import sys
from pathlib import Path

import pytest

from detector.__main__ import main
from detector.studies.job import Job
from detector.studies.plans import PLANS
from detector.studies.result import read_result
from tests.studies.test_reproduce import TOY
from tests.studies.toys import make_pictures

HOLD = """
import sys
from filelock import FileLock

with FileLock(sys.argv[1]):
    print("held", flush=True)
    sys.stdin.readline()
"""


@pytest.fixture
def pictures(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Toy pictures, and a toy study among the real ones, which trains in seconds."""
    monkeypatch.setenv("DETECTOR_HOME", str(tmp_path / "home"))
    monkeypatch.setitem(PLANS, "toy", TOY)
    return make_pictures(tmp_path / "pictures", 24)


def test_json_is_one_object_and_the_result_is_kept_for_the_page(
    pictures: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["reproduce", "toy", "--role", f"web={pictures}", "--json", "--out", str(tmp_path / "out")]) == 0
    (study,) = json.loads(capsys.readouterr().out)["studies"]
    assert study["study"] == "toy" and study["outcomes"][0]["name"] == "net"
    job = Job("toy", "small")
    assert job.status().state == "finished"
    assert job.roles() == (f"web={pictures}",)
    assert read_result(job.result_file) == read_result(tmp_path / "out" / "toy.json")


def test_the_table_shows_reported_here_and_verdicts(pictures: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["reproduce", "toy", "--role", f"web={pictures}"]) == 0
    printed = capsys.readouterr().out
    assert "reported" in printed and "100.0%" in printed
    assert "not run: castles. Role castle is not filled." in printed
    assert "It beats castles." in printed


def test_all_passes_over_studies_without_a_role_and_says_so(pictures: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["reproduce", "all", "--role", f"other={pictures}"]) == 2
    printed = capsys.readouterr().err
    assert "boston: passed over, none of its roles is filled (faces)." in printed
    assert len([line for line in printed.splitlines() if line.startswith("error: ")]) == 1


@pytest.mark.parametrize(
    "words", [["reproduce", "toy"], ["reproduce", "toy", "--role", "web=/no/such"], ["reproduce", "toy", "--role", "x"]]
)
def test_a_mistake_is_one_line_and_status_two(pictures: Path, words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(words) == 2
    errors = [line for line in capsys.readouterr().err.splitlines() if line.startswith("error: ")]
    assert len(errors) == 1


def test_a_study_that_is_running_is_not_started_twice(pictures: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = Job("toy", "small").folder
    folder.mkdir(parents=True)
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(folder / "lock")], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout.readline() == "held\n"
        assert main(["reproduce", "toy", "--role", f"web={pictures}"]) == 2
        holder.communicate("\n", timeout=30)
    assert "being run by another process" in capsys.readouterr().err
