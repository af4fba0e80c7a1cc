import shutil
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from detector.evaluation.metrics import evaluate
from detector.evaluation.predictions import read_predictions
from detector.home import REPOSITORY
from tests.workspaces import RUN, fill

PAGE = str(REPOSITORY / "pages" / "evaluate.py")


@pytest.fixture
def full(empty_home: Path) -> Path:
    """A workspace with a finished run and its pictures."""
    fill(empty_home)
    return empty_home


def opened(**query: str) -> AppTest:
    test = AppTest.from_file(PAGE, default_timeout=60)
    for key, value in query.items():
        test.query_params[key] = value
    return test.run()


def metric(test: AppTest, label: str) -> str:
    return next(str(each.value) for each in test.metric if each.label == label)


def scores(home: Path) -> tuple[np.ndarray, np.ndarray]:
    frame = read_predictions(home / "runs" / RUN / "predictions.csv")
    frame = frame[frame["split"] == "test"]
    return frame["label"].to_numpy(), frame["probability"].to_numpy()


def test_without_predictions_the_page_says_where_they_come_from(empty_home: Path) -> None:
    test = opened()
    assert not test.exception and "when training ends" in "".join(m.value for m in test.markdown)


def test_the_numbers_are_those_of_the_test_images(full: Path) -> None:
    test, expected = opened(run=RUN), evaluate(*scores(full))
    assert not test.exception
    assert metric(test, "Images") == str(expected.n)
    assert metric(test, "Accuracy") == f"{expected.accuracy:.1%}"
    assert metric(test, "AUC") == f"{expected.auc:.3f}"
    low, high = expected.intervals["accuracy"]
    assert next(m for m in test.metric if m.label == "Accuracy").delta == f"{low:.1%} – {high:.1%}"


def test_the_threshold_moves_the_numbers_and_the_images(full: Path) -> None:
    test = opened(run=RUN)
    test.slider(key="threshold").set_value(0.9).run()
    expected = evaluate(*scores(full), 0.9)
    assert metric(test, "Recall") == f"{expected.recall_ai:.1%}"
    labels = test.pills(key="cell").options
    assert any(f"({expected.confusion_matrix[1][0]})" in str(label) for label in labels)


def test_validation_images_can_be_looked_at_instead(full: Path) -> None:
    test = opened(run=RUN)
    test.segmented_control(key="split").set_value("valid").run()
    assert not test.exception and metric(test, "Images") == "200"


def test_a_chosen_cell_shows_its_images_most_confident_first_a_page_at_a_time(full: Path) -> None:
    test = opened(run=RUN)
    test.pills(key="cell").set_value(3).run()  # AI-generated called AI-generated: the largest cell
    labels, probabilities = scores(full)
    found = np.sort(probabilities[(labels == 1) & (probabilities >= 0.5)])[::-1]
    shown = [float(c.value.split("**")[1]) for c in test.caption if c.value.startswith("**")]
    assert shown == [float(f"{value:.2f}") for value in found[:12]]
    test.button(key="gallery-page-11-next").click().run()
    shown = [float(c.value.split("**")[1]) for c in test.caption if c.value.startswith("**")]
    assert shown == [float(f"{value:.2f}") for value in found[12:24]]


def test_pictures_that_are_gone_are_one_line_and_the_numbers_stay(empty_home: Path) -> None:
    fill(empty_home)
    shutil.rmtree(empty_home / "data")
    test = opened(run=RUN)
    assert not test.exception and metric(test, "Images") == "200"
    assert any("cannot be read any more" in caption.value for caption in test.caption)


def test_damaged_predictions_are_one_line(full: Path) -> None:
    (full / "runs" / RUN / "predictions.csv").write_text("path,label\n")
    test = opened(run=RUN)
    assert not test.exception and "lacks the column" in test.error[0].value
