"""Stability: whether a map comes back when its picture is mirrored or slightly compressed, which a reader would not notice."""

import io
from collections.abc import Callable

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor

from detector.data.preprocess import Preprocess
from detector.explain.overlay import resize_map
from detector.models.inputs import normalise

Heat = NDArray[np.float32]
QUALITY = 90


def under_flip(x: Tensor, heat: Heat, draw: Callable[[Tensor], Heat]) -> float:
    """Rank correlation of the map with that of the mirrored input x (1, 3, H, W), mirrored back."""
    return rank_correlation(heat, draw(x.flip(-1))[:, ::-1])


def under_jpeg(x: Tensor, heat: Heat, draw: Callable[[Tensor], Heat], look: Preprocess) -> float:
    """Rank correlation of the map with that of the input saved once as a JPEG of quality 90; `look` made x from pixels."""
    return rank_correlation(heat, draw(as_jpeg(x, look)))


def as_jpeg(x: Tensor, look: Preprocess, quality: int = QUALITY) -> Tensor:
    """The input (1, 3, H, W) as it would be had its picture been saved as a JPEG."""
    mean, std = (torch.tensor(values, device=x.device).view(3, 1, 1) for values in (look.mean, look.std))
    pixels = ((x[0] * std + mean) * 255).round().clamp(0, 255).byte().permute(1, 2, 0).cpu().numpy()
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "JPEG", quality=quality)
    with Image.open(buffer) as image:
        return normalise(torch.from_numpy(np.array(image)).unsqueeze(0).to(x.device), look)


def rank_correlation(one: Heat, other: Heat) -> float:
    """Spearman's correlation of two maps, the second brought to the first one's shape; 0 when either is the same everywhere."""
    from scipy.stats import rankdata  # takes half a second to import

    if one.shape != other.shape:
        other = resize_map(np.ascontiguousarray(other), (one.shape[1], one.shape[0]))
    first, second = (rankdata(heat) - (heat.size + 1) / 2 for heat in (one, other))
    scale = float(np.sqrt((first**2).sum() * (second**2).sum()))
    return float((first * second).sum() / scale) if scale > 0 else 0.0
