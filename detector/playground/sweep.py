"""A sweep: one picture under a perturbation at every notch of its slider, asked of a detector in one go."""

from dataclasses import dataclass

from PIL import Image

from detector.data.parallel import in_order
from detector.playground.answers import Answer, Known, answers
from detector.playground.strengths import at_notch, notches
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


def sweep(predictor: Predictor, image: Image.Image, kind: str, known: Known) -> Sweep:
    """The picture at every notch, changed by all cores and answered in batches; `known` as in `answers`."""
    places = notches(kind)
    pictures = list(in_order(lambda strength: at_notch(image, kind, strength), places))
    return Sweep(kind, places, tuple(answers(predictor, pictures, known)))
