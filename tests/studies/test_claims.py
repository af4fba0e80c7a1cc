"""Rules that turn numbers into verdicts, each shown all of its ends."""

import numpy as np
import pandas as pd
import pytest

from detector.studies.claims import Evidence, judge, numbers_of
from detector.studies.outcome import scored
from detector.studies.plan import Claim, Experiment, Reported
from detector.studies.result import Outcome, Scored
from detector.studies.words import FAILS, HOLDS, OPEN


def frame(n: int, right: float, right_real: float | None = None) -> pd.DataFrame:
    """n images, half of them AI-generated, of which these shares are called rightly."""
    labels = np.arange(n) % 2
    share = np.where(labels == 1, right, right if right_real is None else right_real)
    rank = np.zeros(n)
    for label in (0, 1):
        rank[labels == label] = (np.arange((labels == label).sum()) + 0.5) / (labels == label).sum()
    correct = rank < share
    probabilities = np.where(correct == (labels == 1), 0.9, 0.1)
    return pd.DataFrame({"path": [f"{i}.png" for i in range(n)], "label": labels, "probability": probabilities})


def outcome(frames: dict[str, pd.DataFrame], role: str = "web", train: float = 0.5, epochs: int = 5) -> Outcome:
    scores = {test: scored(each) for test, each in frames.items()}
    scores["train"] = Scored(1000, {"accuracy": train, "loss": 0.6}, {"accuracy": (train - 0.03, train + 0.03)})
    return Outcome("x", "X", role, "x", "lenet5", {}, (), 1, {}, epochs, 1, 1.0, scores, ())


def evidence(**frames: pd.DataFrame) -> Evidence:
    outcomes = {name: outcome({"test": each}) for name, each in frames.items()}
    return Evidence(outcomes, {name: {"test": each} for name, each in frames.items()}, dict.fromkeys(frames, 300))


@pytest.mark.parametrize(("n", "right", "verdict"), [(200, 0.5, HOLDS), (200, 0.8, FAILS), (40, 0.55, OPEN), (200, 0.3, HOLDS)])
def test_falling_to_chance_needs_an_interval_that_excludes_success(n: int, right: float, verdict: str) -> None:
    found = evidence(a=frame(n, right))
    assert judge(Claim("It falls to chance.", "chance", (("a",),)), found).verdict == verdict
    opposite = {HOLDS: FAILS, FAILS: HOLDS, OPEN: OPEN}[verdict]
    assert judge(Claim("It beats chance.", "above_chance", (("a",),)), found).verdict == opposite


@pytest.mark.parametrize(("first", "second", "verdict"), [(0.9, 0.6, HOLDS), (0.6, 0.9, FAILS), (0.75, 0.74, OPEN)])
def test_better_is_decided_by_the_paired_difference(first: float, second: float, verdict: str) -> None:
    judged = judge(Claim("a beats b.", "better", (("a", "b"),)), evidence(a=frame(200, first), b=frame(200, second)))
    assert judged.verdict == verdict
    assert "n = 200" in judged.words


def test_of_several_pairs_all_must_hold_and_one_reversal_is_enough_to_fail() -> None:
    found = evidence(a=frame(200, 0.9), b=frame(200, 0.6), c=frame(200, 0.89))
    assert judge(Claim("a is best.", "better", (("a", "b"), ("a", "c"))), found).verdict == OPEN
    assert judge(Claim("c and b.", "better", (("a", "b"), ("b", "c"))), found).verdict == FAILS


def test_a_paired_difference_is_narrower_than_that_of_strangers() -> None:
    one, two = frame(200, 0.80), frame(200, 0.75)
    paired = evidence(a=one, b=two)
    assert judge(Claim("", "better", (("a", "b"),)), paired).verdict == HOLDS, (
        "b is right only where a is, so five points are sure"
    )
    strangers = Evidence(
        {"a": paired.outcomes["a"], "b": outcome({"test": two}, role="faces")},
        paired.frames,
        paired.full_epochs,
    )
    assert judge(Claim("", "better", (("a", "b"),)), strangers).verdict == OPEN


@pytest.mark.parametrize(("train", "epochs", "verdict"), [(0.9, 5, FAILS), (0.52, 5, OPEN), (0.52, 300, HOLDS)])
def test_not_to_converge_needs_the_reports_own_epochs(train: float, epochs: int, verdict: str) -> None:
    found = outcome({"test": frame(50, 0.5)}, train=train, epochs=epochs)
    told = Evidence({"a": found}, {"a": {}}, {"a": 300})
    assert judge(Claim("It does not converge.", "unconverged", (("a",),), "train"), told).verdict == verdict


@pytest.mark.parametrize(
    ("ai", "real", "verdict"), [(0.6, 0.95, HOLDS), (0.95, 0.6, FAILS), (0.8, 0.82, OPEN), (0.95, 0.05, OPEN)]
)
def test_favouring_real_images_means_recalls_whose_intervals_do_not_meet(ai: float, real: float, verdict: str) -> None:
    told = evidence(a=frame(200, ai, right_real=real))
    assert judge(Claim("Real ones are found more often.", "favours_real", (("a",),)), told).verdict == verdict


def test_precision_above_recall_is_care() -> None:
    careful = evidence(a=frame(400, 0.6, right_real=0.98))
    assert judge(Claim("Careful.", "careful", (("a",),)), careful).verdict == HOLDS


def test_a_claim_about_something_that_was_not_run_is_open_and_says_so() -> None:
    judged = judge(Claim("a beats b.", "better", (("a", "b"),)), evidence(a=frame(50, 0.8)))
    assert judged.verdict == OPEN and "Not run here: b" in judged.words
    judged = judge(Claim("a falls.", "chance", (("a",),), "other"), evidence(a=frame(50, 0.8)))
    assert judged.verdict == OPEN and "a on other-generator images" in judged.words


@pytest.mark.parametrize(
    ("n", "right", "reported", "about", "verdict"),
    [(400, 0.8, 0.81, False, HOLDS), (400, 0.8, 0.95, False, FAILS), (400, 0.8, 0.6, False, FAILS), (30, 0.8, 0.8, False, OPEN),
     (4000, 0.8, 0.815, False, FAILS), (4000, 0.8, 0.815, True, HOLDS)],
)  # fmt: skip
def test_a_reported_number_agrees_if_a_narrow_interval_holds_it(
    n: int, right: float, reported: float, about: bool, verdict: str
) -> None:
    experiment = Experiment("x", "X", "quick", "web", reported=(Reported("test", "accuracy", reported, about),))
    (row,) = numbers_of(experiment, outcome({"test": frame(n, right)}))
    assert row.verdict == verdict
    assert row.n == n and row.low is not None and row.low < row.here < row.high


def test_a_number_on_a_test_that_was_not_run_has_no_row() -> None:
    experiment = Experiment("x", "X", "quick", "web", reported=(Reported("other", "accuracy", 0.5),))
    assert numbers_of(experiment, outcome({"test": frame(50, 0.5)})) == ()
