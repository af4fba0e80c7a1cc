"""Score: the audience against the detector, over the pictures that both answered and whose truth is known."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import comb

from detector.evaluation.rates import wilson
from detector.labels import AI, LABEL_NAMES, REAL
from detector.stage.deck import Deck
from detector.stage.ready import Answer
from detector.stage.rounds import Round

Counts = Mapping[str, tuple[int, int]]
"""Guesses (real, AI-generated) by a picture's key."""


@dataclass(frozen=True)
class Score:
    """How many of `n` pictures the audience's majority and the detector got right, and how many single guesses of how many.

    A tie of the audience and an inconclusive verdict are not right. `only_audience` and `only_detector` count the pictures that
    one got right and the other did not; `seen` those that the detector was trained on.
    """

    n: int = 0
    audience: int = 0
    detector: int = 0
    only_audience: int = 0
    only_detector: int = 0
    undecided: int = 0
    inconclusive: int = 0
    seen: int = 0
    guesses: int = 0
    right_guesses: int = 0

    @property
    def p(self) -> float:
        """How often chance alone would part the two so far or further, were both as good (exact sign test, two-sided)."""
        differ, less = self.only_audience + self.only_detector, min(self.only_audience, self.only_detector)
        return min(1.0, 2 * sum(comb(differ, k) for k in range(less + 1)) / 2**differ)

    @property
    def verdict(self) -> str:
        """Who did better, as far as so few pictures tell."""
        if not self.n:
            return "No picture with a known truth was guessed, so there is no score."
        ahead = self.only_audience - self.only_detector
        if ahead == 0:
            return "As good as each other on these pictures."
        winner = "You were ahead" if ahead > 0 else "The detector was ahead"
        if self.p <= 0.05:
            return f"{winner}, by more than chance explains easily (p = {self.p:.3f})."
        return f"{winner}, but {self.n} pictures are too few to tell that from chance (p = {self.p:.2f})."


def together(first: Counts, second: Counts) -> dict[str, tuple[int, int]]:
    """Hands and phones added up."""
    both = {}
    for key in {*first, *second}:
        (real, ai), (more_real, more_ai) = first.get(key, (0, 0)), second.get(key, (0, 0))
        both[key] = (real + more_real, ai + more_ai)
    return both


def score_of(deck: Deck, shown: Round, guesses: Counts, answers: Mapping[str, Answer]) -> Score:
    """The score over the pictures revealed so far; `answers` are by the pictures' hashes."""
    found = dict.fromkeys(Score.__dataclass_fields__, 0)
    for picture in deck.pictures:
        answer, (real, ai) = answers.get(picture.sha256), guesses.get(picture.key, (0, 0))
        if picture.label is None or answer is None or picture.key not in shown.revealed or not real + ai:
            continue
        audience = real != ai and (AI if ai > real else REAL) == picture.label
        detector = answer.verdict == LABEL_NAMES[picture.label]
        found["n"] += 1
        found["audience"] += audience
        found["detector"] += detector
        found["only_audience"] += audience and not detector
        found["only_detector"] += detector and not audience
        found["undecided"] += real == ai
        found["inconclusive"] += answer.verdict not in LABEL_NAMES
        found["seen"] += answer.seen
        found["guesses"] += real + ai
        found["right_guesses"] += (real, ai)[picture.label]
    return Score(**found)


def share_words(right: int, n: int) -> str:
    """A share with its interval, such as "7 of 10 · 40–89 %": where it would lie over many pictures like these."""
    if not n:
        return "0 of 0"
    low, high = wilson(right, n)
    return f"{right} of {n} · {100 * low:.0f}–{100 * high:.0f} %"
