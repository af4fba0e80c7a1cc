"""The high band of a discrete wavelet transform: one level of Haar, without its low band; knows no network.

Haar 1910; high bands for generated images: Wolter et al. 2022, "Wavelet-packets for deepfake image analysis and detection".
"""

import torch
from torch import Tensor

CHANNELS = 9


def wavelet(x: Tensor) -> Tensor:
    """Horizontal, vertical and diagonal details of each colour, (N, 9, H // 2, W // 2), orthonormal: energy is kept."""
    height, width = x.shape[-2] // 2 * 2, x.shape[-1] // 2 * 2
    a, b = x[..., 0:height:2, 0:width:2], x[..., 0:height:2, 1:width:2]
    c, d = x[..., 1:height:2, 0:width:2], x[..., 1:height:2, 1:width:2]
    return torch.cat([a - b + c - d, a + b - c - d, a - b - c + d], dim=1) / 2
