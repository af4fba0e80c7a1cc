"""What a comparison of detectors says, in plain sentences: who is right where the other is wrong, and whether that is chance."""

from detector.evaluation.compare import CHANCE, Comparison, Pair
from detector.evaluation.joined import CONTENT

NBSP = "\u00a0"
FEW = 100
"""Images below which only large differences can be told from chance."""
MEASURE_WORDS = {"accuracy": "Accuracy", "balanced_accuracy": "Balanced accuracy", "auc": "AUC"}


def p_words(p: float) -> str:
    """A p-value as it is printed, p = .14, on one line."""
    if p < 0.001:
        return f"p{NBSP}<{NBSP}.001"
    text = f"{p:.3f}" if p < 0.0995 else f"{p:.2f}"
    return f"p{NBSP}={NBSP}{text.removeprefix('0')}"


def pair_sentence(comparison: Comparison, pair: Pair) -> str:
    """On how many images each alone is right, and what McNemar's test makes of it."""
    a, b = comparison.joined.names[pair.a], comparison.joined.names[pair.b]
    if not pair.only_a + pair.only_b:
        return f"{a} and {b} are right and wrong on the very same images."
    said = f"{a} is right on {_images(pair.only_a)} that {b} gets wrong, {b} on {pair.only_b:,} that {a} gets wrong"
    if comparison.grouped:
        said += f" (by groups: {pair.groups_a:,} for {a}, {pair.groups_b:,} for {b})"
    corrected = f", corrected for {len(comparison.pairs)} pairs" if len(comparison.pairs) > 1 else ""
    return f"{said}: {p_words(pair.holm)}{corrected}, which {'is hardly chance' if pair.holm < CHANCE else 'can well be chance'}."


def difference_words(pair: Pair, name: str) -> str:
    """A difference with its interval, in points of a hundred or for the AUC as it stands; empty where there is none."""
    found = pair.differences.get(name)
    if found is None:
        return ""
    if name == "auc":
        return f"{found.value:+.3f} ({found.low:+.3f} to {found.high:+.3f})"
    return f"{100 * found.value:+.1f} points ({100 * found.low:+.1f} to {100 * found.high:+.1f})"


def kappa_words(value: float | None) -> str:
    """How far verdicts agree beyond chance."""
    return "none: both always say the same" if value is None else f"{value:.2f}"


def match_words(comparison: Comparison) -> list[str]:
    """How images were matched, what is not compared and why, and what an image that was learnt from means."""
    joined = comparison.joined
    known = "the content of its file" if joined.by == CONTENT else "its path"
    by_all = "both detectors" if len(joined.names) == 2 else f"all {len(joined.names)} detectors"
    said = [f"{_images(len(joined.labels))}, each known by {known}, scored by {by_all}."]
    for note in joined.left_out:
        said.append(f"{note.name}: {_images(note.n)} left out, since {note.why}.")
    return said


def warnings(comparison: Comparison) -> list[str]:
    """What makes this comparison unfair or weak."""
    joined = comparison.joined
    said = [
        f"{name} was trained or chosen on {seen:,} of these images: its numbers flatter, and so do its differences."
        for name, seen in zip(joined.names, joined.seen, strict=True)
        if seen
    ]
    n = joined.samples[0].n_groups
    if n < FEW:
        said.append(f"Only {n} {'groups of images' if comparison.grouped else 'images'}: only large differences can show.")
    return said


def _images(count: int) -> str:
    return f"{count:,} {'image' if count == 1 else 'images'}"
