import json
from pathlib import Path

import pytest

from detector.__main__ import main


def test_json_holds_a_row_a_picture_and_method_and_their_sums(bright: Path, photos: Path, tmp_path: Path, capsys):
    plot = tmp_path / "plot.html"
    assert main(["check-maps", str(photos), "--methods", "gradcam,hirescam", "--steps", "3", "--plot", str(plot), "--json"]) == 0
    told = capsys.readouterr()
    found = json.loads(told.out)
    assert [(one["method"], one["n"]) for one in found["methods"]] == [("gradcam", 2), ("hirescam", 2)]
    assert sorted({row["path"] for row in found["images"]}) == ["bright.jpg", "inner/dark.png"]
    for one in found["methods"]:
        assert one["better"] + one["unclear"] + one["no_better"] == one["n"]
    assert "left out: broken.png" in told.err
    assert "Ahead of random maps" in plot.read_text(encoding="utf-8")


def test_without_json_a_table_is_printed_and_only_so_many_pictures_are_taken(bright: Path, photos: Path, capsys):
    (photos / "broken.png").unlink()
    assert main(["check-maps", str(photos), "--images", "1", "--steps", "3"]) == 0
    head, line = capsys.readouterr().out.splitlines()
    assert head.startswith("method")
    assert line.split()[:2] == ["Grad-CAM", "1"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["{photos}", "--methods", "gradcam,guess"], "'guess' is not known"),
        (["{photos}", "--methods", "attention"], "does not suit this network"),
        (["{photos}", "--methods", ","], "No method is named"),
        (["{photos}", "--images", "0"], "1 or more"),
        (["{photos}", "--steps", "1"], "between 2 and 64"),
        (["{photos}/gone"], "no folder"),
        (["{photos}/empty"], "holds no pictures"),
    ],
)
def test_a_mistake_costs_one_line(bright: Path, photos: Path, capsys, arguments, words):
    (photos / "empty").mkdir()
    assert main(["check-maps", *(argument.format(photos=photos) for argument in arguments)]) == 2
    told = capsys.readouterr().err
    assert words in told
    assert len(told.splitlines()) == 1
