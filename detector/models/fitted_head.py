"""The head of a model that is fitted in one go: features made alike in size, then one linear layer. Not how it is fitted."""

from typing import Any

import torch
from torch import Tensor, nn


def add_head(model: nn.Module, features: int) -> None:
    """Give a model buffers `mean` and `scale` (F,) and the layer `linear`, which change nothing until they are set."""
    model.register_buffer("mean", torch.zeros(features))
    model.register_buffer("scale", torch.ones(features))
    model.add_module("linear", nn.Linear(features, 1))


def set_head(model: Any, mean: Tensor, scale: Tensor, weight: Tensor, bias: float) -> None:
    """Set the head's numbers, (F,) each: logit = weight · (features - mean) / scale + bias."""
    with torch.no_grad():
        model.mean.copy_(mean)
        model.scale.copy_(scale)
        model.linear.weight.copy_(weight[None])
        model.linear.bias.fill_(bias)


def is_head(name: str) -> bool:
    """Whether a tensor of that name belongs to the head and not to what makes the features."""
    return name in ("mean", "scale") or name.startswith("linear.")
