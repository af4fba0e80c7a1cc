"""Strengths: the notches of a perturbation's slider, fine enough to play with and few enough to ask for all at once."""

from itertools import pairwise

from PIL import Image

from detector.evaluation.perturbations import KINDS


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
