"""A frozen network read after some of its blocks, and one linear layer on what was read: one logit a picture.

Whatever is linear in the features, such as a standardisation, a projection and a logistic regression, folds into that one
layer. Reading the middle of CLIP's tower follows Cozzolino et al. 2024 ("Raising the bar of AI-generated image detection with
CLIP") and Koutlis and Papadopoulos 2024 ("Leveraging representations from intermediate encoder-blocks").
"""

from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

import detector.models.torchvision_compat  # noqa: F401 - before timm, which imports torchvision

from timm.models.vision_transformer import VisionTransformer  # isort: skip

from detector.errors import UserError
from detector.models.class_token import before_attention, can_be_cut, class_tokens
from detector.models.fitted_head import add_head, head_logits, standardised
from detector.models.taps import Taps

State = tuple[Tensor | None, Tensor]
"""What is read at a tap: prefix tokens (N, p, C) of a transformer, and the channels of each place (N, C, h, w)."""


class FrozenEncoder(nn.Module):
    """`trunk`, cut after its last tap, and `linear` on its standardised features: F = taps × pools × channels.

    A heat map is exact for the means over places: Grad-CAM of these features gives each place's part of the logit, up to a
    constant. The class token belongs to no place, and its part of the logit is not in the map; the map of an encoder that is read
    by class tokens alone is another one (see `class_token`).
    """

    trunk: Any
    mean: Tensor
    scale: Tensor
    linear: nn.Linear

    def __init__(self, trunk: nn.Module, taps: str, pool: str, size: int, components: int = 0, centres: int = 0) -> None:
        super().__init__()
        self.taps = Taps.of(taps, pool)
        self.trunk = _cut(trunk, self.taps).requires_grad_(False).eval()
        self.num_prefix_tokens = _prefix_tokens(trunk)
        if "class" in self.taps.pools and not (isinstance(trunk, VisionTransformer) and trunk.cls_token is not None):
            raise UserError(f"{type(trunk).__name__} has no class token: choose pool mean or mean+std.")
        self._by_tokens = self.taps.pools == ("class",) and can_be_cut(trunk)
        alone = self.taps.pools == ("class",) and not self._by_tokens
        self.global_pool = "token" if alone else "avg"  # read by the maps: such tokens have no place
        self.channels = _channels(self, size)
        self.num_features = sum(self.channels)
        features = len(self.taps.pools) * self.num_features
        add_head(self, features, components, centres)

    def train(self, mode: bool = True) -> "FrozenEncoder":
        """Set the mode; the trunk stays in eval mode, or its statistics would drift away from the fit."""
        super().train(mode)
        self.trunk.eval()
        return self

    def get_classifier(self) -> nn.Linear:
        """The one layer that is fitted."""
        return self.linear

    def read(self, x: Tensor) -> list[State]:
        """What normalised pictures (N, 3, S, S) are at each tap, the network's own end last."""
        if not self.taps.numbers:
            return [_end(self.trunk, self.trunk.forward_features(x))]
        indices = [number - 1 for number in self.taps.numbers]
        if isinstance(self.trunk, VisionTransformer):
            end, found = self.trunk.forward_intermediates(x, indices, return_prefix_tokens=True)
            states = [(pair[1], pair[0]) if isinstance(pair, tuple) else (None, pair) for pair in found]
        else:
            end, found = self.trunk.forward_intermediates(x, indices)
            states = [(None, each) for each in found]
        return [*states, _end(self.trunk, end)] if self.taps.last else states

    def features(self, x: Tensor) -> Tensor:
        """Pooled features (N, F) of normalised pictures (N, 3, S, S), not yet standardised: tap by tap, pool by pool."""
        return torch.cat([self._pooled(prefix, places) for prefix, places in self.read(x)], dim=1)

    def forward_features(self, x: Tensor) -> Tensor:
        """All taps side by side: tokens (N, prefix + h·w, ΣC) of a transformer, otherwise (N, ΣC, h, w) on the finest grid."""
        if self._by_tokens:
            return before_attention(self.trunk, self.taps, x)
        states = self.read(x)
        if self.num_prefix_tokens:
            tokens = [torch.cat([prefix, places.flatten(2).mT], dim=1) for prefix, places in states if prefix is not None]
            return torch.cat(tokens, dim=2)
        finest = max((places.shape[-2:] for _, places in states), key=lambda shape: shape[0] * shape[1])
        return torch.cat([F.interpolate(places, finest, mode="nearest-exact") for _, places in states], dim=1)

    def forward_head(self, features: Tensor, pre_logits: bool = False) -> Tensor:
        """Logits (N, 1) of what `forward_features` gives; with `pre_logits` the standardised features (N, F)."""
        if self._by_tokens:
            pooled = class_tokens(self.trunk, self.taps, features)
            return standardised(self, pooled) if pre_logits else self.decide(pooled)
        if features.ndim == 3:
            parts = features.split(self.channels, dim=2)
            cut = self.num_prefix_tokens
            states = [(part[:, :cut], part[:, cut:].mT.unsqueeze(-1)) for part in parts]
        else:
            states = [(None, part) for part in features.split(self.channels, dim=1)]
        pooled = torch.cat([self._pooled(prefix, places) for prefix, places in states], dim=1)
        return standardised(self, pooled) if pre_logits else self.decide(pooled)

    def decide(self, features: Tensor) -> Tensor:
        """Logits (N, 1) of pooled features (N, F)."""
        return head_logits(self, features)

    def forward(self, x: Tensor) -> Tensor:
        """Logits (N, 1) of normalised pictures (N, 3, S, S)."""
        return self.decide(self.features(x))

    def _pooled(self, prefix: Tensor | None, places: Tensor) -> Tensor:
        flat, kept = places.flatten(2), []
        for pool in self.taps.pools:
            if pool == "class":
                assert prefix is not None  # the constructor asks for a class token
                kept.append(prefix[:, 0])
            else:
                kept.append(flat.mean(dim=2) if pool == "mean" else flat.std(dim=2, correction=0))
        return torch.cat(kept, dim=1)


