"""Occlusion: hide one part of the picture after another and see how far the score falls (Zeiler and Fergus 2014)."""

from collections.abc import Callable
from typing import Literal

import torch
from torch import Tensor, nn
from torch.nn import functional as F

Score = Callable[[Tensor], Tensor]
Fill = Literal["blur", "grey"]

CELLS = 8
"""Rows and columns of the map; a patch hides two by two, so that neighbouring patches overlap by half."""
BATCH = 16


@torch.no_grad()
def occlusion(model: nn.Module, x: Tensor, logits: Tensor, score: Score, cells: int = CELLS, fill: Fill = "grey") -> Tensor:
    """Map (1, cells, cells): the mean fall of the score over the patches that hide a place, in units of the score.

    Positive where hiding lowers the score of x (1, 3, S, S), negative where it raises it. `logits` are those of x. A hidden
    part is grey, the mean colour that the network was normalised with, or blurred beyond recognition. Grey is the default,
    because a blurred part may itself look like the smoothness that some generators leave behind.
    """
    rows, columns = (_edges(side, cells) for side in x.shape[-2:])
    hidden = _blurred(x) if fill == "blur" else torch.zeros_like(x)
    corners = [(row, column) for row in range(cells - 1) for column in range(cells - 1)]
    falls: list[Tensor] = []
    for start in range(0, len(corners), BATCH):
        some = corners[start : start + BATCH]
        masked = x.repeat(len(some), 1, 1, 1)
        for picture, (row, column) in zip(masked, some, strict=True):
            place = (..., slice(rows[row], rows[row + 2]), slice(columns[column], columns[column + 2]))
            picture[place] = hidden[0][place]
        falls.append(score(logits) - score(model(masked)))
    fall = torch.cat(falls).view(1, 1, cells - 1, cells - 1)
    both = F.conv_transpose2d(torch.cat([fall, torch.ones_like(fall)]), fall.new_ones(1, 1, 2, 2))  # sum and count by place
    return both[0] / both[1]


def _edges(side: int, cells: int) -> list[int]:
    return [round(side * cell / cells) for cell in range(cells + 1)]


def _blurred(x: Tensor) -> Tensor:
    """The picture without anything finer than an eighth of its side."""
    coarse = F.interpolate(x, (CELLS // 2, CELLS // 2), mode="area")
    return F.interpolate(coarse, x.shape[-2:], mode="bicubic")
