"""Words: what the numbers of a run say, in one paragraph, with n and intervals, and what to be careful about."""

from collections.abc import Mapping
from typing import Any

from detector.data.audit import WARN, Audit
from detector.evaluation.caution import cautions
from detector.evaluation.metrics import Metrics
from detector.labels import AI, LABEL_WORDS, REAL
from detector.report.subject import Subject

SPLIT_WORDS = {"test": "test images", "valid": "validation images", "train": "training images", "": "images"}


def summary(subject: Subject) -> str:
    """The verdict on the numbers: how many images, how many of them rightly called, and whether that beats guessing."""
    metrics = subject.metrics
    if metrics is None:
        return f"{subject.name} has scored no images yet, so nothing is known about how often it is right."
    real, ai = (sum(row) for row in metrics.confusion_matrix)
    where = SPLIT_WORDS.get(subject.split, f"images of the split {subject.split}")
    groups = f", in {metrics.groups:,} groups that count as one draw each" if metrics.groups < metrics.n else ""
    said = [
        f"On {metrics.n:,} {where} ({real:,} real, {ai:,} AI-generated{groups}) {subject.name} called "
        f"{percent(metrics.accuracy)} rightly ({interval(metrics, 'accuracy')})."
    ]
    if ai:
        said.append(f"It found {percent(metrics.recall_ai)} of the AI-generated images ({interval(metrics, 'recall_ai')}).")
    if real:
        alarms = 1 - metrics.recall_real
        low, high = metrics.intervals["recall_real"]
        said.append(f"{percent(alarms)} of the real ones were false alarms (95 %: {percent(1 - high)} to {percent(1 - low)}).")
    said.append(_against_guessing(metrics))
    return " ".join(said)


def warnings(subject: Subject, about: Mapping[str, Any]) -> list[str]:
    """What weakens the numbers: the images they come from, their count, and shortcuts in the data."""
    metrics = subject.metrics
    if metrics is None:
        return []
    said = []
    if subject.split == "valid":
        said.append("The epoch was chosen on these validation images, so expect less on others.")
    elif subject.split == "train":
        said.append("The detector learnt from these very images, so their numbers say nothing about others.")
    said += cautions(metrics)
    audit = audit_of(about)
    if audit and audit.worst and metrics.auc is not None:
        worst = audit.worst
        low = metrics.intervals["auc"][0]
        if worst.auc is not None and worst.high is not None and worst.auc >= WARN and worst.high >= low:
            said.append(
                f"A model that barely looks at the pictures gets an AUC of {worst.auc:.2f} on this data, and the detector "
                f"{metrics.auc:.2f}: it may have learnt no more than that shortcut."
            )
    return said


def audit_of(about: Mapping[str, Any]) -> Audit | None:
    """The audit of a run's data, if one was made and can be read."""
    try:
        return Audit.from_dict(about["audit"]) if about.get("audit") else None
    except (KeyError, TypeError, ValueError):  # written by another version
        return None


def percent(share: float) -> str:
    """A share as a person reads it."""
    return f"{share:.1%}"


def interval(metrics: Metrics, name: str) -> str:
    """The 95 % interval of a share."""
    low, high = metrics.intervals[name]
    return f"95 %: {percent(low)} to {percent(high)}"


def _against_guessing(metrics: Metrics) -> str:
    """Whether the mean of both recalls is above one half, which any way of guessing gets."""
    if metrics.auc is None:
        only = AI if sum(metrics.confusion_matrix[AI]) else REAL
        return f"With {LABEL_WORDS[only]} images alone nothing says whether it tells the classes apart."
    low, high = metrics.intervals["balanced_accuracy"]
    mean = f"the mean of both classes' shares is {percent(metrics.balanced_accuracy)} (95 %: {percent(low)} to {percent(high)})"
    if low > 0.5:
        return f"That is better than guessing, which gives 50%: {mean}."
    if high < 0.5:
        return f"That is worse than guessing, which gives 50%: {mean}. Perhaps the classes of the data are swapped."
    return f"These images do not show that it is better than guessing, which gives 50%: {mean}."
