"""Planted marks: does a detector look where the truth is? Asked of lab pictures, whose marks are known to the pixel."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from detector.data.lab import LAB_MARKS, draw_lab
from detector.explain.overlay import resize_map
from detector.labels import AI, REAL
from detector.playground.answers import Answer, answers
from detector.playground.edits import brushed
from detector.predict import Predictor

PICTURES = 20
_SEED = 30_000  # far from the seeds of lab sets and samples, so that no detector was trained on these very pictures

Cover = NDArray[np.bool_]


@dataclass(frozen=True)
class Planted:
    """What became of `n` marked pictures, of which `found` were called AI-generated.

    `turned_mark` counts how many of the found ones were called real when drawn anew without the mark and otherwise the same,
    `turned_elsewhere` when a place of the same shape without one was smoothed over instead; `moved_…` are the mean changes of all
    pictures in log-odds. `share` is how much of the
    evidence for AI-generated lies in the mark, on average, and `area` how much of the picture. `share` is None without a map.
    """

    n: int
    found: int
    turned_mark: int
    turned_elsewhere: int
    moved_mark: float
    moved_elsewhere: float
    share: float | None
    area: float


def planted(predictor: Predictor, pictures: int = PICTURES) -> Planted:
    """Ask about marked lab pictures: as they are, drawn without the mark, and with another place brushed away instead."""
    drawn = [_drawn(AI, number) for number in range(pictures)]
    images, masks = [image for image, _ in drawn], [mask for _, mask in drawn]
    unmarked = [_drawn(REAL, number)[0] for number in range(pictures)]  # brushing would leave a trace like a mark's
    spared = [brushed(image, elsewhere(mask), "surroundings") for image, mask in drawn]
    said = answers(predictor, images + unmarked + spared, {})
    whole, without, other = said[:pictures], said[pictures : 2 * pictures], said[2 * pictures :]
    found = [number for number, answer in enumerate(whole) if _is_ai(answer)]
    shares = [_share(answer, np.asarray(mask) > 127) for answer, mask in zip(whole, masks, strict=True)]
    told = [share for share in shares if share is not None]
    return Planted(
        n=pictures,
        found=len(found),
        turned_mark=sum(not _is_ai(without[number]) for number in found),
        turned_elsewhere=sum(not _is_ai(other[number]) for number in found),
        moved_mark=float(np.mean([after.logit - before.logit for before, after in zip(whole, without, strict=True)])),
        moved_elsewhere=float(np.mean([after.logit - before.logit for before, after in zip(whole, other, strict=True)])),
        share=float(np.mean(told)) if told else None,
        area=float(np.mean([(np.asarray(mask) > 127).mean() for mask in masks])),
    )


def _drawn(label: int, number: int) -> tuple[Image.Image, Image.Image]:
    """Picture and mask; both labels use the same random numbers, so that only the mark tells them apart."""
    return draw_lab(label, LAB_MARKS[number % len(LAB_MARKS)], np.random.default_rng([_SEED, number]))


def elsewhere(mask: Image.Image) -> Image.Image:
    """The mask's shape at the place, of eight around the picture's edges, where it overlaps the mask least."""
    cover = np.asarray(mask)
    half, third = (np.array(cover.shape) // part for part in (2, 3))
    shifts = [(y, x) for y in (0, half[0], third[0]) for x in (0, half[1], third[1]) if (y, x) != (0, 0)]
    moved = [np.roll(cover, shift, axis=(0, 1)) for shift in shifts]
    overlaps = [int(((each > 127) & (cover > 127)).sum()) for each in moved]
    return Image.fromarray(moved[int(np.argmin(overlaps))])


def _is_ai(answer: Answer) -> bool:
    return answer.verdict.probability >= answer.verdict.threshold


def _share(answer: Answer, cover: Cover) -> float | None:
    """How much of the evidence for AI-generated lies inside the mark; None where there is none."""
    if answer.heat is None:
        return None
    left, top, right, bottom = answer.box
    spread = np.maximum(resize_map(answer.heat, (right - left, bottom - top)), 0)
    total = float(spread.sum())
    return float(spread[cover[top:bottom, left:right]].sum()) / total if total > 0 else None
