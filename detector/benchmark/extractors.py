"""Extractors: frozen networks that turn pictures into features, without anything learnt here."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor, nn

from detector.data.preprocess import Preprocess
from detector.models.inputs import normalise
from detector.models.zoo import classifier_name, create_model, default_preprocess, pooled_features

CLIP = "vit_base_patch16_clip_quickgelu_224"
LITE0 = "tf_efficientnet_lite0"
POOLS = ("class", "mean", "std")
"""What is kept of a transformer's block: its class token, and mean and deviation of its patch tokens."""


@dataclass(frozen=True, eq=False)
class Extractor:
    """A frozen network. `compute` maps views (N, S, S, 3) to features (N, *shape); `key` names weights and preprocessing."""

    key: str
    shape: tuple[int, ...]
    preprocess: Preprocess
    network: Callable[[Tensor], Tensor]

    def view(self, image: Image.Image) -> NDArray[np.uint8]:
        """What it sees of an RGB picture."""
        return self.preprocess.array(image)

    def compute(self, views: NDArray[np.uint8]) -> NDArray[np.float16]:
        """The features of some views."""
        with torch.no_grad():
            found = self.network(normalise(torch.from_numpy(views), self.preprocess))
        return np.asarray(found.half().numpy(), dtype=np.float16)


@lru_cache(maxsize=1)
def lite0() -> Extractor:
    """EfficientNet-Lite0 as trained on ImageNet: its pooled features, (1280,). Raises WeightsError where there are no weights."""
    model = create_model(LITE0, pretrained=True).eval()
    return _extractor("lite0", LITE0, model, lambda x: pooled_features(model, x), (1280,))


@lru_cache(maxsize=1)
def clip() -> Extractor:
    """CLIP's ViT-B/16: each block's class token and the mean and deviation of its patch tokens, (12, 3, 768).

    Raises WeightsError where its weights are missing.
    """
    model: Any = create_model(CLIP, pretrained=True).eval()
    blocks = len(model.blocks)

    def all_blocks(x: Tensor) -> Tensor:
        taps = model.forward_intermediates(
            x, indices=blocks, norm=False, output_fmt="NLC", intermediates_only=True, return_prefix_tokens=True
        )
        return torch.stack([torch.stack([prefix[:, 0], patches.mean(1), patches.std(1)], 1) for patches, prefix in taps], 1)

    return _extractor("clip", CLIP, model, all_blocks, (blocks, len(POOLS), int(model.embed_dim)))


def _extractor(title: str, name: str, model: nn.Module, network: Callable[[Tensor], Tensor], shape: tuple[int, ...]) -> Extractor:
    preprocess = default_preprocess(name, model)
    return Extractor(f"{title}-{_digest(model, preprocess)}", shape, preprocess, network)


def _digest(model: nn.Module, preprocess: Preprocess) -> str:
    """Sixteen hex digits of the weights, without the last layer, and the preprocessing."""
    digest = hashlib.sha256(repr(preprocess).encode())
    last = classifier_name(model)
    for name, tensor in model.state_dict().items():
        if not name.startswith(f"{last}."):
            digest.update(name.encode() + tensor.contiguous().numpy().tobytes())
    return digest.hexdigest()[:16]
