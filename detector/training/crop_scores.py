"""Scores of a split's pictures by all their crops, as the detector will score them later; training steps see one view each."""

from collections.abc import Callable
from functools import partial

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from detector.data.images import open_image
from detector.data.manifest import Item
from detector.data.parallel import in_order
from detector.models.crops import Views, picture_logits
from detector.models.logits import probability_ai
from detector.training.images import TrainingImages

BATCH = 32
"""Pictures whose crops are held at a time."""


def crop_probabilities(
    model: nn.Module, images: TrainingImages, split: str, device: torch.device, tell: Callable[[str, int, int], None]
) -> NDArray[np.float32]:
    """Probability of AI-generated of each image of a split (N,), from its crops' mean logits; raises as `open_image` does."""
    items = images.items(split)
    model = model.to(device).eval()
    found: list[NDArray[np.float32]] = []
    for start in range(0, len(items), BATCH):
        tell(f"Scoring crops of {split} images", start, len(items))
        views = list(in_order(partial(_views, images), items[start : start + BATCH]))
        found.append(probability_ai(picture_logits(model, views, images.preprocess, device)).numpy())
    return np.concatenate(found)


def _views(images: TrainingImages, item: Item) -> Views:
    return images.preprocess.arrays(open_image(images.manifest.path(item), item.sha256))
