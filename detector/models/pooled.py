"""Logits of pictures together with the pooled features they were made of, in one run of the network."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from detector.data.preprocess import Preprocess
from detector.models.crops import Views
from detector.models.encoder import FrozenEncoder
from detector.models.inputs import normalise
from detector.models.precision import autocast
from detector.models.svm import FeatureSVM
from detector.models.zoo import pooled_features


def logits_and_features(
    model: nn.Module, views: Sequence[Views], preprocess: Preprocess, device: torch.device | str = "cpu", batch_size: int = 16
) -> tuple[Tensor, Tensor]:
    """Mean logits (N, 1 or 2) and mean features (N, F) of each picture's views, in float32 on the CPU; N is at least 1."""
    crops = [view if view.ndim == 4 else view[None] for view in views]
    flat, counts = [crop for own in crops for crop in own], [len(own) for own in crops]
    logits: list[Tensor] = []
    features: list[Tensor] = []
    with torch.no_grad(), autocast(device):
        for start in range(0, len(flat), batch_size):
            batch = torch.from_numpy(np.stack(flat[start : start + batch_size])).to(device)
            some, pooled = _both(model, normalise(batch, preprocess))
            logits.append(some.float().cpu())
            features.append(pooled.float().cpu())
    of_crops = (torch.cat(each).split(counts) for each in (logits, features))
    of_pictures = [torch.stack([own.mean(dim=0) for own in each]) for each in of_crops]
    return of_pictures[0], of_pictures[1]


def _both(model: nn.Module, x: Tensor) -> tuple[Tensor, Tensor]:
    """Logits and what entered the last layer, of normalised pictures (N, 3, S, S)."""
    network: Any = model
    if isinstance(model, FrozenEncoder):
        pooled = model.features(x)
        return model.decide(pooled), pooled
    if isinstance(model, FeatureSVM):
        pooled = pooled_features(model, x)
        return model.decide(pooled), pooled
    maps = network.forward_features(x)
    pooled = network.forward_head(maps, pre_logits=True)
    return network.forward_head(maps), pooled.mean(dim=(2, 3)) if pooled.ndim == 4 else pooled
