"""Recipes by name: frozen features, presets of training, weights as they are, and tables of scores."""

import hashlib
from pathlib import Path

from detector.benchmark.fixed import ScoresRecipe, WeightsRecipe, read_scores
from detector.benchmark.frozen import FROZEN
from detector.benchmark.recipe import Recipe
from detector.benchmark.trained import TrainedRecipe
from detector.errors import UserError
from detector.training.presets import PRESETS


def recipe_of(name: str, taps: str = "", device: str = "auto") -> Recipe:
    """A frozen extractor with a linear layer, or a preset that is trained; raises UserError naming the known ones."""
    if name in FROZEN:
        return FROZEN[name](taps)
    if name not in PRESETS:
        raise UserError(f"There is no recipe {name[:80]!r}: choose from {', '.join([*FROZEN, *PRESETS])}.")
    if taps:
        raise UserError(f"{name} has no blocks to choose from: --taps is for clip-taps.")
    return TrainedRecipe(name, PRESETS[name].config.but(device=device))


def weights_of(spec: str, device: str = "auto") -> Recipe:
    """Weights by name, folder or run; raises WeightsError where there are none."""
    return WeightsRecipe.load(spec, device)


def scores_of(file: Path, unseen_by: str = "") -> Recipe:
    """Another program's scores, tested where these weights have seen nothing; raises UserError for a damaged table."""
    scores = read_scores(file)
    key = hashlib.sha256(repr(sorted(scores.items())).encode()).hexdigest()
    known = WeightsRecipe.load(unseen_by, "cpu").knows() if unseen_by else None
    return ScoresRecipe(file.stem, scores, f"scores {key}", known)
