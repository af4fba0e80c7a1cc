"""ROAD: remove places and fill them from their neighbours, so that the hole itself tells nothing (Rong et al. 2022)."""

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

import detector.models.torchvision_compat  # noqa: F401 - before grad-cam, which imports torchvision

from pytorch_grad_cam.metrics.perturbation_confidence import (  # isort: skip
    PerturbationConfidenceMetric,
    RemoveLeastRelevantFirst,
    RemoveMostRelevantFirst,
)
from pytorch_grad_cam.metrics.road import NoisyLinearImputer  # isort: skip

from detector.explain.cam import margin
from detector.explain.curves import order

PERCENTILES = (80, 60)
"""The shares kept; each costs two sparse systems of equations."""
NOISE = 0.01


def road(model: nn.Module, x: Tensor, heat: NDArray[np.float32], label: int, seed: int = 0) -> float:
    """Half the mean of what removing the coldest places leaves beyond removing the hottest, in log-odds; 0 for a chance order.

    grad-cam's metrics with noise of our own: theirs draws from torch's global stream, which threads share. They set no hooks.
    """
    ranks = order(heat, (x.shape[-2], x.shape[-1]))
    heights = 1 - ranks.float() / ranks.numel()  # without ties, so that a percentile is that share of the area

    def target(logits: Tensor) -> Tensor:
        return margin(logits.unsqueeze(0), label)[0]

    def left(removal: Callable[..., Any], percentile: int) -> float:
        metric = PerturbationConfidenceMetric(removal(percentile, _imputer(seed)))
        return float(metric(x, heights.numpy()[None], [target], model, return_diff=False)[0])

    gaps = [left(RemoveLeastRelevantFirst, kept) - left(RemoveMostRelevantFirst, kept) for kept in PERCENTILES]
    return float(np.mean(gaps) / 2)


def _imputer(seed: int) -> Callable[[Tensor, Tensor], Tensor]:
    linear = NoisyLinearImputer(noise=0.0)

    def fill(image: Tensor, kept: Tensor) -> Tensor:
        noise = torch.randn(image.shape, generator=torch.Generator().manual_seed(seed))
        return linear(image, kept) + NOISE * noise * (1 - kept)

    return fill
