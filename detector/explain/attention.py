"""A gradient-weighted map of a vision transformer's last attention, computed by hand: the shared model is not touched."""

from typing import Any

import torch
from torch import Tensor, nn

import detector.models.torchvision_compat  # noqa: F401 - before timm, which imports torchvision

from timm.layers import Attention  # isort: skip
from timm.models.vision_transformer import Block, VisionTransformer  # isort: skip

from detector.errors import UserError
from detector.explain.features import Seen, after_attention, as_grid, base, before_last_block


def see_attention(model: nn.Module, x: Tensor) -> Seen:
    """The network run once on x (1, 3, S, S) and cut at the last block's attention (1, heads, readers, read).

    Raises UserError for a network that is no vision transformer, or whose attention is of another kind.
    """
    network = base(model)
    if not isinstance(network, VisionTransformer) or not isinstance(network.blocks[-1], Block):
        raise UserError(_no_attention(network))
    last = network.blocks[-1]
    attention: Any = last.attn
    if type(attention) is not Attention or attention.gate is not None:
        raise UserError(_no_attention(network))
    with torch.no_grad():
        tokens = before_last_block(network, x)
        queries, keys, values = (
            attention.qkv(last.norm1(tokens))
            .unflatten(2, (3, attention.num_heads, attention.head_dim))
            .permute(2, 0, 3, 1, 4)
            .unbind(0)
        )
        weights = (attention.q_norm(queries) * attention.scale @ attention.k_norm(keys).transpose(-2, -1)).softmax(dim=-1)

    def head(weights: Tensor) -> Tensor:
        mixed = (weights @ values).transpose(1, 2).flatten(2)
        return after_attention(model, tokens, attention.proj(attention.norm(mixed)))

    weights.requires_grad_()
    with torch.enable_grad():
        return Seen(weights, head(weights), head)


def attention_map(model: nn.Module, weights: Tensor, gradients: Tensor, x: Tensor) -> Tensor:
    """Map (N, h, w) ≥ 0: how much each patch was read where reading it raised the score, over all heads and readers.

    The positive part of attention times gradient (Chefer et al. 2021, "Generic attention-model explainability", equation 5), for
    the last block alone. Readers that the score ignores have no gradient, so a class token needs no case of its own.
    """
    read = (weights * gradients).relu().mean(dim=1).sum(dim=1)  # (N, tokens)
    return as_grid(base(model), read.unsqueeze(-1), x)[:, 0]


def _no_attention(network: nn.Module) -> str:
    return f"A {type(network).__name__} has no attention that can be drawn: choose another method, such as gradcam."
