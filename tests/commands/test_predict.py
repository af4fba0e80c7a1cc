import csv
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from detector.__main__ import main

COLUMNS = ["path", "label", "probability", "verdict", "error"]


def rows_of(text: str) -> dict[str, dict[str, str]]:
    table = csv.DictReader(io.StringIO(text))
    rows = {Path(row["path"]).name: row for row in table}
    assert table.fieldnames == COLUMNS
    return rows


def test_a_folder_is_walked_and_a_damaged_file_gets_its_line(bright: Path, photos: Path, capsys):
    assert main(["predict", str(photos), "--weights", "bright"]) == 0
    rows = rows_of(capsys.readouterr().out)
    assert set(rows) == {"bright.jpg", "dark.png", "broken.png"}
    assert (rows["bright.jpg"]["label"], rows["bright.jpg"]["verdict"]) == ("ai", "ai")
    assert rows["dark.png"]["label"] == "real"
    assert float(rows["dark.png"]["probability"]) < 0.5 < float(rows["bright.jpg"]["probability"])
    assert rows["broken.png"]["error"]
    assert rows["broken.png"]["label"] == rows["broken.png"]["probability"] == ""


def test_files_come_in_the_order_given_and_a_missing_one_gets_its_line(bright: Path, photos: Path, capsys):
    assert main(["predict", str(photos / "inner" / "dark.png"), str(photos / "gone.png"), str(photos / "bright.jpg")]) == 0
    rows = rows_of(capsys.readouterr().out)
    assert list(rows) == ["dark.png", "gone.png", "bright.jpg"]
    assert "not there" in rows["gone.png"]["error"]


def test_rows_go_to_the_file_of_out_and_not_to_the_screen(bright: Path, photos: Path, tmp_path: Path, capsys):
    out = tmp_path / "tables" / "verdicts.csv"
    assert main(["predict", str(photos), "--out", str(out)]) == 0
    assert len(rows_of(out.read_text(encoding="utf-8"))) == 3
    told = capsys.readouterr()
    assert told.out == ""
    assert "2 of 3 images classified by bright" in told.err


def test_json_is_one_object_and_nothing_else(bright: Path, photos: Path, capsys):
    assert main(["predict", str(photos), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["weights"], found["classified"], found["failed"]) == ("bright", 2, 1)
    assert [list(row) for row in found["images"]] == [COLUMNS] * 3


@pytest.mark.parametrize("name", ["broken.png", "notes.txt", "gone.png", "empty"])
def test_the_exit_status_is_1_when_nothing_could_be_classified(bright: Path, photos: Path, name: str, capsys):
    (photos / "empty").mkdir()
    assert main(["predict", str(photos / name)]) == 1
    assert all(row["error"] for row in rows_of(capsys.readouterr().out).values())


def test_many_pictures_are_classified_in_batches(bright: Path, photos: Path, capsys):
    assert main(["predict", *[str(photos / "bright.jpg"), str(photos / "inner" / "dark.png")] * 20]) == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert [row["label"] for row in rows] == ["ai", "real"] * 20


def test_unknown_weights_and_a_place_that_cannot_be_written_are_told_in_one_line(bright: Path, photos: Path, capsys):
    assert main(["predict", str(photos), "--weights", "nobody"]) == 2
    assert main(["predict", str(photos), "--out", str(photos / "notes.txt" / "out.csv")]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert [line.split(":")[0] for line in told.err.splitlines() if line.startswith("error")] == ["error", "error"]
    assert "Traceback" not in told.err


def test_a_file_name_that_is_no_text_is_written_as_text(bright: Path, photos: Path, tmp_path: Path):
    (photos / "bright.jpg").rename(photos / os.fsdecode(b"bright\xff.jpg"))
    assert main(["predict", str(photos), "--out", str(tmp_path / "out.csv")]) == 0
    assert "bright\ufffd.jpg" in rows_of((tmp_path / "out.csv").read_text(encoding="utf-8"))


@pytest.mark.parametrize("command", ["predict", "explain"])
def test_help_comes_without_loading_a_network_library(command: str):
    code = f"""
import sys
from detector.__main__ import main
try:
    main(["{command}", "--help"])
except SystemExit:
    print({{"torch", "timm", "sklearn", "plotly"}} & set(sys.modules))
"""
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert "--weights" in told
    assert told.splitlines()[-1] == "set()"
