import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from detector.labels import AI, REAL
from detector.models.digests import weights_hash
from detector.predict import Predictor
from detector.stage.deck import Deck, create_deck, read_deck
from detector.stage.pictures import add_picture
from detector.stage.prepare import get_ready
from detector.stage.ready import answers, map_file, missing, read_answer
from tests.stage.conftest import jpeg


@pytest.fixture
def bright_deck(bright: Path) -> Deck:
    name = create_deck("Lamps").name
    add_picture(name, jpeg(210), "bright.jpg", AI)
    add_picture(name, jpeg(40), "dark.jpg", REAL)
    return read_deck(name)


def test_a_deck_made_ready_holds_verdicts_maps_and_their_checks(bright_deck: Deck, bright: Path) -> None:
    counted: list[tuple[float, int]] = []
    problems = get_ready(bright_deck, bright, Predictor.load(bright), lambda done, total: counted.append((done, total)))
    digest = weights_hash(bright)
    found = answers(bright_deck, digest)
    first, second = (found[picture.sha256] for picture in bright_deck.pictures)
    assert not problems and not missing(bright_deck, digest)
    assert counted == sorted(counted) and [each for each in counted if each[0] == int(each[0])] == [(0, 2), (1, 2), (2, 2)]
    assert sum(0 < done < 1 for done, _ in counted) > 9  # a large network takes minutes a picture, and must not seem to hang
    assert (first.verdict, second.verdict) == ("ai", "real") and first.badge and first.check and not first.seen
    shown = Image.open(bright_deck.shown(bright_deck.pictures[0]))
    laid = Image.open(io.BytesIO(map_file(bright_deck, bright_deck.pictures[0], digest).read_bytes()))
    assert laid.size == shown.size
    assert np.abs(np.asarray(laid, int) - np.asarray(shown, int)).mean() > 1  # the map can be seen


def test_work_broken_off_goes_on_where_it_was_and_asks_nothing_twice(bright_deck: Deck, bright: Path) -> None:
    predictor, digest = Predictor.load(bright), weights_hash(bright)

    def break_off(done: float, total: int) -> None:
        if done == 1:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        get_ready(bright_deck, bright, predictor, break_off)
    file = bright_deck.folder / "ready" / digest / f"{bright_deck.pictures[0].sha256}.json"
    written = file.stat().st_mtime_ns
    assert missing(bright_deck, digest) == [bright_deck.pictures[1]]
    get_ready(bright_deck, bright, predictor, lambda done, total: None)
    assert not missing(bright_deck, digest) and file.stat().st_mtime_ns == written


def test_a_picture_whose_file_is_damaged_costs_one_line_and_the_others_get_ready(bright_deck: Deck, bright: Path) -> None:
    bright_deck.file(bright_deck.pictures[0]).write_bytes(b"gone")
    problems = get_ready(bright_deck, bright, Predictor.load(bright), lambda done, total: None)
    assert len(problems) == 1 and problems[0].startswith("bright.jpg: ")
    assert list(answers(bright_deck, weights_hash(bright))) == [bright_deck.pictures[1].sha256]


def test_an_answer_whose_map_is_lost_or_whose_file_is_damaged_counts_as_missing(bright_deck: Deck, bright: Path) -> None:
    digest = weights_hash(bright)
    get_ready(bright_deck, bright, Predictor.load(bright), lambda done, total: None)
    first, second = bright_deck.pictures
    map_file(bright_deck, first, digest).unlink()
    (bright_deck.folder / "ready" / digest / f"{second.sha256}.json").write_text("{half")
    assert read_answer(bright_deck, first, digest) is None and missing(bright_deck, digest) == [first, second]


def test_a_picture_that_the_detector_was_trained_on_is_marked(bright_deck: Deck, bright: Path) -> None:
    (bright / "training_images.txt").write_text(bright_deck.pictures[1].sha256[:16] + "\n")
    get_ready(bright_deck, bright, Predictor.load(bright), lambda done, total: None)
    found = answers(bright_deck, weights_hash(bright))
    assert [found[picture.sha256].seen for picture in bright_deck.pictures] == [False, True]
