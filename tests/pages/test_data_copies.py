"""The copies of a data set on the page: files in both classes, groups side by side, and every decision with its way back."""

import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from detector.data.folders import open_data


def scene(seed: int, side: int = 96) -> Image.Image:
    """Something that looks like nothing else: large soft blots in colour."""
    blots = np.random.default_rng(seed).integers(0, 256, (6, 6, 3), dtype=np.uint8)
    return Image.fromarray(blots).resize((side, side), Image.Resampling.BICUBIC)


@pytest.fixture
def root(empty_home: Path, tmp_path: Path) -> Path:
    """Five pictures a class; real/0 lies there again smaller, real/1 twice, and ai/4 also as real."""
    folder = tmp_path / "set"
    for label, start in (("real", 0), ("ai", 10)):
        (folder / label).mkdir(parents=True)
        for number in range(5):
            scene(start + number).save(folder / label / f"{number}.png")
    scene(0).resize((60, 60)).save(folder / "real" / "small.jpg", quality=70)
    shutil.copy(folder / "real" / "1.png", folder / "real" / "again.png")
    shutil.copy(folder / "ai" / "4.png", folder / "real" / "wrong.png")
    return folder


def opened(root: Path, call: str = "show_copies(open_data({root!r}))") -> AppTest:
    script = (
        "from detector.data.folders import open_data\nfrom pages.parts.data_copies import *\n"
        f"from pages.parts.widgets import show_flash\nshow_flash()\n{call.format(root=str(root))}"
    )
    test = AppTest.from_string(script, default_timeout=60).run()
    assert not test.exception
    return test


def press(test: AppTest, label: str) -> AppTest:
    """Click the first button of this name."""
    test = next(button for button in test.button if button.label == label).click().run()
    assert not test.exception
    return test


def text(test: AppTest) -> str:
    return "\n".join(element.value for kind in (test.markdown, test.caption, test.error, test.success) for element in kind)


def paths(root: Path) -> set[str]:
    return {item.path for item in open_data(str(root)).items}


def test_a_set_without_copies_says_so(root: Path) -> None:
    for name in ("small.jpg", "again.png", "wrong.png"):
        (root / "real" / name).unlink()
    assert "No copies among the 10 pictures" in text(opened(root))


def test_a_file_in_both_classes_comes_first_and_is_no_group_of_copies(root: Path) -> None:
    test = opened(root)
    assert "One file is in both classes" in test.error[0].value
    assert list(test.button_group[0].options) == ["All (2)", "Exact (1)", "Near (1)"]


@pytest.mark.parametrize(
    ("answer", "gone"),
    [("It is real", {"ai/4.png"}), ("It is AI-generated", {"real/wrong.png"}), ("Neither", {"ai/4.png", "real/wrong.png"})],
)
def test_each_answer_leaves_out_what_is_wrong(root: Path, answer: str, gone: set[str]) -> None:
    before = paths(root)
    test = press(opened(root), answer)
    assert before - paths(root) == gone and not test.error
    assert all((root / path).exists() for path in gone)


def test_keeping_one_leaves_out_the_others_and_they_can_be_brought_back(root: Path) -> None:
    before = paths(root)
    test = opened(root)
    test = test.button(key="keep-real/small.jpg").click().run()
    assert before - paths(root) == {"real/0.png"}
    assert "Left out as copies (1)" in [block.label for block in test.expander]
    press(test, "Bring back")
    assert paths(root) == before


def test_different_pictures_are_not_shown_again_until_asked_for(root: Path) -> None:
    test = press(opened(root), "These are different")
    assert "One group was told apart" in text(test) and "near-copies" not in text(test)
    assert not {item.group for item in open_data(str(root)).items if item.path in ("real/0.png", "real/small.jpg")} - {""}
    assert "2 near-copies" in text(press(test, "Ask again"))


def test_the_largest_of_every_group_stays_after_a_question_that_counts(root: Path) -> None:
    before = paths(root)
    call = (
        "manifest = open_data({root!r})\n"
        "from detector.data.duplicates import near_copies\nfrom detector.data.settle import members\n"
        "ask_keep_largest(manifest, [items for group, items in members(manifest.items, near_copies(manifest.items)).items()"
        " if not group.across_classes])"
    )
    test = opened(root, call)
    assert "Of 4 pictures in 2 groups, 2 are left out." in text(test)
    test.button(key="keep-largest-now").click().run()
    assert before - paths(root) == {"real/small.jpg", "real/again.png"} or before - paths(root) == {
        "real/small.jpg",
        "real/1.png",
    }


def test_pressing_the_button_for_all_asks_before_anything_goes(root: Path) -> None:
    before = paths(root)
    test = press(opened(root), "Keep the largest of every group")
    assert "can be brought back" in text(test) and paths(root) == before


def test_many_groups_are_paged_and_their_names_are_only_text(root: Path) -> None:
    for number in range(12):
        shutil.copy(_saved(root, 100 + number, f"*{number}* **bold**.png"), root / "real" / f"twin {number}.png")
    test = opened(root)
    assert sum(button.label == "Keep this one" for button in test.button) == 20
    assert any(r"\*" in caption.value for caption in test.caption)
    test = next(button for button in test.button if button.label == "Next").click().run()
    assert sum(button.label == "Keep this one" for button in test.button) == 8


def test_groups_across_given_splits_can_be_looked_at_alone(root: Path) -> None:
    (root / "train").mkdir()
    shutil.move(root / "real", root / "train" / "real")
    shutil.move(root / "ai", root / "train" / "ai")
    for name in ("real/0.png", "ai/0.png"):
        (root / "test" / name).parent.mkdir(parents=True)
    shutil.copy(root / "train/real/3.png", root / "test/real/0.png")
    scene(201).save(root / "test/ai/0.png")
    test = opened(root)
    assert "Across given splits (1)" in test.button_group[0].options
    test = test.button_group[0].set_value("splits").run()
    assert {button.key for button in test.button if button.label == "Keep this one"} == {
        "keep-train/real/3.png",
        "keep-test/real/0.png",
    }


def _saved(root: Path, seed: int, name: str) -> Path:
    scene(seed).save(root / "real" / name)
    return root / "real" / name
