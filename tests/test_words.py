import re
import subprocess
import sys
from typing import NamedTuple

import numpy as np
import pytest

from detector.evaluation.calibration import Calibration, ScoreTable, score_table
from detector.evaluation.left_out import LeftOut
from detector.words import HEADLINES, sentences, shown_score


class Given(NamedTuple):
    """The fields of a Verdict, which lives beside torch."""

    label: str = "ai"
    verdict: str = "ai"
    probability: float = 0.87
    threshold: float = 0.5
    reasons: tuple[str, ...] = ()


def table(ai: int, n: int, score: float = 0.85) -> ScoreTable:
    return score_table(np.arange(n) < ai, np.full(n, score))


@pytest.mark.parametrize("verdict", HEADLINES)
@pytest.mark.parametrize("probability", [0.0, 0.5, 0.97, 1.0])
def test_no_sentence_gives_the_score_as_a_percentage_and_all_end_in_a_caveat(verdict, probability):
    words = sentences(Given(verdict=verdict, probability=probability), Calibration(), "faces")
    said = f"{words.headline} {words.score} {words.detail} {words.caveat}"
    assert "%" not in said
    assert said.endswith("pictures from other generators may fool it. This is not proof.")
    assert words.headline == HEADLINES[verdict]


def test_an_inconclusive_verdict_says_that_the_detector_cannot_tell():
    assert sentences(Given(verdict="inconclusive"), Calibration()).headline == "Inconclusive: this detector cannot tell"


def test_the_detail_tells_what_test_images_of_such_a_score_turned_out_to_be():
    detail = sentences(Given(probability=0.87), Calibration({"valid": table(10, 20), "test": table(128, 152)})).detail
    assert detail == ("Of its own test images that scored between 0.8 and 0.9, 84 % (78–89 %) were AI-generated (n = 152).")


def test_validation_images_speak_where_nothing_was_kept_for_a_test():
    assert sentences(Given(), Calibration({"valid": table(50, 50)})).detail.startswith(
        "Of its own validation images that scored between 0.8"
    )


@pytest.mark.parametrize(("n", "start"), [(0, "None of its own test images"), (9, "Only 9 of its own test images")])
def test_few_test_images_at_a_score_give_no_percentage(n, start):
    tested = table(n, n) if n else table(30, 30, score=0.15)
    detail = sentences(Given(), Calibration({"test": tested})).detail
    assert detail.startswith(start)
    assert "too few" in detail
    assert "%" not in detail


def test_a_detector_that_was_never_evaluated_says_so():
    assert "never evaluated" in sentences(Given(), Calibration()).detail


def test_a_detector_of_drawn_pictures_says_that_it_knows_no_photos():
    assert "it knows no photos" in sentences(Given(), Calibration(), "lab").caveat


@pytest.mark.parametrize("probability", [0.0, 0.0001, 0.9951, 0.99999, 1.0])
def test_a_score_is_never_shown_as_a_certain_0_or_1(probability):
    assert shown_score(probability) in ("under 0.01", "over 0.99")
    assert not re.search(r"\b[01]\.00", sentences(Given(probability=probability), Calibration()).score)


def test_words_and_samples_need_no_network_library():
    code = "import sys, detector.words, detector.samples; print({'torch', 'timm', 'sklearn', 'matplotlib'} & set(sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "set()"


def test_the_reasons_of_an_inconclusive_verdict_are_sentences():
    given = Given(verdict="inconclusive", reasons=("the picture is blank", "only 3 of its images scored like this"))
    assert sentences(given, Calibration()).why == "The picture is blank. Only 3 of its images scored like this."
    assert sentences(Given(), Calibration()).why == ""


def test_the_share_of_unseen_generators_is_quoted_with_n_or_said_to_be_unknown():
    rows = (LeftOut("dalle", 60, 20, 30, 50), LeftOut("starry", 40, 21, 9, 30))
    assert "41 % (32–51 %)" in sentences(Given(), Calibration(left_out=rows)).unseen
    assert "n = 100, 2 generators" in sentences(Given(), Calibration(left_out=rows)).unseen
    assert "not measured" in sentences(Given(), Calibration()).unseen
