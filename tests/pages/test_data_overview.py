"""What the Overview says of a set: cautions in words, the numbers behind each plot, and how many were left out."""

from pathlib import Path

import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from detector.data.edits import Edit, add_edits, edits_file
from detector.data.folders import scan
from tests.workspaces import scene, write_set

VIEW = """
from detector.data.folders import open_data
from pages.parts.data_overview import show_overview
show_overview(open_data({root!r}))
"""


@pytest.fixture
def root(empty_home: Path, tmp_path: Path) -> Path:
    return write_set(tmp_path / "set")


def overview(root: Path) -> AppTest:
    page = AppTest.from_string(VIEW.format(root=str(root)), default_timeout=60).run()
    assert not page.exception
    return page


def titles(page: AppTest) -> list[str]:
    return [title.value for title in page.subheader]


def test_shortcuts_are_warned_of_and_lesser_things_are_mentioned(root: Path) -> None:
    page = overview(root)
    serious = " ".join(text.value for text in page.warning)
    assert "Real images are all JPEG; AI" in serious.replace("\\", "") and "No size occurs in both classes" in serious
    assert any("only 30 AI" in text.value.replace("\\", "") for text in page.info)


def test_each_plot_is_a_question_with_its_numbers_below(root: Path) -> None:
    page = overview(root)
    assert all(title.endswith("?") for title in titles(page)) and len(titles(page)) == 4
    sources = page.dataframe[0].value
    assert sources.loc["real"].to_dict() == {"real": 31, "AI-generated": 0}
    assert sources.loc["sd"].to_dict() == {"real": 0, "AI-generated": 15}
    assert [button.label for button in page.get("download_button")].count("Download as CSV") == 3


def test_what_is_the_same_everywhere_is_said_and_not_drawn(root: Path) -> None:
    for file in root.rglob("*.*"):
        if file.name != "broken.jpeg":
            Image.open(file).convert("RGB").resize((40, 30)).save(file.with_suffix(".png"))
        if file.suffix != ".png":
            file.unlink()
    page = overview(root)
    said = " ".join(text.value for text in page.markdown)
    assert "Every image has 40 × 30 pixels" in said and "Every image is stored as PNG" in said
    assert not page.warning


def test_given_splits_are_drawn(root: Path) -> None:
    for label in ("real", "ai"):
        (root / "test" / label).mkdir(parents=True)
        (root / "test" / label / "1.png").write_bytes(scene(900 + len(label), (50, 50), "PNG"))
    splits = next(table.value for table in overview(root).dataframe if "test" in table.value.index)
    assert splits.loc["test"].tolist() == [1, 1] and splits.loc["not given"].tolist() == [31, 30]


def test_pictures_left_out_by_hand_are_counted(root: Path) -> None:
    item = scan(root).items[0]
    add_edits(root, [Edit("drop", item.path, item.sha256)])
    assert any("You left out 1 picture:" in text.value for text in overview(root).caption)


def test_a_set_of_which_one_class_was_left_out_still_opens(root: Path) -> None:
    add_edits(root, [Edit("drop", item.path, item.sha256) for item in scan(root).items if item.label])
    assert any("No AI" in text.value for text in overview(root).warning)


def test_a_damaged_log_of_decisions_is_one_line(root: Path) -> None:
    item = scan(root).items[0]
    add_edits(root, [Edit("drop", item.path, item.sha256)])
    edits_file(root).write_text("{")
    script = VIEW.replace("import open_data", "import scan").replace(
        "open_data({root!r})", "scan(__import__('pathlib').Path({root!r}))"
    )
    page = AppTest.from_string(script.format(root=str(root)), default_timeout=60).run()
    assert not page.exception and len(page.error) == 1
