"""A sweep: one picture under a perturbation at every notch of its slider, asked of a detector in one go."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

from PIL import Image

from detector.data.parallel import in_order
from detector.evaluation.perturbations import KINDS
from detector.playground.answers import Answer, Known, answers
from detector.predict import Predictor


@dataclass(frozen=True, eq=False)
class Sweep:
    """The answers at a slider's notches; the first notch, None, is the picture as it is."""

    kind: str
    notches: tuple[float | None, ...]
    answers: tuple[Answer, ...]

    def at(self, strength: float | None) -> Answer:
        """The answer at a notch."""
        return self.answers[self.notches.index(strength)]


def notches(kind: str) -> tuple[float | None, ...]:
    """The slider's notches: none, then the kind's strengths from mild to strong and one half-way between each two."""
    perturbation = KINDS[kind]
    strengths = perturbation.strengths
    found: list[float] = [strengths[0]]
    for before, after in pairwise(strengths):
        half = round(round((before + after) / 2 / perturbation.step) * perturbation.step, 6)
        found += [half, after] if half not in (before, after) else [after]
    return (None, *found)


def at_notch(image: Image.Image, kind: str, strength: float | None) -> Image.Image:
    """The picture at a notch."""
    return image if strength is None else KINDS[kind].change(image, strength)


def sweep(predictor: Predictor, image: Image.Image, kind: str, known: Known, asked: Callable[[int], None] | None = None) -> Sweep:
    """The picture at every notch, changed by all cores and answered in batches; `known` and `asked` as in `answers`."""
    places = notches(kind)
    pictures = list(in_order(lambda strength: at_notch(image, kind, strength), places))
    return Sweep(kind, places, tuple(answers(predictor, pictures, known, asked)))
