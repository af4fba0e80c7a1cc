"""A recipe of several: each is fitted by itself, and their logits, brought to one spread, are averaged."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PIL import Image

from detector.benchmark.answers import Floats
from detector.benchmark.judged import Judged, judged
from detector.benchmark.pictures import Picture
from detector.benchmark.recipe import Tell, Trainable
from detector.scored import AS_IS, Change


@dataclass(frozen=True)
class AverageRecipe:
    """At least two recipes that can be trained."""

    parts: tuple[Trainable, ...]

    @property
    def name(self) -> str:
        """All names."""
        return " + ".join(part.name for part in self.parts)

    @property
    def key(self) -> str:
        """Names all of them."""
        return "average of " + " and ".join(part.key for part in self.parts)

    def knows(self) -> None:
        """It knows nothing before it is fitted."""

    def prepare(self, pictures: Sequence[Picture], changes: Sequence[Change], tell: Tell) -> None:
        """What each of them can compute beforehand."""
        for part in self.parts:
            part.prepare(pictures, changes, tell)

    def fit(self, train: Sequence[Picture], valid: Sequence[Picture], seed: int, tell: Tell) -> Judged:
        """Fit them one after another; validation pictures tell the spread of each one's logits."""
        fits = [part.fit(train, valid, seed, tell) for part in self.parts]
        spreads = [float(np.std(fit.logits(valid, AS_IS))) or 1.0 for fit in fits]

        def logits(pictures: Sequence[Picture], change: Change) -> Floats:
            return _mean([fit.logits(pictures, change) for fit in fits], spreads)

        def logits_of(images: Sequence[Image.Image]) -> Floats:
            return _mean([fit.logits_of(images) for fit in fits], spreads)

        return judged(logits, logits_of, valid)


def _mean(logits: Sequence[Floats], spreads: Sequence[float]) -> Floats:
    return np.asarray(np.mean([own / spread for own, spread in zip(logits, spreads, strict=True)], axis=0))
