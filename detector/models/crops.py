"""The logits of pictures of which a network sees one view or several: those of a picture's crops are averaged."""

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from detector.data.preprocess import Preprocess
from detector.models.inputs import normalise
from detector.models.precision import autocast

Views = NDArray[np.uint8]
"""What a network sees of one picture: one view (S, S, 3), or its crops (k, S, S, 3), where k may vary from picture to picture."""


def picture_logits(
    model: nn.Module, views: Sequence[Views], preprocess: Preprocess, device: torch.device | str = "cpu", batch_size: int = 16
) -> Tensor:
    """The mean logits of each picture's views, (N, 1 or 2) in float32 on the CPU, without a gradient.

    `batch_size` counts views: pictures of several crops take several steps, not more memory.
    """
    crops = [view if view.ndim == 4 else view[None] for view in views]
    flat = [crop for own in crops for crop in own]
    found: list[Tensor] = []
    with torch.no_grad(), autocast(device):
        for start in range(0, len(flat), batch_size):
            batch = torch.from_numpy(np.stack(flat[start : start + batch_size])).to(device)
            found.append(model(normalise(batch, preprocess)).float().cpu())
    if not found:
        return torch.zeros(0, 1)
    return torch.stack([own.mean(dim=0) for own in torch.cat(found).split([len(own) for own in crops])])
