"""Deletion and insertion curves: what happens to the score as a picture's places go, or come, in the order of a map."""

from collections.abc import Callable, Iterator, Sequence
from math import ceil

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional as F

from detector.explain.cam import margin
from detector.explain.map_check import Curves
from detector.explain.overlay import resize_map

Heat = NDArray[np.float32]

BATCH = 16
BASELINES = ("blurred", "grey")

Progress = Callable[[int, int], None]


def curves_of(
    model: nn.Module,
    x: Tensor,
    orders: Sequence[Tensor],
    label: int,
    steps: int,
    baseline: str,
    progress: Progress | None = None,
) -> list[Curves]:
    """The curves of each order (H, W) of the places of one input x (1, 3, H, W), at the shares 0, 1/steps … 1 of its area.

    Deletion replaces the hottest places of the picture by the baseline's; insertion starts with the baseline and brings the
    hottest places of the picture back. Both are in log-odds of `label`, which do not flatten where a probability is near 1.
    After Petsiuk et al. 2018 (RISE), who use probabilities. `progress` is told how many of the forward passes are done.
    """
    empty = baseline_of(x, baseline)
    ends = scores(model, torch.cat([x, empty]), label).tolist()
    inner: list[float] = []
    for score in scores_of(model, _mixtures(x, empty, [ranks.to(x.device) for ranks in orders], steps), label):
        inner.append(score)
        if progress and len(inner) % BATCH == 0:
            progress(len(inner), 2 * (steps - 1) * len(orders))
    found = []
    for start in range(0, len(inner), 2 * (steps - 1)):
        deletion, insertion = inner[start : start + steps - 1], inner[start + steps - 1 : start + 2 * (steps - 1)]
        found.append(Curves((ends[0], *deletion, ends[1]), (ends[1], *insertion, ends[0])))
    return found


def baseline_of(x: Tensor, baseline: str) -> Tensor:
    """A picture without the evidence: heavily blurred (σ an eighth of the side), or of zeros, the mean of the training data."""
    if baseline not in BASELINES:
        raise ValueError(f"The baseline should be one of {', '.join(BASELINES)}, not {baseline!r}.")
    return torch.zeros_like(x) if baseline == "grey" else blur(x, x.shape[-1] / 8)


def best_baseline(model: nn.Module, x: Tensor, label: int) -> str:
    """The baseline that takes more of the evidence for `label` away: a curve over one that takes none away says nothing."""
    left = scores(model, torch.cat([baseline_of(x, name) for name in BASELINES]), label)
    return BASELINES[int(left.argmin())]


def scores(model: nn.Module, x: Tensor, label: int) -> Tensor:
    """Log-odds of a label, (N,), for inputs (N, 3, H, W)."""
    with torch.no_grad():
        return margin(model(x.contiguous(memory_format=torch.channels_last)), label).float().cpu()


def scores_of(model: nn.Module, inputs: Iterator[Tensor], label: int) -> Iterator[float]:
    """The log-odds of many inputs (3, H, W), a batch at a time; no more than a batch is ever held."""
    batch: list[Tensor] = []
    for one in inputs:
        batch.append(one)
        if len(batch) == BATCH:
            yield from scores(model, torch.stack(batch), label).tolist()
            batch = []
    if batch:
        yield from scores(model, torch.stack(batch), label).tolist()


def order(heat: Heat, size: tuple[int, int]) -> Tensor:
    """The rank of each place (H, W), 0 the hottest. Among equals, such as zeros, those near hot places come first."""
    spread = torch.from_numpy(resize_map(heat, (size[1], size[0])).copy())[None, None]
    near = blur(spread, size[1] / 8)
    first = np.lexsort((-near.flatten().numpy(), -spread.flatten().numpy()))  # the last key is the main one
    ranks = torch.empty(first.size, dtype=torch.long)
    ranks[torch.from_numpy(first)] = torch.arange(first.size)
    return ranks.view(size)


def blur(x: Tensor, sigma: float) -> Tensor:
    """Gaussian blur of (N, C, H, W), the picture continued by its own edge."""
    reach = min(ceil(3 * sigma), x.shape[-1] - 1, x.shape[-2] - 1)
    places = torch.arange(-reach, reach + 1, dtype=x.dtype, device=x.device)
    kernel = torch.exp(-(places**2) / (2 * sigma**2))
    kernel = kernel / kernel.sum()
    flat = x.flatten(0, 1).unsqueeze(1)
    across = F.conv2d(F.pad(flat, (reach, reach, 0, 0), mode="replicate"), kernel.view(1, 1, 1, -1))
    down = F.conv2d(F.pad(across, (0, 0, reach, reach), mode="replicate"), kernel.view(1, 1, -1, 1))
    return down.view_as(x)


def _mixtures(x: Tensor, empty: Tensor, orders: Sequence[Tensor], steps: int) -> Iterator[Tensor]:
    """For each map its deletions, then its insertions, without the two ends, which all maps share."""
    for ranks in orders:
        for base, change in ((x[0], empty[0]), (empty[0], x[0])):
            for step in range(1, steps):
                yield torch.where(ranks < ranks.numel() * step / steps, change, base)
