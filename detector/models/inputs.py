"""From pixels to a network's input: the one place where uint8 becomes float."""

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from detector.data.preprocess import Preprocess


def normalise(batch: Tensor | NDArray[np.uint8], preprocess: Preprocess) -> Tensor:
    """Float input (N, 3, H, W) from uint8 RGB pictures (N, H, W, 3) or (N, 3, H, W), on the batch's own device.

    Scales to 0–1, then subtracts the preprocessing's mean and divides by its standard deviation, channel by channel.
    Raises ValueError for another dtype or shape: floats have usually been normalised already.
    """
    pixels = torch.from_numpy(np.require(batch, requirements=["C", "W"])) if isinstance(batch, np.ndarray) else batch
    if pixels.dtype != torch.uint8 or pixels.ndim != 4 or 3 not in (pixels.shape[1], pixels.shape[3]):
        raise ValueError(f"Expected uint8 pictures (N, H, W, 3) or (N, 3, H, W), not {pixels.dtype} {tuple(pixels.shape)}.")
    if pixels.shape[3] == 3:
        pixels = pixels.permute(0, 3, 1, 2)
    mean = 255 * torch.tensor(preprocess.mean, device=pixels.device).view(3, 1, 1)
    std = 255 * torch.tensor(preprocess.std, device=pixels.device).view(3, 1, 1)
    return ((pixels.float() - mean) / std).contiguous()
