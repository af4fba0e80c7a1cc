"""Maps that know nothing of the detector. A map that explains it should beat them."""

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional as F

from detector.explain.curves import blur

Heat = NDArray[np.float32]


def random_orders(ranks: Tensor, count: int, seed: int) -> list[Tensor]:
    """The order (H, W) of a map's places, shifted round the edges by chance: the same values and power spectrum, other places.

    Every shift is as likely, small ones too. Leaving those out would let a map of chance that lies well by luck pass too often.
    """
    random = np.random.default_rng(seed)
    shifts = random.integers(0, ranks.shape, size=(count, 2)).tolist()
    return [ranks.roll(tuple(shift), dims=(0, 1)) for shift in shifts]


def edge_map(x: Tensor, grid: tuple[int, int]) -> Heat:
    """Where the input x (1, 3, H, W) has edges (Sobel), blurred as coarse as a map of `grid` = (h, w) places; ≥ 0, (h, w)."""
    grey = x.mean(dim=1, keepdim=True)
    across = torch.tensor([[-1.0, 0, 1], [-2, 0, 2], [-1, 0, 1]], device=x.device)
    kernels = torch.stack([across, across.T]).unsqueeze(1)
    edges = F.conv2d(F.pad(grey, (1, 1, 1, 1), mode="replicate"), kernels).square().sum(dim=1, keepdim=True).sqrt()
    smooth = blur(edges, max(1.0, x.shape[-1] / grid[1] / 2))
    return F.adaptive_avg_pool2d(smooth, grid)[0, 0].float().cpu().numpy()
