"""Splits tried out: the numbers add up, groups stay together, and small parts are warned of."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from detector.data.folders import open_data
from detector.data.splits import assign_splits
from pages.parts.data_splits import list_text, split_table
from tests.workspaces import scene, write_set

VIEW = """
from detector.data.folders import open_data
from pages.parts.data_splits import show_splits
from pages.parts.shell import shell
shell()
show_splits(open_data({root!r}))
"""


@pytest.fixture
def root(empty_home: Path, tmp_path: Path) -> Path:
    return write_set(tmp_path / "set")


def splits(root: Path) -> AppTest:
    page = AppTest.from_string(VIEW.format(root=str(root)), default_timeout=60).run()
    assert not page.exception
    return page


def test_the_table_is_what_training_would_do(root: Path) -> None:
    items = assign_splits(open_data(str(root)).items, 0.15, 0.15, 0)
    shown = splits(root).dataframe[0].value
    for label, word in enumerate(("real", "AI-generated")):
        row = shown[(shown["class"] == word) & (shown["generator"] == "all")].iloc[0]
        for title, split in (("training", "train"), ("validation", "valid"), ("test", "test")):
            assert row[title] == sum(item.label == label and item.split == split for item in items)
    parts = shown[(shown["class"] == "AI-generated") & (shown["generator"] != "all")]
    assert parts["together"].sum() == 30 and set(parts["generator"]) == {"sd", "dalle"}


def test_another_share_and_another_seed_divide_anew(root: Path) -> None:
    page = splits(root)
    before = page.dataframe[0].value
    page.slider(key="test").set_value(40).run()
    more = page.dataframe[0].value
    assert more["test"].sum() > before["test"].sum()
    page.number_input(key="seed").set_value(7).run()
    assert not page.dataframe[0].value.equals(more)
    assert any("test share 0.4, seed 7" in text.value for text in page.caption)


def test_copies_are_counted_and_never_torn(root: Path) -> None:
    assert any(
        "2 pictures belong together in 1 groups" in text.value or "in 1 group." in text.value for text in splits(root).success
    )


def test_copies_across_given_splits_are_warned_of_and_listed(root: Path) -> None:
    for label in ("real", "ai"):
        (root / "test" / label).mkdir(parents=True)
        (root / "test" / label / "other.png").write_bytes(scene(700 + len(label), (50, 50), "PNG"))
        (root / "train" / label).mkdir(parents=True)
        (root / "train" / label / "another.png").write_bytes(scene(800 + len(label), (50, 50), "PNG"))
    (root / "test" / "real" / "twin.png").write_bytes(scene(0, (96, 72), "PNG"))
    (root / "train" / "real" / "twin.png").write_bytes(scene(0, (96, 72), "PNG"))
    page = splits(root)
    assert any("lie in more than one given part" in text.value for text in page.warning)
    torn = next(table.value for table in page.dataframe if "file" in table.value.columns)
    assert {"test/real/twin.png", "train/real/twin.png"} <= set(torn["file"])


def test_a_part_with_few_pictures_says_how_uncertain_it_is(root: Path) -> None:
    (said,) = (text.value for text in splits(root).warning)
    assert "real for test" in said and "A share of 80 % measured on" in said


def test_a_class_too_small_to_divide_is_one_line(root: Path) -> None:
    for file in (root / "ai").iterdir():
        if file.name not in ("sd__000.png",):
            file.unlink()
    page = splits(root)
    assert len(page.error) == 1 and "add pictures" in page.error[0].value


def test_the_list_names_every_picture_once(root: Path) -> None:
    items = assign_splits(open_data(str(root)).items, 0.15, 0.15, 0)
    lines = list_text(items).splitlines()
    assert lines[0] == "path,split,class,generator,group" and len(lines) == 62
    assert split_table(items)["together"].iloc[0] == 31
