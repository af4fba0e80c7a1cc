"""Recipes of a frozen extractor with one fitted head: features are computed once, so a round takes seconds."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from detector.benchmark.answers import Floats
from detector.benchmark.extractors import Extractor, clip, fitted, lite0
from detector.benchmark.feature_store import compute_missing, features_of
from detector.benchmark.judged import Judged, judged
from detector.benchmark.pictures import Picture, remade
from detector.benchmark.recipe import Tell
from detector.errors import UserError
from detector.models.head_fit import HeadFitter
from detector.models.linear_fit import LinearFit
from detector.models.rbf_fit import RbfFit
from detector.models.taps import POOLS
from detector.scored import AS_IS, Change
from detector.training.config import TrainConfig
from detector.training.encoder_features import View, views_of
from detector.training.fitted import head_of
from detector.training.images import augmentation_of

LINEAR = replace(head_of(TrainConfig()), balanced=True)
"""A straight border, both classes weighing alike."""
PLAIN = (View(),)


@dataclass(frozen=True, eq=False)
class FrozenRecipe:
    """An extractor, and which of its features are used: all, or `taps` as (block, pool), both counted from 0.

    Training pictures are seen in each of `views`. With `operators` each real one is also seen made anew, as AI-generated.
    """

    name: str
    extractor: Extractor
    taps: tuple[tuple[int, int], ...] = ()
    head: HeadFitter = LINEAR
    views: tuple[View, ...] = PLAIN
    operators: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """Names extractor, taps and what is learnt from."""
        return f"{self.extractor.key} {self.taps} {self.head} {self.views} {self.operators}"

    def knows(self) -> None:
        """It knows nothing before it is fitted."""

    def prepare(self, pictures: Sequence[Picture], changes: Sequence[Change], tell: Tell) -> None:
        """Compute all features."""
        jobs = [(pictures, change, View()) for change in changes]
        jobs += [(pictures, AS_IS, view) for view in self.views if view.number]
        anew = remade(pictures, self.operators)
        jobs += [(anew, AS_IS, view) for view in self.views if anew]
        for number, (some, change, view) in enumerate(jobs, 1):
            compute_missing(self.extractor, some, change, view, partial(tell, f"Features {number} of {len(jobs)}"))

    def fit(self, train: Sequence[Picture], valid: Sequence[Picture], seed: int, tell: Tell) -> Judged:
        """Fit the head; the seed plays no part but in the pictures."""
        learnt = [*train, *remade(train, self.operators)]
        fit = self.head.fit(
            np.concatenate([self._features(learnt, AS_IS, view) for view in self.views]),
            np.tile([picture.label for picture in learnt], len(self.views)),
            self._features(valid, AS_IS),
            np.array([picture.label for picture in valid]),
        )
        return judged(partial(self._logits, fit), partial(self._logits_of, fit), valid)

    def pick(self, features: NDArray[Any]) -> NDArray[Any]:
        """(N, F) of what the extractor makes of N pictures."""
        if not self.taps:
            return features.reshape(len(features), -1)
        return np.concatenate([features[:, block, pool] for block, pool in self.taps], axis=1)

    def _features(self, pictures: Sequence[Picture], change: Change, view: View = View()) -> NDArray[np.float32]:  # noqa: B008
        return features_of(self.extractor, pictures, change, self.pick, view)

    def _logits(self, fit: LinearFit | RbfFit, pictures: Sequence[Picture], change: Change) -> Floats:
        return fit.logits(self._features(pictures, change)).astype(np.float64)

    def _logits_of(self, fit: LinearFit | RbfFit, images: Sequence[Image.Image]) -> Floats:
        features = self.extractor.compute([self.extractor.crops(image) for image in images])
        return fit.logits(self.pick(features)).astype(np.float64)


def lite0_linear(taps: str, device: str) -> FrozenRecipe:
    """EfficientNet-Lite0's pooled features."""
    _no_taps("lite0-linear", taps)
    return FrozenRecipe("lite0-linear", lite0(device))


def clip_linear(taps: str, device: str) -> FrozenRecipe:
    """The class token after CLIP's last block."""
    _no_taps("clip-linear", taps)
    extractor = clip(device)
    return FrozenRecipe("clip-linear", extractor, ((extractor.shape[0] - 1, POOLS.index("class")),))


def clip_taps(taps: str, device: str) -> FrozenRecipe:
    """Several blocks of CLIP side by side, such as "6:mean,10:class"."""
    if not taps:
        raise UserError("clip-taps needs --taps: blocks and what is taken of each, like 6:mean,10:class.")
    extractor = clip(device)
    return FrozenRecipe(f"clip-taps {taps}", extractor, parse_taps(taps, extractor.shape[0]))


FROZEN: dict[str, Callable[[str, str], FrozenRecipe]] = {
    "lite0-linear": lite0_linear,
    "clip-linear": clip_linear,
    "clip-taps": clip_taps,
}
"""Recipes by name, made from the text of --taps and a device."""


def fitted_recipe(name: str, config: TrainConfig) -> FrozenRecipe:
    """The recipe of a run whose model is fitted in one go; what it would fit, without a run for each round."""
    views = tuple(views_of(config.augmented_views, augmentation_of(config), config.seed))
    return FrozenRecipe(name, fitted(config), (), head_of(config), views)


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
