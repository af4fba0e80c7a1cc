"""Order: which image comes when. Sentinels are strewn evenly among the others, at places nobody can guess."""

import hashlib
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

Point = tuple[float, float]
"""A detector's probability and its threshold."""

_EDGE = 1e-6  # a probability of 0 or 1 has no logit


@dataclass(frozen=True)
class Placed:
    """An image to be ordered: its number, its hash, and the scores of the queue's detectors as far as there are any."""

    id: int
    sha256: str
    sentinel: bool
    points: tuple[Point, ...]


def ranks(order: str, images: Sequence[Placed], seed: int) -> dict[int, float]:
    """The rank of each image by its number, the lowest first; what has no score comes last, at random, as ties do."""
    measure = _MEASURES[order]
    by_chance = {image.id: _chance(seed, image.sha256) for image in images}
    others = [image for image in images if not image.sentinel]
    keys = {image.id: measure(image.points) for image in others}
    placed = sorted(others, key=lambda image: (math.inf if (key := keys[image.id]) is None else key, by_chance[image.id]))
    found = {image.id: float(place) for place, image in enumerate(placed)}
    sentinels = sorted((image for image in images if image.sentinel), key=lambda image: by_chance[image.id])
    stretch = len(others) / len(sentinels) if sentinels else 0.0
    for place, image in enumerate(sentinels):  # one in each stretch, anywhere within it and between two whole ranks
        within = stretch * (place + _chance(seed + 1, image.sha256))
        found[image.id] = math.floor(within) - 0.5 + place / (2 * len(sentinels))
    return found


def certainty(point: Point) -> float:
    """How far a score is from its threshold, in logits, so that 0.999 counts for more than 0.99."""
    return abs(_logit(point[0]) - _logit(point[1]))


def _logit(value: float) -> float:
    inside = min(max(value, _EDGE), 1 - _EDGE)
    return math.log(inside / (1 - inside))


def _uncertain(points: tuple[Point, ...]) -> float | None:
    return certainty(points[0]) if points else None


def _confident(points: tuple[Point, ...]) -> float | None:
    return -certainty(points[0]) if points else None


def _disagreement(points: tuple[Point, ...]) -> float | None:
    """Detectors that call an image differently before those that only score it differently."""
    if len(points) < 2:
        return None
    called = {probability >= threshold for probability, threshold in points}
    scores = [probability for probability, _ in points]
    return -(max(scores) - min(scores)) - (len(called) - 1)


def _random(points: tuple[Point, ...]) -> float | None:
    return None


_MEASURES: Mapping[str, Callable[[tuple[Point, ...]], float | None]] = {
    "uncertain": _uncertain,
    "disagreement": _disagreement,
    "confident": _confident,
    "random": _random,
}


def _chance(seed: int, sha256: str) -> float:
    """A number in 0 … 1 that depends on the seed and the image alone: more images do not shuffle those that are there."""
    return int(hashlib.sha256(f"{seed} {sha256}".encode()).hexdigest()[:13], 16) / 16**13
