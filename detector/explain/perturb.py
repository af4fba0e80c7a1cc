"""Perturbations: a network's input smoothed or mirrored inside regions, and what that does to the score, in logits."""

from typing import TYPE_CHECKING

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor, nn
from torch.nn import functional as F

from detector.explain.regions import Mask
from detector.labels import AI, REAL
from detector.models.inputs import normalise
from detector.models.logits import evidence

if TYPE_CHECKING:  # it is made above this layer
    from detector.predict import Predictor  # noqa: TID251 - a type only

EDGE = 1.5
"""Standard deviation in pixels of a region's soft edge: a hard one would be a new line in the picture."""
BATCH = 32


def network_input(predictor: "Predictor", image: Image.Image) -> Tensor:
    """What the predictor's network gets of an RGB picture, (1, 3, S, S)."""
    view = predictor.config.preprocess.array(image)
    return normalise(torch.from_numpy(view[None].copy()).to(predictor.device), predictor.config.preprocess)


def log_odds(model: nn.Module, x: Tensor, label: int = AI) -> NDArray[np.float64]:
    """The score of inputs (N, 3, S, S) as log-odds of `label`, (N,): unlike a probability it does not bend near 0 and 1."""
    found = []
    with torch.no_grad():
        for start in range(0, len(x), BATCH):
            logits = model(x[start : start + BATCH])
            odds = logits[:, 0] if logits.shape[1] == 1 else evidence(logits, AI) - evidence(logits, REAL)
            found.append(odds.double().cpu())
    return torch.cat(found).numpy() * (1 if label == AI else -1)


def smoothed(x: Tensor, sigma: float) -> Tensor:
    """Blurred by a Gaussian of `sigma` pixels, (N, C, H, W) like x; edges repeat their last pixel."""
    radius = max(1, round(3 * sigma))
    places = torch.arange(-radius, radius + 1, dtype=x.dtype, device=x.device)
    kernel = torch.exp(-(places**2) / (2 * sigma**2))
    kernel = (kernel / kernel.sum()).expand(x.shape[1], 1, -1)
    across = F.conv2d(F.pad(x, (radius, radius, 0, 0), "replicate"), kernel[:, :, None, :], groups=x.shape[1])
    return F.conv2d(F.pad(across, (0, 0, radius, radius), "replicate"), kernel[:, :, :, None], groups=x.shape[1])


def mirrored(x: Tensor, mask: Mask) -> Tensor:
    """The input (1, 3, H, W) with the columns of the region in reverse order: its own mirror image where it was."""
    columns = np.flatnonzero(mask.any(axis=0))
    left, right = int(columns[0]), int(columns[-1]) + 1
    flipped = x.clone()
    flipped[..., left:right] = x[..., left:right].flip(-1)
    return flipped


def soft(masks: list[Mask], x: Tensor) -> Tensor:
    """Masks as weights (N, 1, H, W) from 0 to 1 with a soft edge, on the device of x."""
    hard = torch.from_numpy(np.stack(masks)[:, None]).to(x)
    return smoothed(hard, EDGE)


def inside(x: Tensor, other: Tensor, weights: Tensor) -> Tensor:
    """`other` within the regions, x outside them: (N, 3, H, W) for weights (N, 1, H, W)."""
    return torch.lerp(x, other, weights)
