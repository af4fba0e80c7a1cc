"""Recipes by name: frozen features, presets of training, averages of these, weights as they are, and tables of scores."""

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from detector.benchmark.average import AverageRecipe
from detector.benchmark.fixed import ScoresRecipe, WeightsRecipe, read_scores
from detector.benchmark.frozen import FROZEN, fitted_recipe
from detector.benchmark.recipe import Recipe, Trainable
from detector.benchmark.trained import TrainedRecipe
from detector.errors import UserError
from detector.training.config import TrainConfig
from detector.training.fitted import head_of
from detector.training.presets import PRESETS

ON_FEATURES = ("encoder", "dct")
"""Models whose features are computed once for all rounds; other presets train a run for each."""

HEAD = {"head", "head_c", "head_components"}
"""The settings of frozen features that are no preset."""
SHORT = {"dct": "dct-statistics"}


def recipe_of(
    text: str, taps: str = "", device: str = "auto", changes: dict[str, object] | None = None, operators: Sequence[str] = ()
) -> Recipe:
    """The recipe of that name, or with + between names the average of several.

    `taps` are those of clip-taps, with + between them for several of these; `changes` are settings of a preset that differ;
    `operators` make real training pictures anew as AI-generated ones. Raises UserError for what does not fit together.
    """
    names = [name.strip() for name in text.split("+")]
    blocks = [part.strip() for part in taps.split("+")]
    if taps and "clip-taps" not in names:
        raise UserError(f"{text[:80]} has no blocks to choose from: --taps is for clip-taps.")
    parts = [
        _one(name, own, device, changes or {}, tuple(operators))
        for name in names
        for own in (blocks if name == "clip-taps" else [""])
    ]
    return parts[0] if len(parts) == 1 else AverageRecipe(tuple(parts))


def weights_of(spec: str, device: str = "auto") -> Recipe:
    """Weights by name, folder or run; raises WeightsError where there are none."""
    return WeightsRecipe.load(spec, device)


def scores_of(file: Path, unseen_by: str = "") -> Recipe:
    """Another program's scores, tested where these weights have seen nothing; raises UserError for a damaged table."""
    scores = read_scores(file)
    key = hashlib.sha256(repr(sorted(scores.items())).encode()).hexdigest()
    known = WeightsRecipe.load(unseen_by, "cpu").knows() if unseen_by else None
    return ScoresRecipe(file.stem, scores, f"scores {key}", known)


def _one(name: str, taps: str, device: str, changes: dict[str, object], operators: tuple[str, ...]) -> Trainable:
    name = SHORT.get(name, name)
    if name in FROZEN:
        other = changes.keys() - HEAD
        if other:
            raise UserError(f"{name} has no setting {min(other)}: only {', '.join(sorted(HEAD))}, or take a preset.")
        config = TrainConfig(**changes)  # type: ignore[arg-type]  # they have been parsed by their fields
        head = replace(head_of(config), balanced=True)
        recipe = replace(FROZEN[name](taps, device), head=head, operators=operators)
        return replace(recipe, name=_title(recipe.name, changes))
    if name not in PRESETS:
        raise UserError(f"There is no recipe {name[:80]!r}: choose from {', '.join([*FROZEN, *SHORT, *PRESETS])}.")
    config = PRESETS[name].config.but(device=device, **changes)
    if config.model in ON_FEATURES:
        return replace(fitted_recipe(_title(name, changes), config), operators=operators)
    return TrainedRecipe(_title(name, changes), config, operators)


def _title(name: str, changes: dict[str, object]) -> str:
    return " ".join([name, *(f"{key}={value}" for key, value in changes.items())])
