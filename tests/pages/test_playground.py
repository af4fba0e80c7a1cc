import io
from pathlib import Path

import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from detector.data.images import open_image
from detector.playground.steps import LONGEST_LINK, Brush, Change, Paste, Stroke, read_steps, write_steps
from detector.playground.strengths import notches
from tests.pages.conftest import PAGES
from tests.pages.test_classify import count_questions
from tests.workspaces import picture


def spelt(page: AppTest) -> str:
    return "\n".join(element.value for element in (*page.markdown, *page.caption))


def said(page: AppTest) -> str:
    """As it reads: without what keeps names from becoming markup."""
    return spelt(page).replace("\u2060", "").replace("\\", "")


def press(page: AppTest, label: str) -> AppTest:
    return next(button for button in page.button if button.label == label).click().run()


def steps(page: AppTest) -> tuple[object, ...]:
    word = page.query_params.get("steps", "")
    return read_steps(word if isinstance(word, str) else word[0])


def test_the_page_opens_with_a_picture_its_score_and_its_curve(home: Path, open_page) -> None:
    page = open_page("playground")
    assert not page.exception
    assert page.selectbox(key="weights").value == "stripes"
    assert "checkerboard · 64 × 64 pixels" in said(page)
    assert page.metric[0].delta == "+0.0 logits from before"
    assert page.get("plotly_chart")


def test_a_slider_asks_the_network_once_for_all_its_strengths(home: Path, open_page) -> None:
    page = open_page("playground", change="blur")
    asked = count_questions("stripes")
    words = list(page.select_slider(key="at-blur").options)
    assert len(words) == len(notches("blur"))
    for word in (words[-1], words[3], words[0], words[-1]):
        page.select_slider(key="at-blur").set_value(word).run()
    assert asked == [] and not page.exception
    page.selectbox(key="change").set_value("jpeg").run()
    assert len(asked) == 1  # a batch of the new strengths


def test_a_kept_change_is_a_step_that_is_undone_redone_and_reset(home: Path, open_page) -> None:
    page = open_page("playground", change="blur")
    page.select_slider(key="at-blur").set_value("1.5").run()
    moved = page.metric[0].value
    page = press(page, "Keep this change")
    assert steps(page) == (Change("blur", 1.5),)
    assert page.select_slider(key="at-blur").value == "none" and page.metric[0].value == moved
    page.select_slider(key="at-blur").set_value("3.0").run()
    page = press(page, "Keep this change")
    assert "1. Blur: 1.5" in said(page) and "2. Blur: 3.0" in said(page)
    page = press(page, "Undo")
    assert steps(page) == (Change("blur", 1.5),)
    page = press(page, "Redo")
    assert steps(page) == (Change("blur", 1.5), Change("blur", 3.0))
    page = press(page, "Reset")
    assert steps(page) == () and page.metric[0].delta == "+0.0 logits from before"
    page = press(page, "Redo")
    assert steps(page) == (Change("blur", 1.5),)


def test_a_link_brings_picture_detector_and_steps(home: Path, open_page) -> None:
    word = write_steps((Change("jpeg", 50), Brush("mean", boxes=((100, 100, 400, 400),))))
    page = open_page("playground", sample="flower", weights="sketch", steps=word)
    assert not page.exception
    assert page.selectbox(key="weights").value == "sketch"
    assert "1. JPEG: 50 (quality)" in said(page)
    assert "A flower" in said(page)
    assert word in page.code[0].value and "sample=flower" in page.code[0].value


def test_who_looks_at_another_page_finds_all_as_it_was(home: Path, open_page) -> None:
    word = write_steps((Change("jpeg", 50),))
    page = open_page("playground", sample="flower", weights="sketch", tool="change", change="blur", steps=word)
    fresh = AppTest.from_file(str(PAGES / "playground.py"), default_timeout=60)
    for key in ("playground-left", "playground-steps", "playground-undone", "playground-said"):
        fresh.session_state[key] = page.session_state[key]
    fresh.run()
    assert not fresh.exception
    assert steps(fresh) == (Change("jpeg", 50),)
    assert "A flower" in said(fresh) and fresh.selectbox(key="weights").value == "sketch"
    assert fresh.selectbox(key="change").value == "blur"


def test_a_broken_link_is_one_line_and_the_picture_itself(home: Path, open_page) -> None:
    page = open_page("playground", steps="made-up", sample="nobody", change="nothing")
    assert not page.exception
    assert "steps in this link" in page.warning[0].value
    assert page.metric


