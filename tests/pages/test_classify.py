import io
import re
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo
from streamlit.testing.v1 import AppTest

from detector.files import read_json, write_json
from detector.models.library import entry
from pages.parts.cache import predictor
from pages.parts.judged import Picture
from pages.parts.results import verdicts_csv
from tests.workspaces import RUN, picture


def upload(page: AppTest, files: dict[str, bytes]) -> AppTest:
    return page.file_uploader[0].set_value([(name, data, "image/png") for name, data in files.items()]).run()


def table(page: AppTest) -> pd.DataFrame:
    return page.dataframe[0].value


def said(page: AppTest) -> str:
    return "\n".join(element.value for element in (*page.markdown, *page.caption, *page.subheader))


def count_questions(name: str) -> list[int]:
    """A list that grows whenever the network of these weights is asked."""
    asked: list[int] = []
    model = predictor(entry(name).folder).model
    next(part for part in model.modules() if not list(part.children())).register_forward_hook(lambda *_: asked.append(1))
    return asked


def test_a_sample_in_the_address_gets_a_verdict_and_a_map(home: Path, open_page) -> None:
    page = open_page("classify", sample="china", weights="sketch")
    assert not page.exception
    assert "this detector" in page.subheader[0].value
    assert page.selectbox(key="weights").value == "sketch"
    assert "A temple in China" in said(page)
    shown = [image.proto.imgs[0].alt for image in page.image]
    assert shown[-2:] == ["The picture A temple in China", shown[-1]] and "map of what speaks for" in shown[-1]


def test_an_unknown_sample_or_detector_in_the_address_is_passed_over(home: Path, open_page) -> None:
    page = open_page("classify", sample="nobody", weights="nothing")
    assert not page.exception
    assert page.selectbox(key="weights").value == "stripes"
    assert not page.subheader


def test_a_run_can_be_asked_by_its_name(home: Path, open_page) -> None:
    page = open_page("classify", sample="flower", weights=f"run:{RUN}")
    assert page.selectbox(key="weights").value == f"run:{RUN}"
    assert len(page.subheader) == 1


def test_bad_files_get_a_line_each_and_the_others_a_verdict(home: Path, open_page) -> None:
    whole = picture(1)
    page = upload(open_page("classify"), {"good.png": whole, "cut.png": whole[:200], "empty.png": b"", "text.jpg": b"hello"})
    assert not page.exception
    lines = [warning.value for warning in page.warning]
    assert len(lines) == 3
    assert all(name in line for name, line in zip(("cut", "empty", "text"), lines, strict=True))
    assert list(table(page)["Verdict"])[1:] == ["unreadable"] * 3
    assert 0 <= table(page)["Score"][0] <= 1
    assert "1 of 4" in said(page)


def test_many_bad_files_do_not_bury_the_page(home: Path, open_page) -> None:
    page = upload(open_page("classify"), {f"{number}.png": b"nothing" for number in range(12)})
    assert len(page.warning) == 6
    assert page.warning[-1].value.startswith("7 more files")


def test_a_name_is_shown_as_it_stands(home: Path, open_page) -> None:
    page = upload(open_page("classify"), {"*bold* [link](x) :smile: <b>.png": picture(1)})
    assert r"\*bold\* \[link\]\(x\)" in said(page)
    assert ":smile:" not in said(page)


def test_opacity_and_colours_do_not_ask_the_network_again_but_another_label_does(home: Path, open_page) -> None:
    page = upload(open_page("classify"), {"a.png": picture(1)})
    asked = count_questions("stripes")
    page.slider(key="opacity").set_value(20).run()
    page.segmented_control(key="palette").set_value("viridis").run()
    assert asked == []
    control = page.segmented_control[0]
    control.set_value("real" if control.value == "ai" else "ai").run()
    assert asked
    assert not page.exception


def test_a_picture_is_asked_about_once_for_each_detector(home: Path, open_page) -> None:
    page = upload(open_page("classify"), {"a.png": picture(1), "b.png": picture(2)})
    asked = count_questions("stripes")
    page.selectbox(key="weights").set_value("sketch").run()
    page.selectbox(key="weights").set_value("stripes").run()
    assert asked == []


