"""Flips: how much one picture can be changed before its verdict is another. For one picture, not for data sets."""

from collections.abc import Callable
from dataclasses import dataclass

from PIL import Image

from detector.evaluation.perturbations import KINDS, Perturbation
from detector.predict import Predictor
from detector.scored import AS_IS, Change, changed


@dataclass(frozen=True)
class Steps:
    """The scores at a kind's strengths, from mild to strong. `flip` is where the verdict becomes another one, if it does.

    It is exact to the kind's step between the last strength that keeps the verdict and the first that does not. `back` is a
    stronger one tried at which the verdict is again that of the untouched picture.
    """

    kind: str
    scores: tuple[float, ...]
    flip: float | None = None
    back: float | None = None


def flips(
    predictor: Predictor, image: Image.Image, progress: Callable[[int, int], None] | None = None
) -> tuple[float, tuple[Steps, ...]]:
    """The score of an RGB picture as it is, and what each perturbation does to it. The threshold draws the line."""

    def ask(*changes: Change) -> list[float]:
        views = [predictor.config.preprocess.arrays(changed(image, change)) for change in changes]
        return [verdict.probability for verdict in predictor.verdicts(views)]

    (score,) = ask(AS_IS)
    is_ai = score >= predictor.config.threshold
    found = []
    for number, (kind, perturbation) in enumerate(KINDS.items()):
        scores = ask(*((kind, strength) for strength in perturbation.strengths))
        stays = [(probability >= predictor.config.threshold) == is_ai for probability in scores]
        flip = back = None
        if not all(stays):
            first = stays.index(False)

            def other(strength: float, kind: str = kind) -> bool:
                return (ask((kind, strength))[0] >= predictor.config.threshold) != is_ai

            flip = _edge(perturbation, first, other)
            back = next((s for s, kept in zip(perturbation.strengths[first:], stays[first:], strict=True) if kept), None)
        found.append(Steps(kind, tuple(scores), flip, back))
        if progress:
            progress(number + 1, len(KINDS))
    return score, tuple(found)


def sentence(steps: Steps) -> str:
    """Like "The verdict flips at JPEG quality 62." or "The verdict stays the same, even at JPEG quality 20."."""
    perturbation = KINDS[steps.kind]
    strengths = perturbation.strengths
    if steps.flip is None:
        return f"The verdict stays the same, even {perturbation.where(strengths[-1])}."
    already = ", the mildest tried" if steps.flip == strengths[0] else ""
    again = f", and is the first one again {perturbation.where(steps.back)}" if steps.back is not None else ""
    return f"The verdict flips {perturbation.where(steps.flip)}{already}{again}."


def _edge(perturbation: Perturbation, first: int, other: Callable[[float], bool]) -> float:
    """The mildest strength, to the step, that gives another verdict, by halving the way from the last that does not."""
    strengths = perturbation.strengths
    if first == 0:
        return strengths[0]
    kept, flipped = strengths[first - 1], strengths[first]
    steps = round(abs(flipped - kept) / perturbation.step)
    low, high = 0, steps
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if other(kept + (flipped - kept) * middle / steps) else (middle, high)
    return kept + (flipped - kept) * high / steps
