import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from detector.errors import UserError
from detector.evaluation import pins as store
from detector.evaluation.pin_check import check_new_weights, check_pins
from detector.evaluation.pin_results import PinResult, ledger, list_results, standing_words, write_result
from detector.evaluation.pins import add_pin, find_pin, is_pinned, list_pins, put_back, remove_pin
from detector.files import write_text
from detector.labels import AI, REAL
from tests.conftest import flat
from tests.workspaces import picture


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DETECTOR_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def lamp(level: int, tmp_path: Path) -> bytes:
    file = tmp_path / f"{level}.png"
    flat(level).save(file)
    return file.read_bytes()


def test_a_pin_is_the_files_own_bytes_with_its_class_and_note():
    data = picture(1)
    pin = add_pin(data, AI, "odd\nname.png", "  too\n smooth ", "a run")
    assert pin.file.read_bytes() == data and is_pinned(pin.sha256)
    assert list_pins() == [pin] and (pin.name, pin.note, pin.label) == ("odd name.png", "too smooth", AI)


def test_the_same_picture_is_pinned_once_and_takes_the_new_word_for_its_class():
    first = add_pin(picture(1), AI, "a.png")
    second = add_pin(picture(1), REAL, "b.png")
    assert list_pins() == [second] and second.when == first.when and second.label == REAL


def test_what_is_no_picture_too_large_or_one_too_many_is_refused(monkeypatch: pytest.MonkeyPatch):
    with pytest.raises(UserError, match="cannot be pinned"):
        add_pin(b"not a picture", REAL, "notes.txt")
    monkeypatch.setattr(store, "MOST_BYTES", 10)
    with pytest.raises(UserError, match="MB"):
        add_pin(picture(1), REAL, "large.png")
    monkeypatch.undo()


def test_there_is_a_limit_to_pins(home: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(store, "MOST_PINS", 2)
    for seed in range(2):
        add_pin(picture(seed), REAL, f"{seed}.png")
    with pytest.raises(UserError, match="as many as are kept"):
        add_pin(picture(2), REAL, "2.png")
    add_pin(picture(1), AI, "1.png")  # a correction of one that is there


def test_a_removed_pin_can_be_put_back():
    pin = add_pin(picture(1), AI, "a.png")
    removed = remove_pin(pin.sha256[:10])
    assert list_pins() == [] and not pin.file.exists()
    put_back(*removed)
    assert list_pins() == [pin]
    with pytest.raises(UserError, match="No pin has"):
        find_pin("zz")


def test_a_damaged_description_costs_its_pin_only(home: Path):
    keep, lost = add_pin(picture(1), AI, "a.png"), add_pin(picture(2), AI, "b.png")
    write_text(home / "pins" / "about" / f"{lost.sha256}.json", "{")
    assert list_pins() == [keep]


def test_a_detector_is_shown_every_pin_and_asked_only_once(bright: Path, tmp_path: Path):
    light, dark = add_pin(lamp(210, tmp_path), AI, "light"), add_pin(lamp(40, tmp_path), AI, "dark")
    result = check_pins(bright, "bright")
    assert result.right(light) is True and result.right(dark) is False
    asked: list[int] = []
    late = add_pin(lamp(215, tmp_path), AI, "late")
    again = check_pins(bright, "bright", lambda done, total: asked.append(total))
    assert asked == [1] and again.right(late) is True and len(list_results()) == 1
    assert again.scores[light.sha256] == result.scores[light.sha256]


def test_the_score_of_a_pin_is_that_of_classify(bright: Path, tmp_path: Path):
    from detector.predict import Predictor

    pin = add_pin(lamp(120, tmp_path), AI, "grey")
    verdict = Predictor.load("bright", device="cpu").predict([flat(120)])[0]
    assert check_pins(bright, "bright").scores[pin.sha256] == pytest.approx(verdict.probability, abs=1e-6)


def test_being_right_on_what_was_learnt_by_heart_counts_for_nothing(bright: Path, tmp_path: Path):
    pin = add_pin(lamp(210, tmp_path), AI, "light")
    write_text(bright / "training_images.txt", pin.sha256[:16] + "\n")
    result = check_pins(bright, "bright")
    assert result.right(pin) is None
    assert (
        standing_words(ledger([pin], [result])[0])
        == "0 of 0 right (1 not counted, since it learnt from it); the first on its data"
    )


def result_of(name: str, day: int, right: dict[str, bool], dataset: str = "lamps") -> PinResult:
    scores = {pin: 0.9 if good else 0.1 for pin, good in right.items()}
    return PinResult(f"{name}-hash", name, dataset, f"2026-01-{day:02}", float(day), 0.5, scores)


def test_the_ledger_says_what_each_detector_mended_and_broke():
    pins = [add_pin(picture(seed), AI, f"{seed}.png") for seed in range(4)]
    a, b, c, d = (pin.sha256 for pin in pins)
    old = result_of("old", 1, {a: True, b: False, c: False, d: True})
    other = result_of("other", 2, {a: False}, dataset="other data")
    new = result_of("new", 3, {a: False, b: True, c: True, d: True})
    for each in (new, other, old):
        write_result(each)
    found = ledger(pins, list_results())
    assert [each.result.name for each in found] == ["old", "other", "new"]
    assert standing_words(found[2]) == "fixed 2, broke 1 against old; 3 of 4 right"
    assert {pin.sha256 for pin in found[2].fixed} == {b, c} and [pin.sha256 for pin in found[2].broke] == [a]
    assert found[1].before == ""


def test_a_run_that_went_on_replaces_its_earlier_state():
    early = result_of("run", 1, {})
    write_result(early)
    write_result(replace(early, weights="later"))
    assert [each.weights for each in list_results()] == ["later"]


def test_pins_never_make_a_training_run_fail(bright: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture):
    check_new_weights(tmp_path / "nowhere", "gone")  # without pins nothing is looked at
    assert not caplog.records
    add_pin(lamp(210, tmp_path), AI, "light")
    shutil.rmtree(bright)
    check_new_weights(bright, "gone")
    assert "could not be shown to gone" in caplog.text
