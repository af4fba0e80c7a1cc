"""Caution: where a test is too small for what its numbers seem to say, in words."""

from detector.evaluation.metrics import Metrics
from detector.labels import AI, LABEL_WORDS, REAL

FEW = 30
"""Images of a class below which one picture moves its recall by more than three points."""
WIDE = 0.2
"""An interval of twenty points does not tell a fair detector from a good one."""
ALARMS = 5
"""So many false alarms should be allowed for before a rate at few of them is read."""


def cautions(metrics: Metrics) -> list[str]:
    """Sentences on what these images are too few for, the gravest first; none for a large test of both classes."""
    said = []
    counts = {label: sum(metrics.confusion_matrix[label]) for label in (REAL, AI)}
    for label, n in counts.items():
        if not n:
            other = LABEL_WORDS[1 - label]
            said.append(f"All images are {other}: nothing here says how it fares with {LABEL_WORDS[label]} ones.")
        elif n < FEW:
            said.append(f"Only {n} {LABEL_WORDS[label]} images: one of them moves its class's numbers by {1 / n:.0%}.")
    low, high = metrics.intervals["accuracy"]
    if high - low > WIDE:
        said.append(
            f"The accuracy may lie anywhere from {low:.0%} to {high:.0%}: too few images to tell a fair detector from a good one."
        )
    if metrics.groups < metrics.n and metrics.groups < FEW:
        said.append(f"The {metrics.n:,} images come from only {metrics.groups} groups, which is what counts for the intervals.")
    for percent in (1, 5):
        needed = 100 * ALARMS // percent
        if all(counts.values()) and counts[REAL] < needed:
            said.append(
                f"Found at {percent} % false alarms needs {needed} real images or more to be read; here are {counts[REAL]}."
            )
            break
    return said
