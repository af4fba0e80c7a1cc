import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from detector.errors import UserError
from detector.evaluation.metrics import evaluate
from detector.evaluation.predictions import read_predictions, write_predictions
from detector.evaluation.terms import TERMS, shown, shown_interval
from detector.report.run_report import run_report
from detector.report.subject import Subject, subject_of
from detector.training.runs import Run
from tests.report.conftest import EVIL


class Page(HTMLParser):
    """Tags, attributes and text of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.addresses: list[str] = []
        self.words: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.addresses += [value or "" for name, value in attrs if name in ("src", "href", "xlink:href", "action", "data")]
        assert not any(name.startswith("on") for name, _ in attrs)

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @property
    def text(self) -> str:
        return plain(" ".join(self.words))


def plain(text: str) -> str:
    """Every kind of space as one blank."""
    return re.sub(r"\s+", " ", text)


def test_every_number_of_the_test_images_is_there_with_interval_and_n(run: Run):
    text = Page(run_report(subject_of(run))).text
    frame = read_predictions(run.predictions_file)
    frame = frame[frame["split"] == "test"]
    metrics = evaluate(frame["label"].to_numpy(), frame["probability"].to_numpy())
    for name, term in TERMS.items():
        assert f"{term.title} {shown(name, getattr(metrics, name))} {shown_interval(metrics, name)} {term.n(metrics)}" in text
    assert f"On 200 test images (100 real, 100 AI-generated) {run.name} called {metrics.accuracy:.1%} rightly" in text
    assert "better than guessing" in text


def test_an_evil_name_is_text_and_nothing_else(run: Run):
    html = run_report(subject_of(run))
    page = Page(html)
    assert "script" not in page.tags and "<script" not in html
    assert EVIL in page.text  # the tag and the generator, as they are


def test_an_evil_path_and_an_evil_table_name_are_text_too(run: Run):
    images = subject_of(run).images
    frame = images.frame.assign(path=EVIL + images.frame["path"])
    write_predictions(run.predictions_file, frame)
    again = subject_of(run)
    html = run_report(Subject(EVIL, "test", 0.5, again.images, None, None))
    assert "<script" not in html and EVIL in Page(html).text


def test_the_file_asks_nobody_for_anything(run: Run):
    page = Page(run_report(subject_of(run), pictures=True))
    assert page.addresses and all(address.startswith("data:image/jpeg;base64,") for address in page.addresses)
    assert not {"link", "iframe", "object", "script"} & set(page.tags)
    assert "@import" not in "".join(page.words) and "url(" not in "".join(page.words)


def test_pictures_are_there_only_when_asked_for_and_then_with_a_warning(run: Run):
    without, with_them = (run_report(subject_of(run), pictures) for pictures in (False, True))
    assert "img" not in Page(without).tags and "Their licences" not in without
    assert Page(with_them).tags.count("img") == Page(with_them).text.count(".png") > 0
    assert "Their licences and the privacy of the people" in with_them
    assert len(without.encode()) < 150_000 and len(with_them.encode()) < 1_000_000


def test_a_picture_that_has_gone_or_lies_outside_the_data_is_told_and_costs_no_more(run: Run):
    subject = subject_of(run)
    outside = subject.root.parent / "secret.png"
    outside.write_bytes(next(subject.root.rglob("*.png")).read_bytes())
    write_predictions(run.predictions_file, subject.images.frame.assign(path="../secret.png"))
    page = Page(run_report(subject_of(run), pictures=True))
    assert "img" not in page.tags and "cannot be read" in page.text


def test_the_same_run_gives_the_same_bytes(run: Run):
    assert run_report(subject_of(run), True) == run_report(subject_of(run), True)


def test_no_path_of_the_author_is_told(run: Run):
    html = run_report(subject_of(run))
    assert str(run.folder.parents[1]) not in html and "stripes" in html


def test_a_shortcut_as_good_as_the_detector_is_warned_of(run: Run):
    text = Page(run_report(subject_of(run))).text
    assert "it may have learnt no more than that shortcut" in text
    assert "never looks at the picture, only at how its file is stored, gets 0.99" in text


def test_the_data_the_settings_and_the_command_are_there(run: Run):
    text = Page(run_report(subject_of(run))).text
    for words in ("train 300 300", "0123456789abcdef", "learning rate 0.001", "torch 2.13.0", "--epochs 8", "best epoch: 8"):
        assert words in text
    assert "license: other" in text and "Intended use" in text  # the card


def test_the_threshold_is_that_of_the_weights_or_the_one_asked_for(run: Run):
    assert subject_of(run).threshold == 0.5
    low, high = (Page(run_report(subject_of(run, threshold=line))).text for line in (0.1, 0.9))
    assert "at the threshold 0.10" in low and "at the threshold 0.90" in high
    assert subject_of(run, threshold=0.1).metrics.recall_ai > subject_of(run, threshold=0.9).metrics.recall_ai


def test_validation_images_are_said_to_flatter(run: Run):
    text = Page(run_report(subject_of(run, "valid"))).text
    assert "validation images" in text and "expect less on others" in text


def test_scores_by_chance_are_said_to_show_nothing(run: Run):
    frame = read_predictions(run.predictions_file)
    write_predictions(run.predictions_file, frame.assign(probability=[0.1, 0.1, 0.9, 0.9] * (len(frame) // 4)))
    assert "do not show that it is better than guessing" in Page(run_report(subject_of(run))).text


def test_one_class_alone_has_no_roc_and_is_told(run: Run):
    frame = read_predictions(run.predictions_file)
    write_predictions(run.predictions_file, frame[frame["label"] == 1])
    text = Page(run_report(subject_of(run))).text
    assert "nothing says whether it tells the classes apart" in text and "ROC curve" not in text


def test_a_run_that_has_measured_nothing_says_so_and_shows_the_rest(run: Run):
    run.predictions_file.unlink()
    text = Page(run_report(subject_of(run))).text
    assert "has scored no images yet" in text and "Loss by epoch" in text and "What was taken for what?" not in text
    with pytest.raises(UserError, match="scored no images"):
        subject_of(run, "test")


def test_a_bare_run_is_no_obstacle(run: Run, tmp_path: Path):
    run.predictions_file.unlink()
    (run.folder / "about.json").unlink()
    (run.folder / "metrics.jsonl").unlink()
    text = Page(run_report(subject_of(run))).text
    assert "No epoch has finished yet" in text and "No audit was made" in text


def test_mistakes_come_with_the_most_certain_first(run: Run):
    text = Page(run_report(subject_of(run))).text
    subject = subject_of(run)
    frame = subject.images.frame
    wrong = frame[(frame["probability"] >= 0.5) != (frame["label"] == 1)]
    surest = wrong.iloc[(wrong["probability"] - 0.5).abs().argmax()]
    after = text.split("Most confident mistakes")[1]
    assert after.index(surest["path"]) == min(after.index(path) for path in wrong["path"] if path in after)
    assert f"{len(wrong)} of 200 images were called wrongly" in text
