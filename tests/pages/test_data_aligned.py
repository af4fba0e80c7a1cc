"""The Data page's view of matched fakes."""

from pathlib import Path

from streamlit.testing.v1 import AppTest

from detector.home import data_folder
from tests.aligned.test_operators import photo
from tests.pages.conftest import PAGES


def page(name: str) -> AppTest:
    app = AppTest.from_file(str(PAGES / "data.py"), default_timeout=120)
    app.query_params["data"] = name
    app.query_params["view"] = "Matched fakes"
    return app.run()


def make_set(folder: Path, classes: tuple[str, ...] = ("real", "ai")) -> None:
    for i, kind in enumerate(classes):
        (folder / kind).mkdir(parents=True)
        for j in range(3):
            photo((72, 64), 10 * i + j).save(folder / kind / f"p{j}.png")


def test_a_matched_set_is_written_and_can_be_opened(empty_home: Path) -> None:
    make_set(data_folder() / "photos")
    app = page("photos")
    assert not app.exception
    app.pills(key="aligned-operators").set_value(["checkerboard"])
    app.button[[button.label for button in app.button].index("Write the matched set")].click().run()
    assert not app.exception
    made = data_folder() / "photos-matched"
    assert len(list((made / "real").iterdir())) == len(list((made / "ai").iterdir())) == 3
    assert any("Open photos" in button.label for button in app.button)


def test_a_taken_name_is_told_in_one_line(empty_home: Path) -> None:
    make_set(data_folder() / "photos")
    (data_folder() / "photos-matched").mkdir()
    app = page("photos")
    app.button[[button.label for button in app.button].index("Write the matched set")].click().run()
    assert not app.exception and any("already" in error.value for error in app.error)
