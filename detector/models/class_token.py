"""An encoder read by class tokens alone, cut where places still count: before the attention by which the last one reads them.

A class token belongs to no place, and what was read earlier can no longer be told apart by place. So the map of such an encoder
tells where its last block looked, and is silent on earlier taps.
"""

from typing import Any

import torch
from torch import Tensor

import detector.models.torchvision_compat  # noqa: F401 - before timm, which imports torchvision

from timm.models.vision_transformer import Block, VisionTransformer  # isort: skip

from detector.models.taps import Taps


def can_be_cut(trunk: Any) -> bool:
    """Whether the trunk is a vision transformer of the usual blocks, which attention and a perceptron make up."""
    return isinstance(trunk, VisionTransformer) and isinstance(trunk.blocks[-1], Block)


def before_attention(trunk: Any, taps: Taps, x: Tensor) -> Tensor:
    """Tokens that enter the last block's attention, those that enter the block, and those of earlier taps: (N, tokens, C · k)."""
    tokens = trunk.norm_pre(trunk.patch_drop(trunk._pos_embed(trunk.patch_embed(x))))
    earlier = []
    for number, block in enumerate(trunk.blocks[:-1], 1):
        tokens = block(tokens)
        if number in taps.numbers:
            earlier.append(tokens)
    return torch.cat([trunk.blocks[-1].norm1(tokens), tokens, *earlier], dim=2)


def class_tokens(trunk: Any, taps: Taps, features: Tensor) -> Tensor:
    """The class tokens at all taps side by side, (N, F), from what `before_attention` gives."""
    normed, tokens, *earlier = features.split(int(trunk.embed_dim), dim=2)
    last = trunk.blocks[-1]
    tokens = tokens + last.ls1(last.attn(normed))
    tokens = tokens + last.ls2(last.mlp(last.norm2(tokens)))
    read = [each[:, 0] for each in earlier]
    if len(trunk.blocks) in taps.numbers:
        read.append(tokens[:, 0])
    if taps.last:
        read.append(trunk.norm(tokens)[:, 0])
    return torch.cat(read, dim=1)
