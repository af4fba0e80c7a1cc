"""Judged: a fitted detector that gives logits, under a judge that its validation pictures made."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PIL import Image

from detector.benchmark.answers import Answers, Floats, Judge, judge_by
from detector.benchmark.pictures import Picture
from detector.scored import AS_IS, Change


@dataclass(frozen=True, eq=False)
class Judged:
    """`logits` of pictures under a change and `logits_of` decoded pictures, both (N,); every recipe's answers are made here."""

    logits: Callable[[Sequence[Picture], Change], Floats]
    logits_of: Callable[[Sequence[Image.Image]], Floats]
    judge: Judge

    def answers(self, pictures: Sequence[Picture], change: Change) -> Answers:
        """The judge's answers about pictures of the protocol."""
        return self.judge.answers(self.logits(pictures, change))

    def look(self, images: Sequence[Image.Image]) -> Answers:
        """The same about decoded pictures."""
        return self.judge.answers(self.logits_of(images))


def judged(
    logits: Callable[[Sequence[Picture], Change], Floats],
    logits_of: Callable[[Sequence[Image.Image]], Floats],
    valid: Sequence[Picture],
) -> Judged:
    """Calibrated, and given its threshold, by validation pictures alone; raises DataError where they are too few."""
    judge = judge_by(logits(valid, AS_IS), [picture.label for picture in valid])
    return Judged(logits, logits_of, judge)
