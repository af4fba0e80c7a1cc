"""Getting a deck ready: each picture is asked about once, with its map and the map's check, before anybody looks on."""

import io
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image

from detector.data.images import open_image
from detector.errors import UserError
from detector.explain.map_check import BADGE_WORDS
from detector.explain.methods import METHODS, methods_for
from detector.explain.overlay import overlay
from detector.labels import label_of
from detector.models.digests import HASH_DIGITS, seen_hashes, weights_hash
from detector.stage.deck import Deck, Picture
from detector.stage.ready import Answer, missing, write_answer
from detector.words import map_sentence, sentences

if TYPE_CHECKING:  # asking what is missing must not wait for torch
    from detector.predict import Predictor

OPACITY = 0.65
"""Of a map on stage: a little more than on a page, since projectors wash colours out."""

Progress = Callable[[float, int], None]
"""Told how many of the pictures are done, the one in work by its share, and how many there are."""


def get_ready(deck: Deck, folder: Path, predictor: "Predictor", progress: Progress) -> list[str]:
    """Ask the detector in a weights folder about what it has not been asked; returns a line for each picture that failed.

    Every answer is kept at once, so work that is broken off goes on where it was. Raises WeightsError for weights that are gone.
    """
    digest, seen, problems = weights_hash(folder), seen_hashes(folder), []
    waiting = missing(deck, digest)
    for number, picture in enumerate(waiting):
        progress(number, len(waiting))
        try:
            within = partial(_within, progress, number, len(waiting))
            answer, laid = ask(deck, picture, predictor, within, seen=picture.sha256[:HASH_DIGITS] in seen)
        except (UserError, OSError) as error:
            problems.append(f"{picture.name}: {error}")
            continue
        write_answer(deck, picture, digest, answer, laid)
    progress(len(waiting), len(waiting))
    return problems


def ask(
    deck: Deck, picture: Picture, predictor: "Predictor", progress: Callable[[int, int], None] | None = None, seen: bool = False
) -> tuple[Answer, bytes]:
    """A detector's answer on one picture, and the picture under its map as a JPEG, empty where no map can be drawn.

    `progress` is told of the forward passes of the map's check, which takes nearly all of the time.
    """
    image = open_image(deck.file(picture), picture.sha256)
    verdict = predictor.predict([image])[0]
    words = sentences(verdict, predictor.calibration, predictor.config.dataset)
    known = Answer(
        picture.sha256,
        predictor.name,
        verdict.verdict,
        verdict.probability,
        verdict.threshold,
        words.headline,
        f"{words.detail} {words.caveat}",
        seen=seen,
    )
    try:
        return _with_map(known, image, label_of(verdict.label), predictor, Image.open(deck.shown(picture)), progress)
    except UserError as error:  # some networks have no map, and the verdict is worth showing without one
        return replace(known, problem=str(error)), b""


def _within(progress: Progress, number: int, total: int, done: int, of: int) -> None:
    progress(number + done / of, total)


def _with_map(
    known: Answer,
    image: Image.Image,
    label: int,
    predictor: "Predictor",
    shown: Image.Image,
    progress: Callable[[int, int], None] | None,
) -> tuple[Answer, bytes]:
    from detector.explain.checks import check_picture

    method = methods_for(predictor.config.architecture, predictor.config.backbone)[0]
    told = predictor.explain(image, label, method)
    across, down = shown.width / image.width, shown.height / image.height
    left, top, right, bottom = told.box
    box = round(left * across), round(top * down), round(right * across), round(bottom * down)
    buffer = io.BytesIO()
    overlay(shown, told.heat, box, OPACITY).save(buffer, "JPEG", quality=88)
    check = check_picture(predictor, image, label, method, progress=progress)
    cut = box != (0, 0, *shown.size)
    said = map_sentence(METHODS[method].title, label, not told.heat.any(), cut)
    return replace(known, map_words=said, badge=BADGE_WORDS[check.badge], check=check.sentence), buffer.getvalue()
