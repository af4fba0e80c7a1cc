from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from detector.models.library import rename
from detector.samples import LAB_WEIGHTS
from pages.parts.shell import PAGES


@pytest.fixture
def app(home: Path) -> AppTest:
    return AppTest.from_file(str(PAGES.parent / "app.py"), default_timeout=60).run()


def test_one_click_on_a_sample_classifies_it(app: AppTest) -> None:
    app.button(key="home-china").click().run()
    assert not app.exception
    assert app.title[0].value == "Classify"
    assert "to this detector" in app.subheader[0].value or "Inconclusive" in app.subheader[0].value


def test_a_lab_sample_is_put_to_the_lab_weights(app: AppTest, home: Path) -> None:
    rename("sketch", LAB_WEIGHTS)
    app.button(key="home-lab-checkerboard").click().run()
    assert app.selectbox(key="weights").value == LAB_WEIGHTS


def test_a_lab_sample_is_put_to_the_default_weights_where_there_are_no_others(app: AppTest) -> None:
    app.button(key="home-lab-checkerboard").click().run()
    assert app.selectbox(key="weights").value == "stripes"


def test_home_counts_what_there_is(app: AppTest) -> None:
    captions = [caption.value for caption in app.caption]
    assert "2 detectors in the library" in captions
    assert "1 training run" in captions


def test_an_empty_workspace_is_told_to_train_first(empty_home: Path, open_page) -> None:
    page = open_page("home")
    assert any("There is no detector yet" in text.value for text in page.markdown)
    assert not page.button
    assert "No detectors in the library" in [caption.value for caption in page.caption]
