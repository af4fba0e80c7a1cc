import json
import shutil
from pathlib import Path

import pytest

from detector.__main__ import main
from detector.cross_store import last_matrix
from tests.conftest import flat


@pytest.fixture
def sets(tmp_path: Path) -> list[Path]:
    """A set in which light tells the classes apart, and one in which it is the other way round."""
    for name, real, ai in (("lamps", 50, 200), ("caves", 200, 50)):
        for folder, level in (("real", real), ("ai", ai)):
            (tmp_path / name / folder).mkdir(parents=True)
            for number in range(6):
                generator = "" if folder == "real" else ("dalle__", "sdxl__")[number % 2]
                flat(level + number + (9 if name == "caves" else 0), (40, 40)).save(
                    tmp_path / name / folder / f"{generator}{number}.png"
                )
    return [tmp_path / "lamps", tmp_path / "caves"]


def test_each_detector_is_tested_on_each_set(bright: Path, sets: list[Path], tmp_path: Path, capsys) -> None:
    shutil.copytree(bright, bright.with_name("twin"))
    out = tmp_path / "out" / "matrix.json"
    data = ",".join(map(str, sets))
    assert main(["cross", "--weights", "bright,twin", "--data", data, "--json", "--out", str(out)]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["rows"] == ["bright", "twin"] and found["columns"] == ["lamps", "caves"]
    auc = {(cell["row"], cell["column"]): cell["values"]["auc"] for cell in found["cells"]}
    assert auc == {("bright", "lamps"): 1.0, ("bright", "caves"): 0.0, ("twin", "lamps"): 1.0, ("twin", "caves"): 0.0}
    assert found["auc_summary"]["rows"]["bright"] == {"mean": 0.5, "lowest": 0.0, "where": "caves", "n": 2}
    assert json.loads(out.read_text()) == found
    matrix = last_matrix()
    assert matrix is not None and matrix.trained_on["bright"] == "lamps"


def test_generators_share_the_real_images_of_their_set(bright: Path, sets: list[Path], capsys) -> None:
    assert main(["cross", "--weights", "bright", "--data", str(sets[0]), "--by", "generator", "--json"]) == 0
    cells = json.loads(capsys.readouterr().out)["cells"]
    assert [(cell["column"], cell["n_real"], cell["n_ai"]) for cell in cells] == [("dalle", 6, 3), ("sdxl", 6, 3)]


def test_a_set_or_detector_that_is_not_there_is_a_note_and_the_rest_goes_on(bright: Path, sets: list[Path], capsys) -> None:
    assert main(["cross", "--weights", "bright,nobody", "--data", f"{sets[0]},/no/such", "--images", "4"]) == 0
    printed = capsys.readouterr()
    assert len([line for line in printed.err.splitlines() if line.startswith("note: ")]) == 3  # and no record of training images
    assert "1.000" in printed.out and "4 real, 4 AI" in printed.out


def test_nothing_to_test_is_one_line_and_status_two(bright: Path, capsys) -> None:
    assert main(["cross", "--weights", "bright", "--data", "/no/such"]) == 2
    assert len([line for line in capsys.readouterr().err.splitlines() if line.startswith("error: ")]) == 1
