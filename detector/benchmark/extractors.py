"""Extractors: frozen networks that turn pictures into features, without anything learnt here."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor, nn

from detector.data.preprocess import Preprocess
from detector.data.transforms import augment
from detector.models.fitted_head import is_head
from detector.models.inputs import normalise
from detector.models.precision import autocast
from detector.models.taps import POOLS
from detector.models.zoo import classifier_name, create_model, default_preprocess, pooled_features
from detector.predict import choose_device
from detector.training.config import TrainConfig
from detector.training.encoder_features import View
from detector.training.fitted import model_to_fit

CLIP = "vit_base_patch16_clip_quickgelu_224"
LITE0 = "tf_efficientnet_lite0"
BATCH = 16  # views at once


@dataclass(frozen=True, eq=False)
class Extractor:
    """A frozen network: pictures (N, 3, S, S) to features (N, *shape). `key` names its weights and preprocessing.

    Many features are kept with `half` the precision, which moves none of these by more than 0.001 of its size.
    """

    key: str
    shape: tuple[int, ...]
    preprocess: Preprocess
    network: Callable[[Tensor], Tensor]
    device: torch.device = field(default_factory=lambda: torch.device("cpu"))
    half: bool = False

    def crops(self, image: Image.Image, view: View = View(), sha256: str = "0") -> NDArray[np.uint8]:  # noqa: B008 - it is frozen
        """What it sees of an RGB picture, (k, S, S, 3); in an augmented view one crop, by chance that view and content decide."""
        if not view.number:
            return self.preprocess.arrays(image)
        random = np.random.default_rng((view.seed, view.number, int(sha256[:15], 16)))
        return augment(np.asarray(self.preprocess.canvas(image)), self.preprocess.size, view.augmentation, random)[None]

    def compute(self, crops: Sequence[NDArray[np.uint8]]) -> NDArray[np.float32]:
        """Features of some pictures, each the mean over its crops, (N, *shape)."""
        flat, found = np.concatenate(crops), []
        with torch.no_grad(), autocast(self.device):
            for start in range(0, len(flat), BATCH):
                x = normalise(torch.from_numpy(flat[start : start + BATCH]).to(self.device), self.preprocess)
                found.append(self.network(x).float().cpu())
        parts = torch.cat(found).split([len(own) for own in crops])
        return np.stack([part.mean(dim=0).numpy() for part in parts]).astype(np.float32)


def lite0(device: str = "auto") -> Extractor:
    """EfficientNet-Lite0 as trained on ImageNet: its pooled features, (1280,). Raises WeightsError where there are no weights."""
    model = create_model(LITE0, pretrained=True)
    look = default_preprocess(LITE0, model)
    return _extractor("lite0", model, look, lambda x: pooled_features(model, x), (1280,), _last(model), device)


def clip(device: str = "auto") -> Extractor:
    """CLIP's ViT-B/16: each block's class token and the mean and deviation of its patch tokens, (12, 3, 768).

    All of them are kept, so that other blocks can be tried within seconds. Raises WeightsError where there are no weights.
    """
    model: Any = create_model(CLIP, pretrained=True)
    blocks = len(model.blocks)

    def all_blocks(x: Tensor) -> Tensor:
        taps = model.forward_intermediates(
            x, indices=blocks, norm=False, output_fmt="NLC", intermediates_only=True, return_prefix_tokens=True
        )
        kept = [torch.stack([prefix[:, 0], patches.mean(1), patches.std(1, correction=0)], 1) for patches, prefix in taps]
        return torch.stack(kept, 1)

    shape = (blocks, len(POOLS), int(model.embed_dim))
    return _extractor("clip", model, default_preprocess(CLIP, model), all_blocks, shape, _last(model), device, half=True)


def fitted(config: TrainConfig) -> Extractor:
    """What the head of a run with these settings reads, a frozen encoder packed as its weights would be, or DCT statistics."""
    model, look = model_to_fit(config)
    read = f"{config.model}-{config.taps}-{config.pool}" if config.model == "encoder" else config.model
    return _extractor(read.replace(",", "-"), model, look, model.features, (model.linear.in_features,), is_head, config.device)


def _extractor(
    title: str,
    model: nn.Module,
    preprocess: Preprocess,
    network: Callable[[Tensor], Tensor],
    shape: tuple[int, ...],
    is_last: Callable[[str], bool],
    device: str,
    half: bool = False,
) -> Extractor:
    """With sixteen digits of the weights, without the tensors of the last layer, and of the preprocessing."""
    digest = hashlib.sha256(repr(preprocess).encode())
    for name, tensor in model.state_dict().items():
        if not is_last(name):
            digest.update(name.encode() + tensor.contiguous().numpy().tobytes())
    place = choose_device(device)
    model.to(place).eval()
    return Extractor(f"{title}-{digest.hexdigest()[:16]}", shape, preprocess, network, place, half)


def _last(model: nn.Module) -> Callable[[str], bool]:
    """Whether a tensor belongs to the last layer, by its name."""
    last = classifier_name(model)
    return lambda name: name.startswith(f"{last}.")
