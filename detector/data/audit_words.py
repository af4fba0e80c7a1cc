"""What is said of an audit, in plain words: what each probe saw, what it scored, and what that means for a detector."""

from detector.data.audit import ALARM, FEWEST, WARN, Audit, Finding
from detector.labels import LABEL_NAMES, LABEL_WORDS

TITLES = {
    "metadata": "How the file is stored",
    "shape": "Size and aspect",
    "thumbnail": "A 16 × 16 thumbnail",
    "colour": "Colours",
    "spectrum": "Spectrum of the grain",
}
"""What a probe is called, in the order in which probes are shown."""

_SEES = {
    "metadata": "never looks at the picture, only at how its file is stored,",
    "shape": "never looks at the picture, only at its width and height,",
    "thumbnail": "sees no more than a thumbnail of 16 × 16 pixels",
    "colour": "sees no shapes at all, only how bright and colourful a picture is,",
    "spectrum": "sees only how strong fine and coarse grain is, and nothing of what is shown,",
}

LIGHT_WORDS = {
    "green": "No cheap shortcut",
    "amber": "A shortcut is possible",
    "red": "A shortcut is there",
    "grey": "Too few to say",
}
"""The light in words: colour alone says nothing to many people."""


def score_words(finding: Finding) -> str:
    """The AUC with its interval and n, or why there is none."""
    if finding.auc is None:
        return f"too few to say (n = {finding.n:,})"
    return f"AUC {finding.auc:.2f} (95 %: {finding.low:.2f}–{finding.high:.2f}, n = {finding.n:,})"


def sentence(finding: Finding) -> str:
    """One or two plain sentences on what the probe found."""
    if finding.auc is None or finding.low is None or finding.high is None:
        return f"There are too few pictures to say: this takes {FEWEST} different ones of each class."
    sees = _SEES.get(finding.probe, f"sees only the {finding.probe}")
    said = f"A model that {sees} gets {finding.auc:.2f} ({finding.low:.2f}–{finding.high:.2f})"
    if finding.auc >= ALARM:
        return f"{said}: your detector may learn that instead."
    if finding.auc >= WARN:
        doubt = " With these few pictures it may also be less." if finding.low < WARN else ""
        return f"{said}: your detector may learn some of that instead.{doubt}"
    if finding.high >= WARN:
        return f"{said}: below the warning line of {WARN:.2f}, but more pictures could still show a shortcut."
    return f"{said}: not much better than guessing, which gives 0.50."


def driver_sentences(finding: Finding) -> tuple[str, ...]:
    """What the probe went by, where single features show it; else that it takes several, above the warning line."""
    if finding.drivers or finding.auc is None or finding.auc < WARN:
        return finding.drivers
    return ("No single number tells the classes apart: the model goes by several at once.",)


def looked_at(audit: Audit) -> str:
    """Which pictures the audit saw, and as what."""
    counts = audit.looked_at or {}
    seen = sum(counts.values())
    which = f"all {seen:,} pictures" if seen == audit.total else f"{seen:,} of {audit.total:,} pictures, chosen by their hash"
    parts = ", ".join(f"{counts.get(name, 0):,} {word}" for name, word in zip(LABEL_NAMES, LABEL_WORDS, strict=True))
    said = f"It looked at {which} ({parts})"
    said += f", as they would be after equalising ({audit.equalise})." if audit.equalise else ", as their files are."
    return said + (f" {audit.left_out:,} could no longer be read." if audit.left_out else "")


def headline(audit: Audit) -> str:
    """The whole audit in one sentence or two: its worst finding, or that there is none to worry about."""
    worst = audit.worst
    if worst is None:
        return f"Too few pictures for an audit: it takes {FEWEST} different ones of each class."
    if worst.light == "green":
        return (
            f"No cheap shortcut was found: the best of {len(audit.findings)} models that barely look at the pictures gets "
            f"{worst.auc:.2f} ({worst.low:.2f}–{worst.high:.2f}), and guessing gives 0.50."
        )
    others = sum(finding.light in ("amber", "red") for finding in audit.findings) - 1
    more = f" {others} other {'probe is' if others == 1 else 'probes are'} above the line, too." if others else ""
    return sentence(worst) + more
