"""Claims of a report held against what was measured. Every rule has three ends: it holds, it does not, it cannot be told.

Intervals are at 95 % and are not corrected for their number. A claim of equality holds only where the interval is narrow
enough to exclude what the claim denies: a number agrees if its interval holds it and is at most `WIDE` either way, and a detector
is at chance if its interval does not lie above one half and ends within `NEAR` of it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import pandas as pd

from detector.evaluation.metrics import predicted_labels
from detector.studies.plan import Claim, Experiment, Reported
from detector.studies.result import Beside, Judged, Outcome, Scored
from detector.studies.words import FAILS, HOLDS, OPEN, shown, shown_interval, test_words

WIDE = 0.10
"""Half-width of an interval above which an agreement says nothing."""
NEAR = 0.15
"""Balanced accuracy this little above one half counts as falling to chance."""
ROUNDING = 0.02
"""Either way, for a number that the report gives as "about"."""
LEARNT = 0.60
"""Training accuracy above which a network has begun to learn."""


@dataclass(frozen=True)
class Evidence:
    """All that was measured: outcomes and predictions (by test) of each experiment; `full_epochs` are the report's."""

    outcomes: Mapping[str, Outcome]
    frames: Mapping[str, Mapping[str, pd.DataFrame]]
    full_epochs: Mapping[str, int]


def numbers_of(experiment: Experiment, outcome: Outcome) -> tuple[Beside, ...]:
    """Every reported number of an experiment beside the one measured."""
    return tuple(
        _beside(experiment.name, each, outcome.scores[each.test]) for each in experiment.reported if each.test in outcome.scores
    )


def judge(claim: Claim, evidence: Evidence) -> Judged:
    """The claim with its verdict; open, naming it, where something it is about was not run."""
    wanted = dict.fromkeys(name for group in claim.about for name in group)
    missing = [name for name in wanted if name not in evidence.outcomes]
    missing += [
        f"{name} on {test_words(claim.test)} images"
        for name in wanted
        if name not in missing and claim.test not in evidence.outcomes[name].scores
    ]
    if missing:
        return Judged(claim.text, OPEN, f"Not run here: {', '.join(missing)}.")
    verdict, words = RULES[claim.rule](claim, evidence)
    return Judged(claim.text, verdict, words)


def _beside(name: str, reported: Reported, found: Scored) -> Beside:
    value = found.values[reported.measure]
    low, high = found.intervals.get(reported.measure, (None, None))
    verdict, words = _agreement(reported, value, low, high)
    return Beside(
        name, reported.test, reported.measure, reported.value, reported.about, value, low, high, found.n, verdict, words
    )


def _agreement(reported: Reported, value: float, low: float | None, high: float | None) -> tuple[str, str]:
    if low is None or high is None:
        return OPEN, "no interval"
    slack = ROUNDING if reported.about else 0.0
    if reported.value + slack < low:
        return FAILS, "higher here"
    if reported.value - slack > high:
        return FAILS, "lower here"
    if (high - low) / 2 > WIDE:
        return OPEN, "too few images to tell"
    return HOLDS, "as reported"


def _above_chance(claim: Claim, evidence: Evidence) -> tuple[str, str]:
    verdict, words = _chance(claim, evidence)
    return {HOLDS: FAILS, FAILS: HOLDS, OPEN: OPEN}[verdict], words


def _chance(claim: Claim, evidence: Evidence) -> tuple[str, str]:
    value, low, high = _balanced(claim, evidence)
    said = _said("balanced accuracy", value, low, high, _score(claim, evidence).n)
    if low > 0.5:
        return FAILS, f"{said}: above one half."
    if high <= 0.5 + NEAR:
        return HOLDS, f"{said}: at most {shown('accuracy', 0.5 + NEAR)}, and not above one half."
    return OPEN, f"{said}: it may be chance or well above, more test images are needed."


def _better(claim: Claim, evidence: Evidence) -> tuple[str, str]:
    """Each pair's first is higher; over the same images the difference is paired, otherwise the two are independent."""
    lows, highs, said = [], [], []
    for first, second in claim.about:
        difference, low, high, n = _difference(first, second, claim, evidence)
        lows.append(low)
        highs.append(high)
        pair = f"{_called(first, second, evidence)} − {_called(second, first, evidence)}"
        said.append(f"{pair}: {_points(difference)} points ({_points(low)} to {_points(high)}, n = {n})")
    words = f"Accuracy on {test_words(claim.test)} images, {'; '.join(said)}."
    if min(lows) > 0:
        return HOLDS, words
    return (FAILS if min(highs) < 0 else OPEN), words


def _called(name: str, beside: str, evidence: Evidence) -> str:
    """An experiment's title, with its images where those of the other one are different."""
    own, other = evidence.outcomes[name], evidence.outcomes[beside]
    return own.title if own.role == other.role else f"{own.title} on {own.role}"


