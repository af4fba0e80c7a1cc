import io
from pathlib import Path

import numpy as np
import pytest
import streamlit as st
from PIL import Image
from streamlit.testing.v1 import AppTest

from tests.explain.faces import portrait, save_faces
from tests.pages.looking import until
from tests.workspaces import RUN, fill, picture


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("DETECTOR_HOME", str(tmp_path / "home"))
    fill(tmp_path / "home")
    yield tmp_path / "home"
    st.cache_data.clear()
    st.cache_resource.clear()


def regions_page(path: str, folder: str) -> None:
    from pathlib import Path

    from pages.parts.face_regions import face_regions
    from pages.parts.judged import Picture, judge

    shown = Picture("key", "portrait.png", Path(path).read_bytes)
    (row,) = judge([shown], Path(folder))
    face_regions(Path(folder), shown, row, 1, "gradcam")


def study_page(run: str) -> None:
    from detector.training.runs import find_run
    from pages.parts.study import face_study

    face_study(find_run(run))


def regions_of(image: bytes, home: Path) -> AppTest:
    (home / "picture.png").write_bytes(image)
    folder = str(home / "weights" / "stripes")
    return AppTest.from_function(regions_page, args=(str(home / "picture.png"), folder), default_timeout=60).run()


def face_png() -> bytes:
    buffer = io.BytesIO()
    portrait().save(buffer, "PNG")
    return buffer.getvalue()


def markdown(page: AppTest) -> str:
    return "\n".join(str(each.value) for each in page.markdown)


def test_nothing_is_tested_until_it_is_asked_for(home: Path) -> None:
    page = regions_of(face_png(), home)
    assert not page.exception and not page.dataframe and len(page.toggle) == 1


def test_each_region_has_a_sentence_and_a_row(home: Path) -> None:
    page = regions_of(face_png(), home)
    page.toggle(key="face-regions").set_value(True).run()
    until(page, lambda: bool(page.dataframe))
    assert not page.exception
    table = page.dataframe[0].value
    assert {"Mouth", "Forehead", "Background"} <= set(table["region"])
    assert sum(line.startswith("- ") for line in markdown(page).splitlines()) == len(table)
    assert "evidence for AI-generated, in logits" in page.caption[-1].value


def test_a_picture_without_a_face_is_said_to_have_none(home: Path) -> None:
    page = regions_of(picture(0, (120, 120)), home)
    page.toggle(key="face-regions").set_value(True).run()
    assert not page.exception and "No face" in page.caption[0].value and not page.dataframe


def test_a_study_is_made_kept_in_the_run_and_shown_again(home: Path, tmp_path: Path) -> None:
    save_faces(tmp_path / "faces")
    page = AppTest.from_function(study_page, args=(RUN,), default_timeout=60).run()
    assert not page.exception and not page.dataframe
    page.text_input(key=f"study-data-{RUN}").set_value(str(tmp_path / "faces"))
    page.number_input(key="study-n").set_value(10)
    page.button[0].click().run()
    assert not page.exception and not page.error
    assert (home / "runs" / RUN / "face-study.json").is_file()
    assert "Smiles:" in markdown(page) and "4 faces of" in page.caption[0].value
    again = AppTest.from_function(study_page, args=(RUN,), default_timeout=60).run()
    assert markdown(again) == markdown(page) and not again.exception
    again.segmented_control(key="study-split").set_value("verdict").run()
    assert not again.exception


def test_a_folder_that_cannot_be_studied_is_told_in_words(home: Path, tmp_path: Path) -> None:
    page = AppTest.from_function(study_page, args=(RUN,), default_timeout=60).run()
    page.text_input(key=f"study-data-{RUN}").set_value(str(tmp_path / "gone"))
    page.button[0].click().run()
    assert not page.exception and "is not there" in page.error[0].value.replace("\\", "")


def test_a_damaged_study_is_one_line_and_can_be_made_again(home: Path) -> None:
    (home / "runs" / RUN / "face-study.json").write_text("{}")
    page = AppTest.from_function(study_page, args=(RUN,), default_timeout=60).run()
    assert not page.exception and "make it again" in page.error[0].value and page.button


def test_outlines_are_drawn_over_the_face_where_the_detector_saw_it() -> None:
    from detector.explain.faces import find_faces
    from pages.parts.face_regions import _drawn

    image = Image.open(io.BytesIO(face_png()))
    (face,) = find_faces(image)
    whole, upper = (np.asarray(_drawn(face_png(), image.size, face, (0, 0, image.width, y))) for y in (image.height, 100))
    assert whole.shape == upper.shape and whole.shape[1] == 640
    half = len(whole) * 3 // 4
    assert (whole[half:] == 255).all(axis=2).sum() > 3 * (upper[half:] == 255).all(axis=2).sum()
