from pathlib import Path

import pytest

from detector.evaluation.perturbations import KINDS
from detector.flips import Steps, flips, sentence
from detector.predict import Predictor
from tests.conftest import flat


@pytest.fixture
def detector(bright: Path) -> Predictor:
    return Predictor.load(str(bright), device="cpu")


def test_a_bright_picture_flips_where_it_grows_dark_to_the_very_step(detector: Predictor) -> None:
    image, told = flat(200), []
    score, found = flips(detector, image, lambda done, total: told.append((done, total)))
    assert score == detector.predict([image])[0].probability
    darker = next(each for each in found if each.kind == "darker")
    assert darker.flip is not None and darker.back is None

    def label(strength: float) -> str:
        return detector.predict([KINDS["darker"].change(image, strength)])[0].label

    assert label(darker.flip) == "real" and label(darker.flip + KINDS["darker"].step) == "ai"
    assert told[-1] == (len(KINDS), len(KINDS))


def test_what_does_not_turn_the_verdict_has_no_flip_and_every_score(detector: Predictor) -> None:
    image = flat(210)
    _, found = flips(detector, image)
    jpeg = next(each for each in found if each.kind == "jpeg")
    assert jpeg.flip is None and len(jpeg.scores) == len(KINDS["jpeg"].strengths)
    expected = [
        verdict.probability for verdict in detector.predict([KINDS["jpeg"].change(image, s) for s in KINDS["jpeg"].strengths])
    ]
    assert jpeg.scores == pytest.approx(expected, abs=1e-6)


def test_sentences_say_where_and_which_way() -> None:
    scores = (0.9,) * 7
    assert sentence(Steps("jpeg", scores, 62)) == "The verdict flips at JPEG quality 62."
    assert sentence(Steps("jpeg", scores)) == "The verdict stays the same, even at JPEG quality 20."
    assert sentence(Steps("blur", scores[:5])) == "The verdict stays the same, even at a blur of 3.0 pixels."
    assert sentence(Steps("jpeg", scores, 95)) == "The verdict flips at JPEG quality 95, the mildest tried."
    assert sentence(Steps("resize", scores[:6], 0.8, 0.5)).endswith("and is the first one again at 0.50 of its size.")