def _difference(first: str, second: str, claim: Claim, evidence: Evidence) -> tuple[float, float, float, int]:
    one, two = (evidence.frames[name].get(claim.test) for name in (first, second))
    if one is not None and two is not None and evidence.outcomes[first].role == evidence.outcomes[second].role:
        paired = pd.concat([_right(one), _right(two)], axis=1, join="inner").to_numpy(float)
        if len(paired) > 1:
            delta = paired[:, 0] - paired[:, 1]
            half = 1.96 * float(delta.std(ddof=1)) / len(delta) ** 0.5
            return float(delta.mean()), float(delta.mean()) - half, float(delta.mean()) + half, len(delta)
    a, b = (evidence.outcomes[name].scores[claim.test] for name in (first, second))
    (a_low, a_high), (b_low, b_high) = a.intervals["accuracy"], b.intervals["accuracy"]
    x, y = a.values["accuracy"], b.values["accuracy"]
    # Newcombe, Statistics in Medicine 1998, method 10: from the two Wilson intervals
    low = x - y - ((x - a_low) ** 2 + (b_high - y) ** 2) ** 0.5
    high = x - y + ((a_high - x) ** 2 + (y - b_low) ** 2) ** 0.5
    return x - y, low, high, min(a.n, b.n)


def _unconverged(claim: Claim, evidence: Evidence) -> tuple[str, str]:
    (name,) = claim.about[0]
    outcome = evidence.outcomes[name]
    last = outcome.scores["train"]
    low, high = last.intervals["accuracy"]
    words = _said(f"training accuracy after {outcome.epochs} epochs", last.values["accuracy"], low, high, last.n)
    if low > LEARNT:
        return FAILS, f"{words}: it learns."
    if outcome.epochs >= evidence.full_epochs[name]:
        return HOLDS, f"{words}: it has learnt nothing to speak of."
    return OPEN, f"{words}: it has not learnt yet, but the report gave it {evidence.full_epochs[name]} epochs."


def _favours_real(claim: Claim, evidence: Evidence) -> tuple[str, str]:
    return _apart(claim, evidence, "recall_real", "recall_ai", ("real faces called real", "generated ones called AI-generated"))


def _careful(claim: Claim, evidence: Evidence) -> tuple[str, str]:
    return _apart(claim, evidence, "precision", "recall", ("precision", "recall"))


def _apart(claim: Claim, evidence: Evidence, higher: str, lower: str, names: tuple[str, str]) -> tuple[str, str]:
    """One rate is above another of the same test: their intervals do not meet. A detector that only guesses tells nothing."""
    found = _score(claim, evidence)
    value, low, high = _balanced(claim, evidence)
    if low <= 0.5:
        said = _said("balanced accuracy", value, low, high, found.n)
        return OPEN, f"{said}: it has not learnt the task here, so its mistakes say only which way it guesses."
    (high_low, high_high), (low_low, low_high) = found.intervals[higher], found.intervals[lower]
    first = _said(names[0], found.values[higher], high_low, high_high, found.n)
    words = f"{first}; {names[1]} {shown('recall', found.values[lower])} ({shown_interval('recall', low_low, low_high)})"
    if high_low > low_high:
        return HOLDS, f"{words}."
    return (FAILS if low_low > high_high else OPEN), f"{words}{'' if low_low > high_high else ': the intervals meet'}."


def _score(claim: Claim, evidence: Evidence) -> Scored:
    return evidence.outcomes[claim.about[0][0]].scores[claim.test]


def _balanced(claim: Claim, evidence: Evidence) -> tuple[float, float, float]:
    """Balanced accuracy with its interval; nothing is known of it where one class only was tested."""
    found = _score(claim, evidence)
    low, high = found.intervals.get("balanced_accuracy", (0.0, 1.0))
    return found.values["balanced_accuracy"], low, high


def _right(frame: pd.DataFrame) -> "pd.Series[bool]":
    predicted = predicted_labels(frame["probability"].to_numpy(), 0.5)
    return pd.Series(predicted == frame["label"].to_numpy(), index=frame["path"])


def _said(name: str, value: float, low: float, high: float, n: int) -> str:
    text = f"{name} {shown('accuracy', value)} ({shown_interval('accuracy', low, high)}, n = {n})"
    return text[:1].upper() + text[1:]


def _points(value: float) -> str:
    return f"{100 * value:+.1f}".replace("-", "−")


RULES: dict[str, Callable[[Claim, Evidence], tuple[str, str]]] = {
    "above_chance": _above_chance,
    "chance": _chance,
    "better": _better,
    "unconverged": _unconverged,
    "favours_real": _favours_real,
    "careful": _careful,
}
