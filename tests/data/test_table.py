from pathlib import Path

import pytest

from detector.data import table
from detector.data.table import label_in, read_table
from detector.errors import DataError
from detector.home import data_folder
from detector.labels import AI, REAL


@pytest.fixture
def folder(tmp_path, write_image) -> Path:
    """Four pictures without class folders."""
    for name in "abcd":
        write_image(tmp_path / "set/pictures" / f"{name}.png")
    return tmp_path / "set"


def write(folder: Path, *lines: str, name: str = "list.csv", encoding: str = "utf-8") -> Path:
    path = folder / name
    path.write_text("\n".join(lines) + "\n", encoding=encoding)
    return path


def refusal(path: Path) -> str:
    with pytest.raises(DataError) as caught:
        read_table(path)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_pictures_are_read_with_what_the_table_says_of_them(folder):
    path = write(
        folder,
        "path,label,generator,split,prompt,remark",
        "pictures/a.png,real,,train,,nice",
        "pictures/b.png,ai,dalle,train,a cat,",
        'pictures/c.png,1,"sd, 1.5",Validation,a cat,',
        "./pictures/../pictures/d.png,0,camera,test,,",
    )
    manifest = read_table(path)
    assert manifest.root == folder
    assert [(item.path, item.label, item.generator, item.split) for item in manifest.items] == [
        ("pictures/a.png", REAL, "", "train"),
        ("pictures/b.png", AI, "dalle", "train"),
        ("pictures/c.png", AI, "sd, 1.5", "valid"),
        ("pictures/d.png", REAL, "", "test"),
    ]
    assert manifest.problems == ()
    assert {(item.width, item.height, item.format) for item in manifest.items} == {(20, 16, "PNG")}
    groups = {item.path[-5]: item.group for item in manifest.items}
    assert groups["b"] == groups["c"] == "prompt a cat"
    assert all(item.phash and item.look for item in manifest.items)
    assert groups["a"] == ""


def test_a_source_that_is_said_of_many_pictures_joins_none(folder, write_image):
    names = [write_image(folder / "pictures" / f"{index}.png").name for index in range(20)]
    lines = [f"pictures/{name},{index % 2},flickr,cat {index // 2}" for index, name in enumerate(names)]
    manifest = read_table(write(folder, "path,label,source,prompt", *lines))
    groups = {Path(item.path).name: item.group for item in manifest.items}
    assert groups["0.png"] == groups["1.png"] == "prompt cat 0"
    assert len(set(groups.values())) == 10


def test_bad_lines_become_problems_with_their_number_and_the_rest_goes_on(folder):
    (folder / "pictures/broken.png").write_bytes((folder / "pictures/a.png").read_bytes()[:100])
    path = write(
        folder,
        "path,label,split",
        "pictures/a.png,real,",
        "pictures/b.png,maybe,",
        "",
        ",ai,",
        "pictures/gone.png,ai,",
        "pictures/broken.png,ai,",
        "pictures/c.png,ai,sometimes",
        "pictures/d.png,ai,",
        "pictures/d.png,ai,",
        "pictures,ai,",
        "pictures/b.png",
    )
    manifest = read_table(path)
    assert [item.path for item in manifest.items] == ["pictures/a.png", "pictures/d.png"]
    reasons = [problem.reason for problem in manifest.problems]
    numbers = {int(reason.split(":")[0].removeprefix("Line ")) for reason in reasons}
    assert numbers == {3, 5, 6, 7, 8, 10, 11, 12}
    assert any("'maybe'" in reason for reason in reasons)
    assert all("\n" not in reason for reason in reasons)


def test_a_picture_with_both_labels_is_left_out(folder):
    path = write(folder, "path,label", "pictures/a.png,real", "pictures/b.png,ai", "pictures/c.png,ai", "pictures/c.png,real")
    manifest = read_table(path)
    assert [item.path for item in manifest.items] == ["pictures/a.png", "pictures/b.png"]
    assert ["real and as AI-generated" in problem.reason for problem in manifest.problems] == [True, True]


