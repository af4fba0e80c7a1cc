"""Features judged by trying: the picture seen through one feature (Score-CAM), or the head without it (Ablation-CAM)."""

from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from detector.explain.features import Head, as_grid, base, channel_axis

Score = Callable[[Tensor], Tensor]

CHANNELS = 64
"""Score-CAM needs a pass for each channel: of more than this many, only the most varied are tried, as in Faster Score-CAM."""
BATCH = 16


@torch.no_grad()
def scorecam(model: nn.Module, x: Tensor, features: Tensor, score: Score, channels: int = CHANNELS) -> Tensor:
    """Map (1, h, w): features weighted by the softmax of the scores of the picture seen through them (Wang et al. 2020).

    Of features that are more than `channels`, those that vary most over the picture are used and the others left out.
    """
    grid = as_grid(base(model), features, x)
    if grid.shape[1] > channels:
        grid = grid[:, grid.flatten(2).std(dim=2)[0].topk(channels).indices]
    scores: list[Tensor] = []
    for some in grid[0].split(BATCH):
        masks = F.interpolate(some[:, None], x.shape[-2:], mode="bilinear", align_corners=True)
        low, high = masks.amin(dim=(2, 3), keepdim=True), masks.amax(dim=(2, 3), keepdim=True)
        scores.append(score(model(x * ((masks - low) / (high - low + 1e-8)))))
    return (torch.cat(scores).softmax(dim=0)[None, :, None, None] * grid).sum(dim=1)


@torch.no_grad()
def ablationcam(model: nn.Module, x: Tensor, features: Tensor, logits: Tensor, head: Head, score: Score) -> Tensor:
    """Map (1, h, w): features weighted by the fall of the score when a channel is set to zero (Desai and Ramaswamy 2020).

    In units of the score; the paper divides by the score itself, which would turn the map round wherever that is negative.
    """
    network = base(model)
    channels = features.movedim(channel_axis(network, features), 1)
    falls: list[Tensor] = []
    for some in torch.arange(channels.shape[1], device=x.device).split(BATCH):
        ablated = channels.repeat(len(some), *[1] * (channels.ndim - 1))
        ablated[torch.arange(len(some)), some] = 0
        falls.append(score(logits) - score(head(ablated.movedim(1, channel_axis(network, features)))))
    return (torch.cat(falls)[None, :, None, None] * as_grid(network, features, x)).sum(dim=1)