def test_next_and_previous_walk_through_the_pictures(home: Path, open_page) -> None:
    page = upload(open_page("classify"), {"a.png": picture(1), "b.png": picture(2)})
    following = next(button for button in page.button if button.label == "Next")
    following.click().run()
    assert "**2 of 2** · b\\.png" in said(page)
    assert next(button for button in page.button if button.label == "Next").disabled
    next(button for button in page.button if button.label == "Previous").click().run()
    assert "**1 of 2** · a\\.png" in said(page)


def test_clear_all_takes_pictures_and_sample_away(home: Path, open_page) -> None:
    page = open_page("classify", sample="china")
    page = upload(page, {"a.png": picture(1)})
    next(button for button in page.button if button.label == "Clear all").click().run()
    assert not page.exception
    assert not page.subheader
    assert "sample" not in page.query_params
    assert all(not rows for rows in page.session_state["judged"].values())


def test_weights_that_do_not_fit_give_one_clear_line(home: Path, open_page) -> None:
    file = home / "weights" / "sketch" / "config.json"
    config = read_json(file)
    config["telltale"]["architecture"] = "cnn3"
    write_json(file, config)
    page = open_page("classify", sample="china", weights="sketch")
    assert not page.exception
    assert "do not fit cnn3" in page.error[0].value


def test_without_any_detector_the_page_says_what_to_do(empty_home: Path, open_page) -> None:
    page = open_page("classify")
    assert not page.file_uploader
    assert any("There is no detector yet" in text.value for text in page.markdown)


@pytest.mark.parametrize("name", ["=cmd|' /C calc'!A0.png", "+1.png", "@x.png", "-1.png"])
def test_a_name_cannot_become_a_formula_in_the_download(name: str) -> None:
    row: dict[str, Any] = {"verdict": "ai", "probability": 0.9, "threshold": 0.5, "sha256": "0" * 64, "error": ""}
    frame = pd.read_csv(io.BytesIO(verdicts_csv([Picture("1", name, bytes)], [row], "stripes")))
    assert frame["name"][0] == f"'{name}"
    assert frame["score"][0] == 0.9


def test_what_the_file_says_stands_apart_and_changes_no_score(home: Path, open_page) -> None:
    info = PngInfo()
    info.add_text("parameters", "a lighthouse\nSteps: 20, Sampler: Euler a, Seed: 42, Model: dreamer")
    bare, told = io.BytesIO(), io.BytesIO()
    with Image.open(io.BytesIO(picture(1))) as image:
        image.save(bare, "PNG")
        image.save(told, "PNG", pnginfo=info)
    page = upload(open_page("classify"), {"bare.png": bare.getvalue(), "told.png": told.getvalue()})
    assert not page.exception
    assert table(page)["Score"][0] == table(page)["Score"][1]
    assert any(box.label == "What the file says about itself: nothing" for box in page.expander)
    next(button for button in page.button if button.label == "Next").click().run()
    assert any("speaks of AI" in box.label for box in page.expander)
    assert "dreamer" in said(page) and "can be forged" in said(page)


def test_a_blank_picture_is_inconclusive_and_says_why(home: Path, open_page) -> None:
    blank = io.BytesIO()
    Image.new("RGB", (64, 64), "grey").save(blank, "PNG")
    page = upload(open_page("classify"), {"blank.png": blank.getvalue()})
    assert not page.exception
    assert "Inconclusive" in page.subheader[0].value
    assert "The picture is blank" in said(page)


def test_the_same_score_means_less_where_ai_generated_pictures_are_rare(home: Path, open_page) -> None:
    page = upload(open_page("classify"), {"a.png": picture(1)})
    shares = []
    for percent in (0.1, 50):
        slider = next(each for each in page.select_slider if each.label.startswith("Suppose this share"))
        slider.set_value(percent).run()
        sentence = next(text.value for text in page.markdown if "would be AI-generated" in text.value)
        shares.append(int(re.search(r"about \*\*(\d+) would", sentence)[1]))
    assert shares[0] < shares[1]
