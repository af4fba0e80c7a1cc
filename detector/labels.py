"""The two classes and their words. AI-generated is the positive class everywhere."""

from typing import Final

REAL: Final = 0
AI: Final = 1

LABEL_NAMES: Final = ("real", "ai")
"""Names in files, tables and flags; the index is the label."""

LABEL_WORDS: Final = ("real", "AI-generated")
"""Names shown to people; the index is the label."""

INCONCLUSIVE: Final = "inconclusive"
"""The third verdict: the detector's own test images do not decide at this score."""


def label_of(name: str) -> int:
    """The label named "real" or "ai"; raises ValueError for any other name."""
    return LABEL_NAMES.index(name)
