"""The features of one picture that still know their places, and the rest of the network as a function of them."""

from collections.abc import Callable
from dataclasses import dataclass
from math import isqrt
from typing import Any, cast

import torch
from torch import Tensor, nn

import detector.models.torchvision_compat  # noqa: F401 - before timm, which imports torchvision

from timm.layers import PatchEmbed  # isort: skip
from timm.models.vision_transformer import Block, VisionTransformer  # isort: skip

from detector.errors import UserError

Head = Callable[[Tensor], Tensor]


@dataclass(frozen=True, eq=False)
class Seen:
    """A network cut at a feature map of one picture: the features, a leaf of the graph of the logits, and the way between."""

    features: Tensor
    logits: Tensor
    head: Head


def see(model: nn.Module, x: Tensor) -> Seen:
    """The network run once on x (1, 3, S, S) and cut at its last feature map; no hook touches it, so threads can share it."""
    with torch.no_grad():
        features, head = split(model, x)
    if not isinstance(features, Tensor):  # a network of two branches returns a list
        raise UserError(no_map(base(model)))
    features.requires_grad_()
    with torch.enable_grad():  # the caller may have switched gradients off
        return Seen(features, head(features), head)


def split(model: nn.Module, x: Tensor) -> tuple[Tensor, Head]:
    """The last features of x that still know their places, and the function from them to the logits.

    For most networks that is the border of forward_features and forward_head. A class-token transformer ignores its last patch
    tokens (their gradient is exactly zero), so there the border is the first norm of the last block, before the last attention.
    """
    network, whole = base(model), cast(Any, model)
    if not isinstance(network, VisionTransformer) or not isinstance(network.blocks[-1], Block):
        if getattr(network, "num_prefix_tokens", 0) and getattr(network, "global_pool", "") == "token":
            raise UserError(no_map(network))
        return whole.forward_features(x), whole.forward_head
    tokens = before_last_block(network, x)
    last = network.blocks[-1]
    return last.norm1(tokens), lambda normed: after_attention(model, tokens, last.attn(normed))


def before_last_block(network: Any, x: Tensor) -> Tensor:
    """Tokens that enter the last block of a vision transformer."""
    tokens: Tensor = network.norm_pre(network.patch_drop(network._pos_embed(network.patch_embed(x))))
    for block in network.blocks[:-1]:
        tokens = block(tokens)
    return tokens


def after_attention(model: nn.Module, tokens: Tensor, attended: Tensor) -> Tensor:
    """Logits from the tokens that entered a transformer's last block and what its attention made of them."""
    network, whole = base(model), cast(Any, model)
    last = network.blocks[-1]
    tokens = tokens + last.ls1(attended)
    return whole.forward_head(network.norm(tokens + last.ls2(last.mlp(last.norm2(tokens)))))


def as_grid(network: nn.Module, features: Tensor, x: Tensor) -> Tensor:
    """Features of any layout as (N, C, h, w): NCHW, NHWC, or tokens (N, prefix + h·w, C), whose prefix tokens are dropped."""
    if features.ndim == 4:
        return features.movedim(channel_axis(network, features), 1)
    prefix = int(getattr(network, "num_prefix_tokens", 0))
    patches = features.shape[1] - prefix if features.ndim == 3 else 0
    height, width = _patch_grid(network, patches, x)
    if not patches or height * width != patches:
        raise UserError(no_map(network))
    return features[:, prefix:].unflatten(1, (height, width)).movedim(-1, 1)


def channel_axis(network: nn.Module, features: Tensor) -> int:
    """Which axis of a network's features counts the channels: 1 for NCHW, the last for NHWC and tokens."""
    if features.ndim != 4:
        return -1
    last_is_channels = features.shape[-1] == getattr(network, "num_features", None) != features.shape[1]
    return -1 if last_is_channels or getattr(network, "output_fmt", "") == "NHWC" else 1


def no_map(network: nn.Module) -> str:
    """Why this network gets no map from its features."""
    return f"No heat map can be drawn from a {type(network).__name__}: its last features belong to no place in the picture."


def base(model: nn.Module) -> Any:
    """The network that makes the features: the model, or the backbone that an SVM reads."""
    return getattr(model, "backbone", model)


def _patch_grid(network: nn.Module, patches: int, x: Tensor) -> tuple[int, int]:
    """Rows and columns of the patches; a square where the network does not say."""
    embed: Any = getattr(network, "patch_embed", None)
    if isinstance(embed, PatchEmbed):
        return embed.dynamic_feat_size((x.shape[-2], x.shape[-1]))
    return isqrt(patches), isqrt(patches)
