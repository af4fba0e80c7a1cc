"""The head of a model that is fitted in one go: features made alike in size, a linear layer, and where wanted a curved border.

It does not know how it is fitted: see `linear_fit` and `rbf_fit`.
"""

from typing import Any

import torch
from torch import Tensor, nn

from detector.models.linear_fit import LinearFit
from detector.models.rbf_fit import RbfFit
from detector.models.rbf_head import RbfHead


def add_head(model: nn.Module, features: int, components: int = 0, centres: int = 0) -> None:
    """Give a model buffers `mean` and `scale` (F,), a layer `linear` and what comes after it, `rbf`.

    Without `components` the layer gives the logit; with them it projects onto so many, and a radial-basis head judges those.
    """
    model.register_buffer("mean", torch.zeros(features))
    model.register_buffer("scale", torch.ones(features))
    model.add_module("linear", nn.Linear(features, components, bias=False) if components else nn.Linear(features, 1))
    model.add_module("rbf", RbfHead(components, centres) if components else nn.Identity())


def standardised(model: Any, features: Tensor) -> Tensor:
    """Features (N, F) as the head sees them."""
    return (features - model.mean) / model.scale


def head_logits(model: Any, features: Tensor) -> Tensor:
    """Logits (N, 1) of features (N, F)."""
    logits: Tensor = model.rbf(model.linear(standardised(model, features)))
    return logits


def set_head(model: Any, fit: LinearFit | RbfFit) -> None:
    """Make the head that of a fit."""
    if isinstance(fit, RbfFit):
        add_head(model, len(fit.mean), *reversed(fit.centres.shape))
    with torch.no_grad():
        model.mean.copy_(torch.from_numpy(fit.mean))
        model.scale.copy_(torch.from_numpy(fit.scale))
        if isinstance(fit, RbfFit):
            model.linear.weight.copy_(torch.from_numpy(fit.projection))
            model.rbf.centres.copy_(torch.from_numpy(fit.centres))
            model.rbf.weight.copy_(torch.from_numpy(fit.weight))
            model.rbf.intercept.fill_(fit.intercept)
            model.rbf.gamma.fill_(fit.gamma)
        else:
            model.linear.weight.copy_(torch.from_numpy(fit.weight)[None])
            model.linear.bias.fill_(fit.bias)


def is_head(name: str) -> bool:
    """Whether a tensor of that name belongs to the head and not to what makes the features."""
    return name in ("mean", "scale") or name.startswith(("linear.", "rbf."))
