"""Checking one map: against random maps and edges, against the network's own weights made random, and against itself."""

from dataclasses import replace
from functools import partial
from time import perf_counter
from typing import TYPE_CHECKING

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor, nn

from detector.data.preprocess import Preprocess
from detector.explain.cam import explain
from detector.explain.controls import edge_map, random_orders
from detector.explain.curves import BATCH, Progress, best_baseline, curves_of, order, scores
from detector.explain.map_check import MapCheck
from detector.explain.methods import METHODS
from detector.explain.randomised import Draw, randomised_maps
from detector.explain.road import road
from detector.explain.stability import under_flip, under_jpeg
from detector.labels import AI
from detector.models.inputs import normalise

if TYPE_CHECKING:  # predict stands above this module
    from detector.predict import Predictor  # noqa: TID251 - a type only

Heat = NDArray[np.float32]

STEPS = 8
RANDOM_MAPS = 19
"""The fewest with which p = 0.05 can be reached."""


def check_map(
    model: nn.Module,
    x: Tensor,
    heat: Heat,
    label: int,
    *,
    draw: Draw | None = None,
    look: Preprocess | None = None,
    seed: int = 0,
    steps: int = STEPS,
    randoms: int = RANDOM_MAPS,
    progress: Progress | None = None,
) -> MapCheck:
    """What can be said for and against a map (h, w) ≥ 0 of the evidence for `label` in one input x (1, 3, H, W).

    `draw(model, x)` is what made the map; without it, nothing is drawn again and randomisation and stability stay open. `look` is
    the preprocessing that made x. `model` must be in eval mode and is only called, so threads can share it. The curves cost
    2 (steps - 1) (randoms + 2) + 4 forward passes, of which `progress` is told. The same seed gives the same answer.
    """
    size = (x.shape[-2], x.shape[-1])
    baseline = best_baseline(model, x, label)
    edges = edge_map(x, (heat.shape[0], heat.shape[1]))
    ranks = order(heat, size)
    orders = [ranks, order(edges, size), *random_orders(ranks, randoms, seed)]
    own, by_edges, *by_chance = curves_of(model, x, orders, label, steps, baseline, progress)
    found = MapCheck(
        own, tuple(by_chance), by_edges, baseline, flat=bool(heat.min() == heat.max()), road=road(model, x, heat, label, seed)
    )
    if draw is None or found.flat:
        return found
    return replace(
        found,
        randomised=randomised_maps(model, x, heat, draw, seed),
        flip=under_flip(x, heat, partial(draw, model)),
        jpeg=under_jpeg(x, heat, partial(draw, model), look or Preprocess()),
    )


def check_picture(
    predictor: "Predictor",
    image: Image.Image,
    label: int,
    method: str = "gradcam",
    layer: str | None = None,
    *,
    seed: int = 0,
    steps: int = STEPS,
    progress: Progress | None = None,
) -> MapCheck:
    """The check of the map that `predictor.explain` draws of an RGB picture; raises UserError as it does.

    A method of many passes is not drawn again for the randomised networks, the mirror and the JPEG: that would take minutes.
    """
    look = predictor.config.preprocess
    x = normalise(torch.tensor(look.array(image)).unsqueeze(0).to(predictor.device), look)

    def draw(model: nn.Module, x: Tensor) -> Heat:
        return explain(model, x, label, method, layer)

    again = draw if METHODS[method].needs != "passes" else None
    heat = draw(predictor.model, x)
    return check_map(predictor.model, x, heat, label, draw=again, look=look, seed=seed, steps=steps, progress=progress)


def seconds_for(predictor: "Predictor") -> float:
    """About how long the curves of one check take, from the time of one batch; the rest adds about a second."""
    side = predictor.config.preprocess.size
    x = torch.zeros(BATCH, 3, side, side, device=predictor.device)
    scores(predictor.model, x[:1], AI)  # the first call is slower
    start = perf_counter()
    scores(predictor.model, x, AI)
    return (perf_counter() - start) / BATCH * 2 * (STEPS - 1) * (RANDOM_MAPS + 2)
