"""What the playground says: a step in a few words, and what a change in the score means and does not."""

from detector.evaluation.perturbations import KINDS
from detector.labels import LABEL_WORDS, label_of
from detector.playground.steps import FILLS, Brush, Change, Crop, Paste, Step
from detector.words import shown_score

LOGIT_HELP = (
    "Log-odds of AI-generated as the network gives them: 0 is even odds, +1 is odds of 2.7 to 1, +2 of 7.4 to 1. "
    "Scores flatten near 0 and 1; log-odds do not, so changes are compared in them. They are this detector's own scale: do not "
    "compare them between detectors."
)

MEANING = """
**What a change in the score says.** This detector, asked about this one picture, depends on what you changed. If the score hardly
moves, it did not need that.

**What it does not say.** Not that the picture is more or less real: it is the same picture. Not how the detector works on
other pictures. And every change leaves traces of its own: a filling is smooth or noisy, JPEG has its blocks, a pasted part has an
edge. So try a second way to the same end, such as another filling, or the same brush over a place that should not matter.
"""


def step_words(step: Step) -> str:
    """Like "JPEG: 50 (quality)" or "Brushed away, filled with noise"."""
    match step:
        case Change(kind, strength):
            return f"{KINDS[kind].title}: {KINDS[kind].shown(strength)} ({KINDS[kind].unit})"
        case Brush(fill):
            return f"Brushed away, filled with {FILLS[fill][0].lower()}{FILLS[fill][1:]}"
        case Crop((left, top, right, bottom)):
            return f"Cropped to {(right - left) / 10:.0f} × {(bottom - top) / 10:.0f} % of its sides"
        case Paste(_, _, (left, top, right, bottom)):
            return f"Pasted over {(right - left) * (bottom - top) / 10_000:.0f} % of the picture"


def change_sentence(before: tuple[str, float], after: tuple[str, float], logits: float) -> str:
    """What happened to label and score, by label and score before and after and the change in log-odds."""
    (old, old_score), (new, new_score) = before, after
    if old == new and abs(logits) < 0.05:
        return "The score stayed as it was."
    way = "rose" if logits > 0 else "fell"
    said = f"The score {way} from {shown_score(old_score)} to {shown_score(new_score)}, by {abs(logits):.1f} logits."
    if shown_score(old_score) == shown_score(new_score):
        said = f"The log-odds {way} by {abs(logits):.1f} logits; the score reads {shown_score(new_score)} as before."
    if old == new:
        return f"{said} It stays on the side of {LABEL_WORDS[label_of(new)]}."
    return f"{said} It crossed the detector's line: from {LABEL_WORDS[label_of(old)]} to {LABEL_WORDS[label_of(new)]}."


def agreement_words(same: int, total: int) -> str:
    """How often two detectors say the same along a slider."""
    if same == total:
        return (
            f"Both detectors are on the same side at all {total} strengths. Agreement is no proof: both may have learnt the same."
        )
    return f"The two are on the same side at {same} of {total} strengths, and contradict each other at {total - same}."
