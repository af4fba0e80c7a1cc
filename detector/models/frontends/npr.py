"""NPR: what a picture differs by from itself at half the size, scaled up again; knows no network.

Tan et al. 2024, "Rethinking the up-sampling operations in CNN-based generative network for generalizable deepfake detection".
"""

from torch import Tensor
from torch.nn import functional as F

CHANNELS = 3


def npr(x: Tensor) -> Tensor:
    """x - up(down(x)) with the nearest pixel both ways, (N, 3, H, W): how pixels of a 2 × 2 block differ from its first."""
    small = F.interpolate(x, scale_factor=0.5, mode="nearest")
    return x - F.interpolate(small, x.shape[-2:], mode="nearest")
