"""SRM: thirty fixed high-pass kernels from steganalysis on the luma; knows no network.

Fridrich and Kodovsky 2012, "Rich models for steganalysis of digital images": residuals of first, second and third order in all
directions, and the 3 × 3 and 5 × 5 edge and square kernels.
"""

import torch
from torch import Tensor
from torch.nn import functional as F

CHANNELS = 30
_LUMA = (0.299, 0.587, 0.114)
_DIRECTIONS = ((0, 1), (1, 1), (1, 0), (1, -1), (0, -1), (-1, -1), (-1, 0), (-1, 1))  # rows, columns
_SQUARE3 = ((-1, 2, -1), (2, -4, 2), (-1, 2, -1))
_SQUARE5 = ((-1, 2, -2, 2, -1), (2, -6, 8, -6, 2), (-2, 8, -12, 8, -2), (2, -6, 8, -6, 2), (-1, 2, -2, 2, -1))


def srm_kernels() -> Tensor:
    """The thirty kernels, (30, 1, 5, 5), each divided by its middle value: a flat picture gives zero."""
    kernels = [_line({0: -1, 1: 1}, way) for way in _DIRECTIONS]
    kernels += [_line({-1: 1, 0: -2, 1: 1}, way) / 2 for way in _DIRECTIONS[:4]]
    kernels += [_line({-1: 1, 0: -3, 1: 3, 2: -1}, way) / 3 for way in _DIRECTIONS]
    square3, square5 = F.pad(torch.tensor(_SQUARE3, dtype=torch.float32), (1, 1, 1, 1)) / 4, torch.tensor(_SQUARE5) / 12
    for square in (square3, square5):
        upper = square * (torch.arange(5) <= 2)[:, None]
        kernels += [square, *(torch.rot90(upper, turns) for turns in range(4))]
    return torch.stack(kernels)[:, None]


def srm(x: Tensor) -> Tensor:
    """The residuals of normalised pictures (N, 3, H, W), (N, 30, H, W); at the edge the last pixels are repeated."""
    luma = (x * x.new_tensor(_LUMA).view(3, 1, 1)).sum(dim=1, keepdim=True)
    return F.conv2d(F.pad(luma, (2, 2, 2, 2), mode="replicate"), srm_kernels().to(x))


def _line(values: dict[int, int], way: tuple[int, int]) -> Tensor:
    """A kernel with these values at so many steps from its middle."""
    kernel = torch.zeros(5, 5)
    for step, value in values.items():
        kernel[2 + step * way[0], 2 + step * way[1]] = value
    return kernel
