"""Recipes of a frozen extractor with one linear layer on top: features are computed once, so a round takes seconds."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from detector.benchmark.answers import Answers, Judge, judge_by
from detector.benchmark.extractors import POOLS, Extractor, clip, lite0
from detector.benchmark.feature_store import compute_missing, features_of
from detector.benchmark.heads import LinearHead, fit_head
from detector.benchmark.pictures import Picture
from detector.benchmark.recipe import Tell
from detector.errors import UserError
from detector.scored import AS_IS, Change

DEFAULT_TAPS = "6:mean,10:class"
"""Blocks of CLIP, counted from 1, and what is taken of each."""


@dataclass(frozen=True, eq=False)
class FrozenRecipe:
    """An extractor, and which of its features are used: all, or `taps` as (block, pool), both counted from 0."""

    name: str
    extractor: Extractor
    taps: tuple[tuple[int, int], ...] = ()

    @property
    def key(self) -> str:
        """Names extractor and taps."""
        return f"{self.extractor.key} {self.taps}"

    def knows(self) -> None:
        """It knows nothing before it is fitted."""

    def prepare(self, pictures: Sequence[Picture], changes: Sequence[Change], tell: Tell) -> None:
        """Compute all features."""
        for rule in dict.fromkeys(picture.rule for picture in pictures):
            own = [picture for picture in pictures if picture.rule == rule]
            for number, change in enumerate(changes, 1):
                phase = f"Features {number} of {len(changes)}"
                compute_missing(self.extractor, own, change, lambda done, total, phase=phase: tell(phase, done, total))  # type: ignore[misc]

    def fit(self, train: Sequence[Picture], valid: Sequence[Picture], seed: int, tell: Tell) -> "FrozenScorer":
        """Fit the linear layer; the seed plays no part but in the pictures."""
        x, held_out = self.features(train, AS_IS), self.features(valid, AS_IS)
        labels = [np.array([picture.label for picture in pictures]) for pictures in (train, valid)]
        head = fit_head(x, labels[0], held_out, labels[1])
        return FrozenScorer(self, head, judge_by(head.logits(held_out), labels[1].tolist()))

    def features(self, pictures: Sequence[Picture], change: Change) -> NDArray[np.float32]:
        """(N, F) in the pictures' order."""
        return features_of(self.extractor, pictures, change, self.pick)

    def pick(self, features: NDArray[Any]) -> NDArray[Any]:
        """(N, F) of what the extractor makes of N pictures."""
        if not self.taps:
            return features.reshape(len(features), -1)
        return np.concatenate([features[:, block, pool] for block, pool in self.taps], axis=1)


@dataclass(frozen=True, eq=False)
class FrozenScorer:
    """The recipe with its fitted layer."""

    recipe: FrozenRecipe
    head: LinearHead
    judge: Judge

    def answers(self, pictures: Sequence[Picture], change: Change) -> Answers:
        """From stored features."""
        return self.judge.answers(self.head.logits(self.recipe.features(pictures, change)))

    def look(self, images: Sequence[Image.Image]) -> Answers:
        """From the pictures themselves."""
        extractor = self.recipe.extractor
        features = extractor.compute(np.stack([extractor.view(image) for image in images]))
        return self.judge.answers(self.head.logits(self.recipe.pick(features).astype(np.float32)))


def lite0_linear(taps: str) -> FrozenRecipe:
    """EfficientNet-Lite0's pooled features."""
    _no_taps("lite0-linear", taps)
    return FrozenRecipe("lite0-linear", lite0())


def clip_linear(taps: str) -> FrozenRecipe:
    """The class token after CLIP's last block."""
    _no_taps("clip-linear", taps)
    extractor = clip()
    return FrozenRecipe("clip-linear", extractor, ((extractor.shape[0] - 1, POOLS.index("class")),))


def clip_taps(taps: str) -> FrozenRecipe:
    """Several blocks of CLIP, such as "6:mean,10:class"."""
    extractor, text = clip(), taps or DEFAULT_TAPS
    return FrozenRecipe(f"clip-taps {text}", extractor, parse_taps(text, extractor.shape[0]))


FROZEN: dict[str, Callable[[str], FrozenRecipe]] = {
    "lite0-linear": lite0_linear,
    "clip-linear": clip_linear,
    "clip-taps": clip_taps,
}
"""Recipes by name, made from the text of --taps."""


def parse_taps(text: str, blocks: int) -> tuple[tuple[int, int], ...]:
    """The taps in "6:mean,10:class", counted from 0; a block alone means its class token. Raises UserError for others."""
    found = []
    for part in (part.strip() for part in text.split(",") if part.strip()):
        number, _, pool = part.partition(":")
        if not number.isdigit() or not 1 <= int(number) <= blocks or (pool or POOLS[0]) not in POOLS:
            raise UserError(f"{part!r} is no tap: write a block from 1 to {blocks} and one of {', '.join(POOLS)}, like 6:mean.")
        found.append((int(number) - 1, POOLS.index(pool or POOLS[0])))
    if not found:
        raise UserError("--taps names no block: write for example 6:mean,10:class.")
    return tuple(found)


def _no_taps(name: str, taps: str) -> None:
    if taps:
        raise UserError(f"{name} has no blocks to choose from: --taps is for clip-taps.")
