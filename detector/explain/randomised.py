"""The randomisation test: does a map change when the network forgets what it learnt? (Adebayo et al. 2018, "Sanity checks")."""

import copy
from collections.abc import Callable

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from detector.explain.stability import rank_correlation
from detector.models.svm import FeatureSVM

Heat = NDArray[np.float32]
Draw = Callable[[nn.Module, Tensor], Heat]

STAGES = (("the classifier", 0.0), ("the upper third", 1 / 3), ("the upper two thirds", 2 / 3), ("all layers", 1.0))
"""What is replaced, from the output down, as a share of the layers that hold weights."""
REPEATS = 3


def randomised_maps(model: nn.Module, x: Tensor, heat: Heat, draw: Draw, seed: int = 0) -> tuple[tuple[str, float], ...]:
    """For each stage the rank correlation of `heat` with the map of the network so replaced.

    The last stage, which decides, is the mean over REPEATS draws. Every network is a private copy: `model` is never touched.
    """
    found = []
    for number, (name, share) in enumerate(STAGES):
        seeds = [(seed, number, repeat) for repeat in range(REPEATS if share == 1 else 1)]
        values = [rank_correlation(heat, draw(randomise(model, share, each), x)) for each in seeds]
        found.append((name, float(np.mean(values))))
    return tuple(found)


def randomise(model: nn.Module, share: float, seed: tuple[int, ...]) -> nn.Module:
    """A copy whose last layer, or the last `share` of its layers, has each weight tensor's own values in random order.

    Shuffled values keep a network's scale, where fresh ones may silence it and leave no map to compare. The statistics of
    normalisation layers are left as they are for the same reason.
    """
    changed = copy.deepcopy(model).eval()
    layers = [module for module in changed.modules() if _weights(module)]
    if isinstance(changed, FeatureSVM):
        layers = [*layers[1:], changed]  # the machine is the root of the tree, and the last to act
    count = max(1, round(share * len(layers)))
    random = np.random.default_rng(seed)
    with torch.no_grad():
        for layer in layers[-count:]:
            for weights in _weights(layer):
                places = torch.from_numpy(random.permutation(weights.numel())).to(weights.device)
                weights.copy_(weights.flatten()[places].view_as(weights))
    return changed


def _weights(module: nn.Module) -> list[Tensor]:
    """A module's own weights: its parameters, or of an svm the support vectors with their coefficients."""
    own = list(module.parameters(recurse=False))
    machine = [tensor for name, tensor in module.named_buffers(recurse=False) if name in ("support_vectors", "dual_coef")]
    return own + machine
