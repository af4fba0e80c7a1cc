"""Words for the stats of a queue: one sentence a finding, each with how much it rests on."""

from typing import TYPE_CHECKING

from detector.evaluation.rates import Rate
from detector.review.agreement import words as kappa_words
from detector.review.influence import RULE

if TYPE_CHECKING:
    from detector.review.stats import Stats

FEW = 20
"""Fewer sentinels than this say little about one person."""


def sentences(stats: "Stats") -> list[str]:
    """What was found, the most general first; what nobody measured is not mentioned."""
    if not stats.answers:
        return ["Nobody has answered yet."]
    found = [f"{counted(stats.answers, 'answer')} to {counted(stats.images, 'image')} by {counted(len(stats.people), 'person')}."]
    if stats.seconds is not None:
        found.append(f"Half of the answers took less than {stats.seconds:.1f} seconds.")
    if stats.right.n:
        found.append(f"Of answers to images whose class is known, {percent(stats.right)} were right.")
    if stats.sentinels.n:
        few = " These are too few to judge one person by." if stats.sentinels.n < FEW else ""
        found.append(f"Of answers to sentinels, {percent(stats.sentinels)} were right.{few}")
    if stats.fleiss_images:
        found.append(
            f"Beyond chance people agree with a Fleiss' kappa of {kappa_words(stats.fleiss)}, "
            f"over {counted(stats.fleiss_images, 'image')} with two answers or more."
        )
    return found + _influence(stats)


def percent(rate: Rate) -> str:
    """A rate with its interval and number, such as 84 % (71–92 %, n = 50)."""
    return f"{100 * rate.value:.0f} % ({100 * rate.low:.0f}–{100 * rate.high:.0f} %, n = {rate.n:,})"


def _influence(stats: "Stats") -> list[str]:
    both = stats.influence
    found = []
    if both.person.n:
        found.append(
            f"Before they saw the verdict people were right in {percent(both.person)}, the detector in {percent(both.model)}, "
            f"people after they saw it in {percent(both.seen)}."
        )
        found.append(f"Combined by a rule ({RULE}): right in {percent(both.combined)}.")
    if both.pulled_right.n:
        found.append(f"Where the detector was right and a person not, it pulled them right in {percent(both.pulled_right)}.")
    if both.pulled_wrong.n:
        found.append(f"Where the detector was wrong and a person not, it pulled them wrong in {percent(both.pulled_wrong)}.")
    if both.moved.n:
        found.append(f"People who first differed from the detector said the same afterwards in {percent(both.moved)}.")
    return found


def counted(n: int, noun: str) -> str:
    """A number with its noun, such as 1 answer or 2 people."""
    plural = {"person": "people"}.get(noun, f"{noun}s")
    return f"{n:,} {noun if n == 1 else plural}"
