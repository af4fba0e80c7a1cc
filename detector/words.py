"""What is said of a verdict, in plain words. Never a percentage of "being AI": a score says what a picture resembles, no more."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from detector.evaluation.calibration import MIN_IMAGES, Calibration
from detector.evaluation.left_out import LeftOut, found_share
from detector.evaluation.novelty import Neighbour, resemblance
from detector.labels import AI, INCONCLUSIVE, LABEL_NAMES, LABEL_WORDS, REAL

if TYPE_CHECKING:  # predict imports torch, and words must not
    from detector.predict import Verdict

HEADLINES = {
    LABEL_NAMES[AI]: "Looks AI-generated to this detector",
    LABEL_NAMES[REAL]: "Looks real to this detector",
    INCONCLUSIVE: "Inconclusive: this detector cannot tell",
}

NOT_PROOF = "This is not proof."


@dataclass(frozen=True)
class Words:
    """The verdict, its score, what the detector's own test images say of such scores, and what to be careful about.

    `why` says why a verdict is inconclusive, "" for the others; `unseen` what is known of generators it did not learn from.
    """

    headline: str
    score: str
    detail: str
    caveat: str
    why: str = ""
    unseen: str = ""


def sentences(verdict: "Verdict", calibration: Calibration, trained_on: str = "") -> Words:
    """Plain sentences on a verdict; `trained_on` names the data set of the weights' settings, and may be empty."""
    return Words(
        headline=HEADLINES[verdict.verdict],
        score=(
            f"Score {shown_score(verdict.probability)} on a scale from 0 (like the real images it learnt) "
            f"to 1 (like the AI-generated ones)."
        ),
        detail=_detail(verdict.probability, calibration),
        caveat=_caveat(trained_on),
        why=why(verdict.reasons),
        unseen=unseen(calibration.left_out),
    )


def why(reasons: Sequence[str]) -> str:
    """The reasons as one sentence each, "" without any."""
    return " ".join(f"{reason[:1].upper()}{reason[1:]}." for reason in reasons)


def unseen(rows: Sequence[LeftOut]) -> str:
    """What share it finds of the images of generators that were kept out of training."""
    if not rows:
        return "What share of images by generators it has not seen it finds: not measured."
    share, (low, high), n = found_share(rows)
    return (
        f"Of images by generators it had not learnt from it called {100 * share:.0f} % ({100 * low:.0f}–{100 * high:.0f} %) "
        f"AI-generated (n = {n}, {len(rows)} generators, each left out in turn)."
    )


def resembles(neighbours: Sequence[Neighbour]) -> str:
    """What the nearest training images are, "" where none are known."""
    if not neighbours:
        return ""
    return f"Looks most like: of the {len(neighbours)} training images nearest to it, {resemblance(neighbours)}."


def map_sentence(method: str, label: int, empty: bool, cut: bool) -> str:
    """What a map for `label` shows and what it does not; `cut` when the network saw only a part of the picture."""
    word = LABEL_WORDS[label]
    if empty:
        return f"{method} found no place in this picture that speaks for {word}: the map is empty."
    said = f"Bright places speak most for {word} ({method}). Brightness compares places in this picture; it is no certainty."
    return f"{said} The detector did not see the dimmed edge." if cut else said


def signed_map_sentence(method: str, empty: bool, cut: bool) -> str:
    """What a map of the evidence for both classes shows and what it does not; `cut` as in `map_sentence`."""
    if empty:
        return f"{method} found no place in this picture that speaks for either class: the map is empty."
    said = (
        f"Orange places speak for {LABEL_WORDS[AI]}, striped blue ones for {LABEL_WORDS[REAL]} ({method}). "
        "The depth of the colour compares places in this picture; it is no certainty."
    )
    return f"{said} The detector did not see the dimmed edge." if cut else said


def shown_score(probability: float) -> str:
    """Two decimals that never round to a certain 0 or 1."""
    if probability < 0.01:
        return "under 0.01"
    return "over 0.99" if probability > 0.99 else f"{probability:.2f}"


def _detail(probability: float, calibration: Calibration) -> str:
    split = "test" if "test" in calibration.tables else "valid"
    if split not in calibration.tables:
        return "No images with known answers tell how often such a score is right: this detector was never evaluated here."
    scored = calibration.tables[split].bin_of(probability)
    kind = "test" if split == "test" else "validation"
    between = f"scored between {scored.low:.1f} and {scored.high:.1f}"
    if scored.n < MIN_IMAGES:
        count = "None" if scored.n == 0 else f"Only {scored.n}"
        return f"{count} of its own {kind} images {between}: too few to tell how often such a score is right."
    low, high = scored.interval
    share = f"{100 * scored.rate:.0f} % ({100 * low:.0f}–{100 * high:.0f} %)"
    return f"Of its own {kind} images that {between}, {share} were AI-generated (n = {scored.n})."


def _caveat(trained_on: str) -> str:
    if trained_on == "lab":
        known = "It was trained on pictures drawn by code, the AI-generated ones with a planted mark; it knows no photos."
    elif trained_on:
        known = f"It was trained on {trained_on} only; pictures from other generators may fool it."
    else:
        known = "Pictures unlike those it was trained on may fool it."
    return f"{known} {NOT_PROOF}"