def test_a_paste_from_a_picture_that_is_not_here_is_left_out(home: Path, open_page) -> None:
    gone = Paste("upload:0123456789abcdef", (0, 0, 500, 500), (0, 0, 500, 500), 100)
    page = open_page("playground", steps=write_steps((Change("jpeg", 50), gone)))
    assert not page.exception
    assert "Step 2 is left out" in page.warning[0].value
    assert steps(page) == (Change("jpeg", 50),)


def test_a_rectangle_is_brushed_away_without_drawing(home: Path, open_page) -> None:
    page = open_page("playground", tool="brush")
    assert not page.exception
    page.segmented_control(key="fill").set_value("noise").run()
    page.slider(key="brush-box-x").set_value((10.0, 60.0)).run()
    page = press(page, "Take this rectangle away")
    assert steps(page) == (Brush("noise", boxes=((100, 300, 600, 700),)),)


def test_a_part_is_cropped_and_a_part_is_pasted_by_numbers(home: Path, open_page) -> None:
    page = press(open_page("playground", tool="crop"), "Keep only this")
    assert len(steps(page)) == 1
    page.segmented_control(key="tool").set_value("paste").run()
    page.selectbox(key="paste-source").set_value("sample:china").run()
    page = press(page, "Paste")
    assert not page.exception
    assert isinstance(steps(page)[1], Paste) and steps(page)[1].source == "sample:china"


def test_two_detectors_are_mixed_by_weight(home: Path, open_page) -> None:
    page = open_page("playground", sample="flower", **{"with": "sketch"})
    assert not page.exception
    assert "mixed with" in said(page) and f"{len(notches('jpeg'))} strengths" in said(page)
    asked = count_questions("stripes")
    page.slider(key="weight").set_value(100).run()
    assert asked == []
    scores = [line.value for line in page.markdown if ": score **" in line.value]
    assert len(scores) == 3


def test_a_picture_of_ones_own_stays_here_and_is_brought_into_size(home: Path, open_page) -> None:
    page = open_page("playground")
    large = io.BytesIO()
    Image.new("RGB", (3000, 1500), "grey").save(large, "JPEG")
    page.file_uploader[0].set_value(("*wide* :smile:.jpg", large.getvalue(), "image/jpeg")).run()
    assert not page.exception
    assert "3000 × 1500 pixels, shrunk" in said(page) and ":smile:" not in spelt(page)
    assert "stays here" in said(page) and not page.code


def test_an_unreadable_picture_is_one_clear_line(home: Path, open_page) -> None:
    page = open_page("playground")
    page.file_uploader[0].set_value(("broken.png", picture(1)[:200], "image/png")).run()
    assert not page.exception
    assert len(page.error) == 1


def test_strokes_too_many_for_a_link_are_kept_all_the_same(home: Path, open_page) -> None:
    import numpy as np

    points = tuple(map(tuple, np.random.default_rng(0).integers(0, 1000, (3000, 2)).tolist()))
    step = Brush("mean", (Stroke(20, points),))
    assert len(write_steps((step,))) > LONGEST_LINK
    page = open_page("playground")
    from detector.playground.steps import as_list

    page.session_state["playground-steps"] = [as_list(step)]
    page.run()
    assert not page.exception
    assert "1. Brushed away" in said(page) and "too many brush strokes" in said(page)


def test_without_any_detector_the_page_says_what_to_do(empty_home: Path, open_page) -> None:
    page = open_page("playground")
    assert not page.exception and "There is no detector yet" in said(page)


def test_the_download_is_the_picture_after_its_steps() -> None:
    from pages.parts.playground_cache import data_address, enlarged, png

    image = Image.new("RGB", (40, 20), "red")
    assert open_image(png(image)).size == (40, 20)
    assert enlarged(image).size == (360, 180)
    assert data_address(image).startswith("data:image/png") and data_address(Image.new("RGB", (2000, 90))).startswith(
        "data:image/jpeg"
    )


@pytest.mark.parametrize("values", [[], ["a", 1, 2, 3], [5, 5, 5, 9], [0, 0, 4000, 10]])
def test_a_box_from_a_broken_page_moves_no_slider(values: list[object]) -> None:
    import streamlit as st

    from pages.parts.playground_tools import _set_edges

    _set_edges("odd-box", values)
    assert "odd-box-x" not in st.session_state
