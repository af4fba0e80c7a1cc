import base64
import json
import zlib

import pytest

from detector.errors import UserError
from detector.evaluation.perturbations import KINDS
from detector.playground.steps import Brush, Change, Crop, Paste, Stroke, from_list, read_steps, write_steps
from detector.playground.strengths import at_notch, notches
from detector.playground.words import agreement_words, change_sentence, step_words
from tests.conftest import flat

STEPS = (
    Change("blur", 1.5),
    Brush("noise", (Stroke(60, ((10, 20), (30, 400))),), ((1, 2, 300, 400),)),
    Crop((100, 0, 900, 1000)),
    Paste("sample:china", (0, 0, 500, 500), (250, 250, 750, 750), 100),
)


def packed(value: object) -> str:
    return base64.urlsafe_b64encode(zlib.compress(json.dumps(value).encode())).decode().rstrip("=")


def test_steps_come_back_from_a_link_as_they_were() -> None:
    word = write_steps(STEPS)
    assert read_steps(word) == STEPS
    assert word.replace("-", "").replace("_", "").isalnum()  # an address need not escape any of it
    assert write_steps(()) == "" and read_steps("") == ()


@pytest.mark.parametrize(
    "word",
    [
        "nonsense", "x" * 10_000, write_steps(STEPS)[:-9], packed({"change": 1}), packed([[]]), packed([["delete", "/"]]),
        packed([["change", "blur", 99]]), packed([["change", "blur", float("nan")]]), packed([["change", "rot", 1]]),
        packed([["change", "blur", True]]), packed([["crop", [500, 0, 500, 1000]]]), packed([["crop", [0, 0, 2000, 1000]]]),
        packed([["brush", "gold", [[10, 1, 1]], []]]), packed([["brush", "mean", [], []]]),
        packed([["brush", "mean", [[10, 1]], []]]),
        packed([["paste", 5, [0, 0, 9, 9], [0, 0, 9, 9], 0]]), packed([["crop", [0, 0, 9, 9]]] * 41), packed("[" * 50_000),
    ],
)  # fmt: skip
def test_a_link_that_was_made_up_gives_one_clear_line(word: str) -> None:
    with pytest.raises(UserError, match="steps in this link"):
        read_steps(word)


def test_a_word_that_unpacks_to_a_gigabyte_is_refused_without_unpacking_it() -> None:
    bomb = base64.urlsafe_b64encode(zlib.compress(b"[" + b" " * 4_000_000 + b"]", 9)).decode()
    assert len(bomb) < 6000
    with pytest.raises(UserError):
        read_steps(bomb)


def test_a_step_from_a_broken_page_is_refused() -> None:
    with pytest.raises(UserError):
        from_list(["brush", "mean", [[10, "x", 3]], []])


@pytest.mark.parametrize("kind", KINDS)
def test_every_notch_of_a_slider_can_be_kept_and_shared(kind: str) -> None:
    first, *strengths = notches(kind)
    assert first is None and set(KINDS[kind].strengths) <= set(strengths)
    falling = KINDS[kind].strengths[0] > KINDS[kind].strengths[-1]
    assert strengths == sorted(strengths, reverse=falling) and len(set(strengths)) == len(strengths)
    names = [KINDS[kind].shown(strength) for strength in strengths]
    assert len(set(names)) == len(names)
    steps = tuple(Change(kind, strength) for strength in strengths)
    assert read_steps(write_steps(steps)) == steps


def test_the_first_notch_is_the_picture_itself() -> None:
    image = flat(90)
    assert at_notch(image, "jpeg", None) is image


def test_each_step_has_its_words() -> None:
    said = [step_words(step) for step in STEPS]
    assert said == [
        "Blur: 1.5 (sigma in pixels)", "Brushed away, filled with noise", "Cropped to 80 × 100 % of its sides",
        "Pasted over 25 % of the picture",
    ]  # fmt: skip


def test_a_change_is_told_with_its_direction_and_its_side() -> None:
    fell = change_sentence(("ai", 0.9), ("real", 0.2), -3.6)
    assert "fell from 0.90 to 0.20, by 3.6 logits" in fell and "from AI-generated to real" in fell
    assert "stays on the side of real" in change_sentence(("real", 0.1), ("real", 0.3), 1.3)
    assert change_sentence(("ai", 0.9), ("ai", 0.9), 0.01) == "The score stayed as it was."
    assert "reads over 0.99 as before" in change_sentence(("ai", 0.9999), ("ai", 0.999), -2.3)


def test_agreement_is_counted_and_is_no_proof() -> None:
    assert "9 of 13" in agreement_words(9, 13) and "at 4" in agreement_words(9, 13)
    assert "no proof" in agreement_words(13, 13)
