import json
from pathlib import Path

from detector.__main__ import main
from detector.review.desk import answer, items
from tests.workspaces import fill, write_set


def said(capsys) -> dict:
    return json.loads(capsys.readouterr().out)


def test_a_queue_is_made_answered_exported_imported_and_becomes_data(tmp_path: Path, monkeypatch, capsys):
    monkeypatch.setenv("DETECTOR_HOME", str(tmp_path / "home"))
    fill(tmp_path / "home")
    folder = write_set(tmp_path / "photos", 4)
    assert main(["review", "list"]) == 0 and "no queue yet" in capsys.readouterr().out
    assert main(["review", "create", "doubtful", "--folder", str(folder), "--weights", "stripes", "--json"]) == 1  # one is broken
    assert said(capsys)["images"] == 8
    for item in items("doubtful")[0]:
        answer(item.id, "Ann", ("real", "ai")[item.label])
    assert main(["review", "list", "--json"]) == 0 and said(capsys)["queues"][0]["progress"]["done"] == 8
    assert main(["review", "stats", "doubtful"]) == 0 and "right in 100 %" in capsys.readouterr().out
    for kind in ("csv", "jsonl", "parquet"):
        out = tmp_path / f"answers.{kind}"
        assert main(["review", "export", "doubtful", "--out", str(out)]) == 0 and out.stat().st_size
        assert main(["review", "import", "doubtful", str(out), "--json"]) == 0
        assert (found := said(capsys))["added"] == 0 and found["known"] == 8
    assert main(["review", "data", "doubtful", "--name", "fixed"]) == 0
    assert main(["review", "data", "doubtful", "--table", str(tmp_path / "fixed.csv")]) == 0
    capsys.readouterr()
    assert main(["data", "list"]) == 0 and "fixed" in capsys.readouterr().out
    assert main(["review", "pin", "doubtful", "--json"]) == 0 and said(capsys)["pinned"] > 0


def test_mistakes_are_told_in_one_line(tmp_path: Path, monkeypatch, capsys):
    monkeypatch.setenv("DETECTOR_HOME", str(tmp_path / "home"))
    for words in (
        ["stats", "nothing"],
        ["export", "nothing", "--out", str(tmp_path / "a.txt")],
        ["import", "nothing", str(tmp_path / "missing.csv")],
        ["create", "x", "--folder", str(tmp_path / "nowhere")],
        ["data", "nothing"],
    ):
        assert main(["review", *words]) == 2
        told = capsys.readouterr().err
        assert told.startswith("error: ") and told.count("\n") == 1
