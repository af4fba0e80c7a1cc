"""Steps: what was done to a picture in the playground, as values and as the text of a link. They hold no pictures."""

import base64
import json
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from detector.errors import UserError
from detector.evaluation.perturbations import KINDS

Box = tuple[int, int, int, int]
"""Left, top, right and bottom in thousandths of the picture's sides, so that it fits the picture at any size."""

WHOLE: Box = (0, 0, 1000, 1000)
FILLS = {"surroundings": "Its surroundings", "mean": "One colour", "noise": "Noise"}
"""What is put where something was brushed away."""

MOST_STEPS = 40
MOST_POINTS = 4000
LONGEST_LINK = 6000
_LONGEST_TEXT = 200_000
_BROKEN = "The steps in this link cannot be read: ask for the link again, or start from the picture itself."


@dataclass(frozen=True)
class Change:
    """The whole picture changed by a perturbation of this kind and strength."""

    kind: str
    strength: float


@dataclass(frozen=True)
class Stroke:
    """A brush drawn along points. `radius` is in thousandths of the shorter side, points (x, y) in thousandths of both."""

    radius: int
    points: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Brush:
    """What lies under strokes and boxes taken away, and filled as FILLS says."""

    fill: str
    strokes: tuple[Stroke, ...] = ()
    boxes: tuple[Box, ...] = ()


@dataclass(frozen=True)
class Crop:
    """Only this part kept."""

    box: Box


@dataclass(frozen=True)
class Paste:
    """A part of another picture, named by its key, laid over `put`; its edge fades over `feather` thousandths of the part."""

    source: str
    cut: Box
    put: Box
    feather: int


Step = Change | Brush | Crop | Paste


def as_list(step: Step) -> list[Any]:
    """The step as plain values for JSON, its name first."""
    match step:
        case Change(kind, strength):
            return ["change", kind, strength]
        case Brush(fill, strokes, boxes):
            flat = [[stroke.radius, *(value for point in stroke.points for value in point)] for stroke in strokes]
            return ["brush", fill, flat, [list(box) for box in boxes]]
        case Crop(box):
            return ["crop", list(box)]
        case Paste(source, cut, put, feather):
            return ["paste", source, list(cut), list(put), feather]


def from_list(values: Sequence[Any]) -> Step:
    """The inverse of `as_list`; raises UserError for anything that is no step, since a link may say whatever it likes."""
    try:
        name, *rest = values
        return _READERS[name](*rest)
    except (KeyError, TypeError, ValueError) as error:
        raise UserError(_BROKEN) from error


def write_steps(steps: Sequence[Step]) -> str:
    """The steps as a word for an address; empty for none."""
    if not steps:
        return ""
    text = json.dumps([as_list(step) for step in steps], separators=(",", ":"))
    return base64.urlsafe_b64encode(zlib.compress(text.encode(), 9)).decode().rstrip("=")


def read_steps(word: str) -> tuple[Step, ...]:
    """The inverse of `write_steps`; raises UserError for a word that is cut short, too long or made up."""
    if not word:
        return ()
    if len(word) > LONGEST_LINK:
        raise UserError(_BROKEN)
    try:
        packed = base64.urlsafe_b64decode(word + "=" * (-len(word) % 4))
        text = zlib.decompressobj().decompress(packed, _LONGEST_TEXT)  # bounded: a few bytes can unpack to gigabytes
        values = json.loads(text)
    except (ValueError, zlib.error, RecursionError) as error:
        raise UserError(_BROKEN) from error
    if not isinstance(values, list) or len(values) > MOST_STEPS or not all(isinstance(each, list) for each in values):
        raise UserError(_BROKEN)
    return tuple(from_list(each) for each in values)


def box_of(values: Sequence[int]) -> Box:
    """Four thousandths as a box of at least one thousandth each way; raises ValueError for others."""
    left, top, right, bottom = (_whole(value, 0, 1000) for value in values)
    if right <= left or bottom <= top:
        raise ValueError("a box without area")
    return left, top, right, bottom


def stroke_of(values: Sequence[int]) -> Stroke:
    """A stroke from its radius and x, y, x, y …; raises ValueError for others. A brush may leave the picture, but not far."""
    radius, *flat = values
    if not flat or len(flat) % 2 or len(flat) > 2 * MOST_POINTS:
        raise ValueError("points come in pairs")
    numbers = [_whole(value, -1000, 2000) for value in flat]
    return Stroke(_whole(radius, 1, 1000), tuple(zip(numbers[::2], numbers[1::2], strict=True)))


def _change(kind: str, strength: float) -> Change:
    if kind not in KINDS or isinstance(strength, bool) or not isinstance(strength, int | float):
        raise ValueError("no such change")
    low, high = sorted((KINDS[kind].strengths[0], KINDS[kind].strengths[-1]))
    if not low <= strength <= high:  # refuses nan, too
        raise ValueError("a strength that is not on the slider")
    return Change(kind, strength)


def _brush(fill: str, strokes: list[list[int]], boxes: list[list[int]]) -> Brush:
    if fill not in FILLS or not (strokes or boxes) or sum(map(len, strokes)) > 2 * MOST_POINTS or len(boxes) > MOST_STEPS:
        raise ValueError("no such brush")
    return Brush(fill, tuple(map(stroke_of, strokes)), tuple(map(box_of, boxes)))


def _paste(source: str, cut: list[int], put: list[int], feather: int) -> Paste:
    if not isinstance(source, str) or len(source) > 80:
        raise ValueError("no such picture")
    return Paste(source, box_of(cut), box_of(put), _whole(feather, 0, 500))


def _whole(value: int, low: int, high: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise ValueError(f"not a whole number from {low} to {high}")
    return value


def _crop(box: list[int]) -> Crop:
    return Crop(box_of(box))


_READERS: dict[str, Callable[..., Step]] = {"change": _change, "brush": _brush, "crop": _crop, "paste": _paste}
