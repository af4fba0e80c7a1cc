"""The set of pictures from software packages: what the table names is found inside them, and what is missing is told."""

import csv
import hashlib
import zipfile
from pathlib import Path

import pytest

from benchmarks import packages_set
from tests.workspaces import picture


@pytest.fixture
def downloads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A wheel with two pictures and a text; the table wants one of them, and one of a package that is not there."""
    wanted, other = picture(1), picture(2)
    folder = tmp_path / "downloads"
    folder.mkdir()
    with zipfile.ZipFile(folder / "templates-1.0-py3-none-any.whl", "w") as wheel:
        wheel.writestr("templates/bear.png", wanted)
        wheel.writestr("templates/../../escape.png", other)
        wheel.writestr("templates/readme.txt", b"no picture")
    table = tmp_path / "table.csv"
    with table.open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(("class", "package", "file", "sha256"))
        rows.writerow(("ai", "templates 1.0", "templates/bear.png", hashlib.sha256(wanted).hexdigest()))
        rows.writerow(("real", "photos 2.0", "a.jpg", hashlib.sha256(b"elsewhere").hexdigest()))
    monkeypatch.setattr(packages_set, "TABLE", table)
    return folder


def test_what_the_table_names_is_written_and_what_is_missing_is_told(
    downloads: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    assert packages_set.main(downloads, out) == 1
    (written,) = [path for path in out.rglob("*") if path.is_file()]
    assert written.parent.name == "ai" and written.name.startswith("mixed__") and written.read_bytes() == picture(1)
    assert "1 picture written" in capsys.readouterr().out.replace(str(out), "")


def test_a_picture_inside_a_resource_file_is_found_whole(tmp_path: Path) -> None:
    from io import BytesIO

    from PIL import Image

    buffer = BytesIO()
    Image.open(BytesIO(picture(3))).convert("RGB").save(buffer, "WEBP")
    file = tmp_path / "animals.rcc"
    file.write_bytes(b"qres" + bytes(20) + buffer.getvalue() + b"more")
    assert [data for _, data in packages_set._inside(file)] == [buffer.getvalue()]


def test_the_table_names_each_picture_once_and_both_classes() -> None:
    with packages_set.TABLE.open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert len({row["sha256"] for row in rows}) == len(rows) > 400
    assert {row["class"] for row in rows} == {"real", "ai"} and all(row["package"] and row["file"] for row in rows)
