"""Heat maps by differentiating the network's head only. No hook touches the model, so threads can share it."""

from collections.abc import Callable
from math import isqrt
from typing import Any, cast

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

import detector.models.torchvision_compat  # noqa: F401 - before timm, which imports torchvision

from timm.layers import PatchEmbed  # isort: skip
from timm.models.vision_transformer import Block, VisionTransformer  # isort: skip

from detector.errors import UserError
from detector.explain.methods import METHODS
from detector.labels import AI
from detector.models.logits import evidence

Head = Callable[[Tensor], Tensor]


def explain(model: nn.Module, x: Tensor, label: int = AI, method: str = "gradcam") -> NDArray[np.float32]:
    """The places that raised the evidence for `label` in one input x (1, 3, S, S).

    Returns a map (h, w) ≥ 0 at the resolution of the features, in units of the logit; all zero when nothing speaks for `label`.
    `model` must be in eval mode. Raises UserError for an unknown method, or a network whose last features belong to no place.
    """
    if method not in METHODS:
        raise UserError(f"There is no method {method!r}: choose {' or '.join(METHODS)}.")
    with torch.no_grad():
        features, head = split(model, x)
    if not isinstance(features, Tensor):  # a network of two branches returns a list
        raise UserError(_no_map(_network(model)))
    features.requires_grad_()
    with torch.enable_grad():  # the caller may have switched gradients off
        score = evidence(head(features), label).sum()
        (gradients,) = torch.autograd.grad(score, features)
    network = _network(model)
    heat = METHODS[method].combine(as_grid(network, features.detach(), x), as_grid(network, gradients, x))
    return heat[0].float().cpu().numpy()


def split(model: nn.Module, x: Tensor) -> tuple[Tensor, Head]:
    """The last features of x that still know their places, and the function from them to the logits.

    For most networks that is the border of forward_features and forward_head. A class-token transformer ignores its last patch
    tokens (their gradient is exactly zero), so there the border is the first norm of the last block, before the last attention.
    """
    network, whole = _network(model), cast(Any, model)
    if not isinstance(network, VisionTransformer) or not isinstance(network.blocks[-1], Block):
        if getattr(network, "num_prefix_tokens", 0) and getattr(network, "global_pool", "") == "token":
            raise UserError(_no_map(network))
        return whole.forward_features(x), whole.forward_head
    tokens = network.norm_pre(network.patch_drop(network._pos_embed(network.patch_embed(x))))
    for block in network.blocks[:-1]:
        tokens = block(tokens)
    last = network.blocks[-1]

    def head(normed: Tensor) -> Tensor:
        attended = tokens + last.ls1(last.attn(normed))
        return whole.forward_head(network.norm(attended + last.ls2(last.mlp(last.norm2(attended)))))

    return last.norm1(tokens), head


def as_grid(network: nn.Module, features: Tensor, x: Tensor) -> Tensor:
    """Features of any layout as (N, C, h, w): NCHW, NHWC, or tokens (N, prefix + h·w, C), whose prefix tokens are dropped."""
    if features.ndim == 4:
        last_is_channels = features.shape[-1] == getattr(network, "num_features", None) != features.shape[1]
        return features.movedim(-1, 1) if last_is_channels or getattr(network, "output_fmt", "") == "NHWC" else features
    prefix = int(getattr(network, "num_prefix_tokens", 0))
    patches = features.shape[1] - prefix if features.ndim == 3 else 0
    height, width = _patch_grid(network, patches, x)
    if not patches or height * width != patches:
        raise UserError(_no_map(network))
    return features[:, prefix:].unflatten(1, (height, width)).movedim(-1, 1)


def _no_map(network: nn.Module) -> str:
    return f"No heat map can be drawn from a {type(network).__name__}: its last features belong to no place in the picture."


def _patch_grid(network: nn.Module, patches: int, x: Tensor) -> tuple[int, int]:
    """Rows and columns of the patches; a square where the network does not say."""
    embed: Any = getattr(network, "patch_embed", None)
    if isinstance(embed, PatchEmbed):
        return embed.dynamic_feat_size((x.shape[-2], x.shape[-1]))
    return isqrt(patches), isqrt(patches)


def _network(model: nn.Module) -> Any:
    """The network that makes the features: the model, or the backbone that an SVM reads."""
    return getattr(model, "backbone", model)
