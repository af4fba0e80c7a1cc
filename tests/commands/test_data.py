import json
import subprocess
import sys
from pathlib import Path

import pytest

from detector.__main__ import main
from detector.data.catalog import find_public
from detector.home import data_folder
from tests.data.hub_server import Hub, running_hub, shard
from tests.data.zip_attacks import made


@pytest.fixture(autouse=True)
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DETECTOR_HOME", str(tmp_path / "home"))


def told(capsys, *words: str) -> dict:
    assert main(["data", *words, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_a_zip_is_unpacked_and_then_listed(tmp_path: Path, capsys):
    (tmp_path / "holiday.zip").write_bytes(made({"set/notes.txt": b"x"}))
    found = told(capsys, "unpack", str(tmp_path / "holiday.zip"))
    assert (found["name"], found["files"], found["left_out"]) == ("holiday", 2, 1)
    assert [(row["name"], row["kind"]) for row in told(capsys, "list")["sets"]] == [("lab", "lab"), ("holiday", "own")]
    assert main(["data", "list"]) == 0
    assert str(data_folder() / "holiday") in capsys.readouterr().out


def test_what_is_refused_is_one_line_and_status_2(tmp_path: Path, capsys):
    (tmp_path / "bad.zip").write_bytes(made({"../evil.jpg": b"x"}))
    assert main(["data", "unpack", str(tmp_path / "bad.zip")]) == 2
    assert main(["data", "unpack", str(tmp_path / "gone.zip")]) == 2
    assert main(["data", "fetch", "nonesuch"]) == 2
    assert main(["data", "fetch", "web-975"]) == 2
    assert main(["data", "fetch", "cifake", "--endpoint", "http://127.0.0.1:9"]) == 2
    out = capsys.readouterr()
    assert out.out == ""
    assert len([line for line in out.err.splitlines() if line.startswith("error: ")]) == 5
    assert "Traceback" not in out.err


def test_the_catalogue_warns_and_says_how_to_get_each(capsys):
    assert main(["data", "catalog"]) == 0
    text = capsys.readouterr().out
    assert "Beware: 32 pixels a side" in text
    assert "data fetch cifake" in text
    assert len(told(capsys, "catalog")["sets"]) >= 5


def test_a_public_set_is_fetched_in_part(capsys):
    hub = find_public("cifake").hub
    assert hub is not None
    with running_hub(Hub({hub.repository: {"train.parquet": shard([0, 1] * 5, ["FAKE", "REAL"])}})) as running:
        found = told(capsys, "fetch", "cifake", "--most", "3", "--name", "small", "--endpoint", running.address)
    assert found == {"name": "small", "folder": str(data_folder() / "small"), "images": 6}


@pytest.mark.parametrize("number", ["0", "-1", "many"])
def test_a_limit_that_is_no_number_is_explained(number, capsys):
    with pytest.raises(SystemExit):
        main(["data", "fetch", "cifake", f"--most={number}"])
    assert "give 1 or more" in capsys.readouterr().err


def test_lists_come_without_loading_anything_heavy():
    code = """
import sys
from detector.__main__ import main
main(["data", "list"]); main(["data", "catalog"])
print({"torch", "timm", "sklearn", "pyarrow", "huggingface_hub"} & set(sys.modules))
"""
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert told.splitlines()[-1] == "set()"