def _cut(trunk: Any, taps: Taps) -> Any:
    """The trunk without its last layer and without the blocks after the last tap; raises UserError where it has fewer."""
    if not taps.numbers:
        return _headless(trunk)
    if not hasattr(trunk, "prune_intermediate_layers"):
        raise UserError(f"{type(trunk).__name__} cannot be read at its blocks: choose taps last, or another network.")
    blocks = len(trunk.blocks) if isinstance(trunk, VisionTransformer) else len(trunk.feature_info)
    if taps.numbers[-1] > blocks:
        raise UserError(f"{type(trunk).__name__} has {blocks} blocks to read after, and taps asks for number {taps.numbers[-1]}.")
    if not taps.last:
        trunk.prune_intermediate_layers([number - 1 for number in taps.numbers], prune_norm=True, prune_head=True)
        return trunk
    return _headless(trunk)


def _headless(trunk: Any) -> Any:
    if hasattr(trunk, "reset_classifier"):
        trunk.reset_classifier(0)
    return trunk


def _prefix_tokens(trunk: nn.Module) -> int:
    return int(trunk.num_prefix_tokens) if isinstance(trunk, VisionTransformer) else 0


def _end(trunk: Any, end: Tensor) -> State:
    """The trunk's last features as prefix and places."""
    if isinstance(trunk, VisionTransformer):
        prefix = int(trunk.num_prefix_tokens)
        side = round((end.shape[1] - prefix) ** 0.5)
        return end[:, :prefix] if prefix else None, end[:, prefix:].mT.unflatten(2, (side, -1))
    if end.ndim != 4:
        raise UserError(f"The last features of {type(trunk).__name__} have no places to pool over: choose another network.")
    # channels last, as Swin has them
    return None, end.movedim(-1, 1) if end.shape[-1] == getattr(trunk, "num_features", 0) != end.shape[1] else end


def _channels(model: FrozenEncoder, size: int) -> list[int]:
    """Channels at each tap; of a convolutional network found by showing it a picture of `size` pixels a side."""
    if isinstance(model.trunk, VisionTransformer):
        return [int(model.trunk.embed_dim)] * (len(model.taps.numbers) + model.taps.last)
    with torch.no_grad():
        return [places.shape[1] for _, places in model.read(torch.zeros(1, 3, size, size))]