@pytest.mark.parametrize(
    ("header", "a", "b"),
    [
        ("path;label", "pictures/a.png;real", "pictures/b.png;ai"),
        ("label\tfile_name", "real\tpictures/a.png", "fake\tpictures/b.png"),
        ("Filename , Class", "pictures/a.png , REAL", "pictures/b.png , Generated"),
        ("path,label", "pictures\\a.png,real", "pictures\\b.png,ai"),
        ("\ufeffpath,label", '"pictures/a.png","0"', '"pictures/b.png","1"'),
    ],
)
def test_tables_of_other_programs_are_understood(folder, header, a, b):
    manifest = read_table(write(folder, header, a, b))
    assert [(item.path, item.label) for item in manifest.items] == [("pictures/a.png", REAL), ("pictures/b.png", AI)]


@pytest.mark.parametrize(
    ("text", "label"),
    [("0", REAL), ("1", AI), ("real", REAL), ("AI-generated", AI), ("fake", AI), ("human", REAL), ("2", None), ("", None)],
)
def test_labels_are_those_of_class_folders(text, label):
    assert label_in(text) == label


def test_absolute_paths_elsewhere_on_the_computer_make_their_common_folder_the_root(folder, tmp_path):
    (tmp_path / "tables").mkdir()
    lines = [f"{folder}/pictures/a.png,real", f"{folder}/pictures/b.png,ai", "../set/pictures/c.png,ai"]
    manifest = read_table(write(tmp_path / "tables", "path,label", *lines))
    assert manifest.root == folder / "pictures"
    assert [item.path for item in manifest.items] == ["a.png", "b.png", "c.png"]
    assert all(manifest.path(item).is_file() for item in manifest.items)


def test_folders_that_have_nothing_in_common_are_refused(folder):
    assert "nothing in common" in refusal(write(folder, "path,label", "pictures/a.png,real", "/etc/x.png,ai"))


def test_a_table_from_elsewhere_may_not_name_files_outside_of_its_folder(folder, write_image):
    inside = data_folder() / "brought"
    for name in "ab":
        write_image(inside / f"{name}.png")
    (inside / "link.png").symlink_to(folder / "pictures/a.png")
    lines = ["a.png,real", "b.png,ai", f"{folder}/pictures/c.png,ai", "../../../set/pictures/d.png,real", "link.png,real"]
    manifest = read_table(write(inside, "path,label", *lines))
    assert [item.path for item in manifest.items] == ["a.png", "b.png"]
    assert [problem.reason.split(":")[0] for problem in manifest.problems] == ["Line 4", "Line 5", "Line 6"]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", "lacks the column path and label"),
        (b"picture;kind\n", "lacks the column"),
        (b"path,generator\na.png,x\n", "lacks the column label"),
        (b"path,label\n", "no real and no AI-generated"),
        (b"path,label\npictures/a.png,real\n", "no AI-generated"),
        (b"path,label\npictures/a.png,real\nx.png,ai\n", "First problem: Line 3"),
        (b"path,label\n\xff\xfe,real\n", "UTF-8"),
        (b'path,label\n"' + b"x" * 200_000, "no table"),
    ],
)
def test_a_file_that_is_no_such_table_says_what_is_wrong(folder, content, expected):
    path = folder / "list.csv"
    path.write_bytes(content)
    assert expected in refusal(path)


def test_a_table_that_is_not_there_or_a_folder_is_one_line(folder):
    assert "cannot be read" in refusal(folder / "gone.csv")
    assert "cannot be read" in refusal(folder / "pictures")


def test_a_table_too_large_to_read_is_refused(folder, monkeypatch):
    path = write(folder, "path,label", "pictures/a.png,real", "pictures/b.png,ai")
    monkeypatch.setattr(table, "MAX_LINES", 2)
    assert "more than 2 lines" in refusal(path)
    monkeypatch.setattr(table, "MAX_BYTES", 10)
    assert "MB" in refusal(path)


def test_progress_counts_pictures(folder):
    steps: list[tuple[int, int]] = []
    read_table(write(folder, "path,label", "pictures/a.png,real", "pictures/b.png,ai"), lambda *at: steps.append(at))
    assert steps == [(1, 2), (2, 2)]
