"""Influence: what seeing the model's verdict did to people who had answered before, and what both achieve together."""

from dataclasses import dataclass
from typing import Final

from detector.evaluation.rates import Rate
from detector.review.said import Said, share

RULE: Final = "the detector's verdict where it gives one, and the person's first answer where it is inconclusive"


@dataclass(frozen=True)
class Influence:
    """Rates over answers that were given blind and again after the verdict was shown; an unsure answer is not right.

    Of images with a known class: how often the `person` was right before, the `model`, the person after (`seen`), and both
    combined by `RULE`. `pulled_right`: a right model and a person who was not right, who then became right; `pulled_wrong`: a
    wrong model and a person who was not wrong, who then became wrong. `moved`, of all images: people who differed from the model
    and then said what it says.
    """

    person: Rate
    model: Rate
    seen: Rate
    combined: Rate
    pulled_right: Rate
    pulled_wrong: Rate
    moved: Rate


def influence(said: Said) -> Influence:
    """The rates, each over no answers where there are none."""
    pairs = said.again & ~said.shown & (said.model >= 0)
    known = pairs & (said.truth >= 0)
    wrong = 1 - said.truth
    combined = said.decided.copy()
    combined[said.decided < 0] = said.first[said.decided < 0]
    return Influence(
        share(said, said.first == said.truth, known),
        share(said, said.model == said.truth, known),
        share(said, said.final == said.truth, known),
        share(said, combined == said.truth, known),
        share(said, said.final == said.truth, known & (said.model == said.truth) & (said.first != said.truth)),
        share(said, said.final == wrong, known & (said.model == wrong) & (said.first != wrong)),
        share(said, said.final == said.model, pairs & (said.first != said.model)),
    )
