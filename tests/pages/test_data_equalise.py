"""Equalising on the page: the rule, the pair before and after, the two audits, and the copy."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from detector.data.folders import open_data
from detector.home import data_folder


def waves(seed: int, side: int) -> Image.Image:
    """Soft waves under a little noise, a different picture each seed."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[0:side, 0:side]
    each = [128 + 90 * np.sin(x / rng.uniform(3, 30) + y / rng.uniform(3, 30) + rng.uniform(0, 6)) for _ in range(3)]
    return Image.fromarray(np.clip(np.stack(each, -1) + rng.normal(0, 8, (side, side, 3)), 0, 255).astype(np.uint8))


@pytest.fixture
def root(empty_home: Path, tmp_path: Path) -> Path:
    """Sixty JPEGs as real and sixty PNGs as AI-generated, made alike otherwise, one of them small."""
    folder = tmp_path / "made"
    for name in ("real", "ai"):
        (folder / name).mkdir(parents=True)
    for number in range(60):
        waves(number, 48).save(folder / "real" / f"{number}.jpg", quality=90)
        waves(100 + number, 24 if number == 0 else 48).save(folder / "ai" / f"{number}.png")
    return folder


def opened(root: Path) -> AppTest:
    script = (
        "from detector.data.folders import open_data\nfrom pages.parts.data_equalise import show_equalise\n"
        "from pages.parts.shell import shell\nshell()\n"
        f"from pages.parts.widgets import show_flash\nshow_flash()\nshow_equalise(open_data({str(root)!r}))"
    )
    test = AppTest.from_string(script, default_timeout=120).run()
    assert not test.exception
    return test


def press(test: AppTest, label: str) -> AppTest:
    test = next(button for button in test.button if button.label == label).click().run()
    assert not test.exception
    return test


def test_the_side_fits_the_data_and_pictures_below_it_are_told(root):
    test = opened(root)
    assert test.number_input[0].value == 48
    assert "1 of 120 pictures is smaller than 48 pixels (0 real, 1 AI-generated)" in test.warning[0].value
    test.number_input[0].set_value(24).run()
    assert not test.warning


def test_a_pair_is_shown_before_and_after_and_another_on_request(root):
    test = opened(root)
    first = [caption.value for caption in test.caption]
    assert len(test.image) == 4
    assert [caption.value for caption in press(test, "Another pair").caption] != first


def test_both_audits_are_run_once_and_stand_side_by_side(root):
    test = press(opened(root), "Audit before and after")
    table = test.dataframe[0].value
    assert list(table.columns) == ["What it sees", "Before", "After"]
    metadata = table.iloc[0]
    assert metadata["Before"].startswith("AUC 1.00") and not metadata["After"].startswith("AUC 1.00")
    again = opened(root)
    assert not [button for button in again.button if button.label == "Audit before and after"]
    assert again.dataframe[0].value.equals(table)


def test_the_copy_is_written_under_the_name_and_can_be_opened(root):
    test = opened(root)
    test.text_input[0].set_value("alike")
    press(test, "Write the equalised copy")
    assert {item.format for item in open_data(str(data_folder() / "alike")).items} == {"JPEG"}
    next(button for button in test.button if button.label == "Open alike").click().run()
    assert test.session_state["data-next"] == str(data_folder() / "alike")


@pytest.mark.parametrize("name", ["../up", "lab", ""])
def test_a_name_that_cannot_be_is_one_line_and_nothing_is_written(root, name):
    test = opened(root)
    test.text_input[0].set_value(name)
    press(test, "Write the equalised copy")
    assert len(test.error) == 1
    assert not data_folder().exists() or list(data_folder().iterdir()) == []
