import shutil
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from detector.evaluation.metrics import best_threshold, evaluate
from detector.evaluation.predictions import read_predictions, write_predictions
from detector.evaluation.prevalence import worth
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
    assert metric(test, "AI called AI") == f"{expected.recall_ai:.1%}"
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
    test.button(key="gallery-11-page-next").click().run()
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


def table(*rows: str) -> bytes:
    return ("path,label,probability,generator,split\n" + "\n".join(rows) + "\n").encode()


def test_a_table_brought_from_elsewhere_is_evaluated_without_a_run(empty_home: Path) -> None:
    test = opened()
    rows = [f"{'ai' if i % 2 else 'real'}/{i}.png,{i % 2},{0.9 if i % 2 else 0.2},gen-{i % 3}," for i in range(40)]
    test.file_uploader(key="own-table").set_value(("mine.csv", table(*rows), "text/csv")).run()
    assert not test.exception and metric(test, "Images") == "40" and metric(test, "Accuracy") == "100.0%"
    assert "Training" not in test.segmented_control(key="view").options


def test_a_damaged_table_is_one_line(empty_home: Path) -> None:
    test = opened()
    test.file_uploader(key="own-table").set_value(("mine.csv", table("a.png,0,7,,"), "text/csv")).run()
    assert not test.exception and "from 0 to 1" in test.error[0].value


def test_thresholds_chosen_on_validation_are_a_click_away(full: Path) -> None:
    test = opened(run=RUN)
    frame = read_predictions(full / "runs" / RUN / "predictions.csv")
    valid = frame[frame["split"] == "valid"]
    expected = best_threshold(valid["label"].to_numpy(), valid["probability"].to_numpy())
    test.button(key="preset-best").click().run()
    assert test.slider(key="threshold").value == pytest.approx(expected)
    assert metric(test, "Accuracy") == f"{evaluate(*scores(full), expected).accuracy:.1%}"
    test.segmented_control(key="split").set_value("valid").run()
    assert any("chosen on these very images" in caption.value for caption in test.caption)


@pytest.mark.parametrize("view", ["Curves", "Generators", "Base rate", "Training"])
def test_every_view_opens_by_its_address(full: Path, view: str) -> None:
    test = opened(run=RUN, view=view)
    assert not test.exception and not test.error
    assert test.segmented_control(key="view").value == view


def test_the_base_rate_says_how_many_alarms_are_false(full: Path) -> None:
    test = opened(run=RUN, view="Base rate")
    test.select_slider(key="prevalence").set_value(1).run()
    found = worth(evaluate(*scores(full)), 0.01)
    said = " ".join(each.value for each in test.markdown)
    assert found and f"about **{100 * (1 - found.ppv):.0f} would be real photos**" in said


def test_one_class_alone_is_said_and_shows_what_can_be_shown(full: Path) -> None:
    path = full / "runs" / RUN / "predictions.csv"
    frame = read_predictions(path)
    write_predictions(path, frame[frame["label"] == 1])
    for view in ("Overview", "Curves", "Generators", "Base rate"):
        test = opened(run=RUN, view=view)
        assert not test.exception
        assert any("All images are AI-generated" in caption.value for caption in test.caption)
