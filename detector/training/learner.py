"""Learner: the part of a network that learns, and the batches it learns from: whole pictures, or features computed once."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader, Dataset, TensorDataset

from detector.data.preprocess import Preprocess
from detector.data.transforms import Augmentation
from detector.files import atomic_path
from detector.home import cache_folder
from detector.models.inputs import normalise
from detector.models.precision import autocast
from detector.models.zoo import pooled_features
from detector.training.config import TrainConfig
from detector.training.images import SPLITS, TrainingImages, augmentation_of

Pairs = Dataset[tuple[Tensor, ...]]
Phase = Callable[[str, int, int], None]


class FromPixels(nn.Module):
    """A network that takes uint8 pictures, N × S × S × 3, so that scaling happens on the network's own device."""

    def __init__(self, model: nn.Module, preprocess: Preprocess) -> None:
        super().__init__()
        # Channels last: a step on the CPU takes 0.6 to 0.7 of the time (benchmarks/channels_last.py).
        self.model = model.to(memory_format=torch.channels_last)  # type: ignore[call-overload]  # missing from torch's stubs
        self.preprocess = preprocess

    def forward(self, pictures: Tensor) -> Tensor:
        """Logits, N × num_outputs."""
        logits: Tensor = self.model(normalise(pictures, self.preprocess).contiguous(memory_format=torch.channels_last))
        return logits


@dataclass(frozen=True)
class Learner:
    """`module` maps a batch of `data[split]` to logits and shares its parameters with `model`, the whole network."""

    model: nn.Module
    module: nn.Module
    data: dict[str, Pairs]


def pixel_learner(model: nn.Module, images: TrainingImages, config: TrainConfig, phase: Phase) -> Learner:
    """Every weight learns, from augmented training pictures and plain validation and test pictures."""
    data: dict[str, Pairs] = {}
    for split in SPLITS:
        augmentation = augmentation_of(config) if split == "train" else Augmentation()
        data[split] = images.crops(split, augmentation, config.seed, lambda done, total: phase("Decoding pictures", done, total))
    return Learner(model, FromPixels(model, images.preprocess), data)


def feature_learner(model: nn.Module, images: TrainingImages, config: TrainConfig, phase: Phase, device: torch.device) -> Learner:
    """Only the last layer learns, from features of the frozen rest; without augmentation, since each picture is seen once."""
    data: dict[str, Pairs] = {}
    for split in SPLITS:
        features, labels = split_features(model, images, split, config.batch_size, phase, device)
        data[split] = TensorDataset(features, labels)
    classifier = model.get_classifier()  # type: ignore[operator]  # every network of the zoo has one
    assert isinstance(classifier, nn.Module)
    return Learner(model, classifier, data)


def split_features(
    model: nn.Module, images: TrainingImages, split: str, batch_size: int, phase: Phase, device: torch.device
) -> tuple[Tensor, Tensor]:
    """Features before the last layer, N × F, and labels of a split; kept on disk, keyed by weights, preprocessing and images."""
    crops = images.crops(split, Augmentation(), 0, lambda done, total: phase("Decoding pictures", done, total))
    key = _digest(model, images.preprocess, [item.sha256 for item in images.items(split)])
    path = cache_folder() / "features" / f"{key}.npy"
    if not path.exists():
        features = _compute(model.to(device).eval(), images.preprocess, crops, batch_size, phase, device)
        with atomic_path(path) as temporary:
            np.save(temporary, features)
    return torch.from_numpy(np.load(path)), crops.labels


def _compute(
    model: nn.Module, preprocess: Preprocess, crops: Pairs, batch_size: int, phase: Phase, device: torch.device
) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    found: list[Tensor] = []
    loader = DataLoader(crops, batch_size=batch_size)
    with torch.no_grad(), autocast(device):
        for number, (pictures, _) in enumerate(loader):
            phase("Computing features, batch", number, len(loader))
            found.append(pooled_features(model, normalise(pictures.to(device), preprocess)).float().cpu())
    return np.asarray(torch.cat(found).numpy(), dtype=np.float32) if found else np.zeros((0, 0), np.float32)


def _digest(model: nn.Module, preprocess: Preprocess, hashes: list[str]) -> str:
    """One hash for weights (without the last layer, which plays no part), preprocessing and images."""
    digest = hashlib.sha256(repr(preprocess).encode())
    classifier = {id(tensor) for tensor in model.get_classifier().parameters()}  # type: ignore[operator]
    tensors: list[tuple[str, Tensor]] = [*model.named_parameters(), *model.named_buffers()]
    for name, tensor in tensors:
        if id(tensor) not in classifier:
            digest.update(name.encode() + tensor.detach().cpu().contiguous().numpy().tobytes())
    for value in hashes:
        digest.update(value.encode())
    return digest.hexdigest()[:32]
