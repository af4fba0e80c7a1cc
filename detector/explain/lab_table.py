"""The lab table: how well each method's map finds a planted mark whose place is known. Knows no network: it is given a function.

Three measures, all from 0 to 1. *Pointing game* (Zhang et al. 2018): whether the map's peak lies in the mark. *Energy*
(Wang et al. 2020): the share of the map's sum that lies in the mark. *IoU*: overlap ÷ union of the mark and the map's hottest
pixels, as many of them as the mark has.
"""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from detector.data.lab import LAB_MARKS, draw_lab
from detector.data.preprocess import Box
from detector.errors import UserError
from detector.evaluation.metrics import wilson
from detector.explain.methods import METHODS
from detector.explain.overlay import Heat, resize_map
from detector.files import read_json, write_json
from detector.home import REPOSITORY
from detector.labels import AI

Mask = NDArray[np.bool_]
Explain = Callable[[Image.Image, str], tuple[Heat, Box]]
"""A picture and a method → the map ≥ 0 of what speaks for AI-generated, and the part of the picture that it covers."""

CHANCE, CENTRE = "chance", "centre"
CONTROLS = {
    CHANCE: ("Chance", "Maps of random numbers, as coarse as the network's own."),
    CENTRE: ("Centre spot", "One round spot in the middle of every picture, whatever it shows."),
}
"""What a good method must beat: their titles and what they are."""

MEASURES = ("pointing", "energy", "iou")

SHIPPED = REPOSITORY / "docs" / "lab-table.json"
"""The table that the app shows."""

_SEED = 7919  # no picture of the lab data set is drawn from it, so every graded picture is new to the networks
_RANDOM_MAPS = 20  # a picture
_RESAMPLES = 2000


@dataclass(frozen=True)
class Planted:
    """A picture of the lab with its mark's place: mask (H, W), true inside."""

    picture: Image.Image
    mask: Mask


@dataclass(frozen=True)
class Mean:
    """The mean over pictures, with its 95 % interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Grade:
    """How one method did with one network on n pictures. `empty`: maps that were zero everywhere, and count as misses."""

    network: str
    method: str
    n: int
    empty: int
    pointing: Mean
    energy: Mean
    iou: Mean


@dataclass(frozen=True)
class Student:
    """A graded network: the side of its input, the rows and columns of its map, and how many planted marks it called AI."""

    name: str
    title: str
    size: int
    grid: tuple[int, int]
    found: int
    accuracy: float
    """On the lab's own test images."""


@dataclass(frozen=True)
class LabTable:
    """Grades of every method × network, on `pictures` new pictures with a mark, and the command that made them."""

    pictures: int
    command: str
    students: tuple[Student, ...]
    grades: tuple[Grade, ...]

    def to_dict(self) -> dict[str, Any]:
        """Plain values for a JSON file."""
        return asdict(self)

    def write(self, path: Path) -> None:
        """Write it as JSON."""
        write_json(path, self.to_dict())


def read_lab_table(path: Path) -> LabTable:
    """The table in a file; raises UserError when there is none, or it is damaged."""
    values = read_json(path)
    try:
        students = tuple(Student(**{**row, "grid": tuple(row["grid"])}) for row in values["students"])
        grades = tuple(Grade(**{**row, **{name: Mean(**row[name]) for name in MEASURES}}) for row in values["grades"])
        return LabTable(values["pictures"], values["command"], students, grades)
    except (KeyError, TypeError) as error:
        raise UserError(f"{path} is no lab table: make one with python -m detector grade-maps --out FILE.json.") from error


def title(method: str) -> str:
    """What a method, or a control, is called."""
    return CONTROLS[method][0] if method in CONTROLS else METHODS[method].title


def beats(grade: Grade, control: Grade, measure: str) -> bool:
    """Whether the method is clearly better than the control: their intervals do not meet."""
    return bool(getattr(grade, measure).low > getattr(control, measure).high)


def planted(count: int, size: int = 64) -> list[Planted]:
    """New pictures with a mark each, the kinds of marks taking turns; the same count and size give the same pictures."""
    found = []
    for number in range(count):
        mark = LAB_MARKS[number % len(LAB_MARKS)]
        picture, mask = draw_lab(AI, mark, np.random.default_rng([_SEED, number]), size)
        found.append(Planted(picture, np.asarray(mask) > 0))
    return found


def grade_methods(network: str, explain: Explain, methods: Sequence[str], pictures: Sequence[Planted]) -> list[Grade]:
    """A grade for each method, then for the controls; raises UserError without pictures."""
    if not pictures:
        raise UserError(f"{network} calls none of the pictures AI-generated, so there is no map to grade: train it for longer.")
    marks: dict[str, list[NDArray[np.float64]]] = {method: [] for method in (*methods, *CONTROLS)}
    empty = dict.fromkeys(marks, 0)
    random = np.random.default_rng(0)
    for each in pictures:
        maps = {method: explain(each.picture, method) for method in methods}
        for method, (heat, box) in maps.items():
            marks[method].append(score_map(heat, box, each.mask))
            empty[method] += not heat.any()
        heat, box = maps[methods[0]]
        luck = [score_map(random.random(heat.shape, dtype=np.float32), box, each.mask) for _ in range(_RANDOM_MAPS)]
        marks[CHANCE].append(np.mean(luck, axis=0))
        marks[CENTRE].append(score_map(_spot(each.mask.shape), (0, 0, *each.picture.size), each.mask))
    return [_grade(network, method, np.array(rows), empty[method]) for method, rows in marks.items()]


def score_map(heat: Heat, box: Box, mask: Mask) -> NDArray[np.float64]:
    """Pointing, energy and IoU of one map; only the part of the mask inside `box` can be found. All zero for an empty map.

    Pixels of equal heat share what they could win, as if ties were broken by lot many times.
    """
    left, top, right, bottom = box
    inside = mask[top:bottom, left:right]
    spread = resize_map(heat, (right - left, bottom - top)).astype(np.float64)
    area, total = int(inside.sum()), spread.sum()
    if total <= 0 or not area:
        return np.zeros(3)
    pointing = inside[spread == spread.max()].mean()
    energy = spread[inside].sum() / total
    least = np.partition(spread.ravel(), -area)[-area]
    hotter, level = spread > least, spread == least
    overlap = (inside & hotter).sum() + (inside & level).sum() * (area - hotter.sum()) / level.sum()
    return np.array([pointing, energy, overlap / (2 * area - overlap)])


def _spot(shape: tuple[int, ...]) -> Heat:
    rows, columns = (np.linspace(-1, 1, side, dtype=np.float32) for side in shape)
    return np.exp(-2 * (rows[:, None] ** 2 + columns[None, :] ** 2)).astype(np.float32)


def _grade(network: str, method: str, rows: NDArray[np.float64], empty: int) -> Grade:
    """Means of rows (n, 3): Wilson's interval for the pointing game, a bootstrap over pictures for the others."""
    n = len(rows)
    means = rows.mean(axis=0)
    draws = np.random.default_rng(0).integers(0, n, (_RESAMPLES, n))
    lows, highs = np.quantile(rows[draws].mean(axis=1), (0.025, 0.975), axis=0)
    pointing = Mean(round(float(means[0]), 4), *(round(bound, 4) for bound in wilson(float(rows[:, 0].sum()), n)))
    energy, iou = (Mean(*(round(float(value), 4) for value in (means[i], lows[i], highs[i]))) for i in (1, 2))
    return Grade(network, method, n, empty, pointing, energy, iou)
