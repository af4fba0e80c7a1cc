"""DCT statistics: how strong each frequency is in 8 × 8 blocks, and around the rings of the residual's spectrum. No network.

Frank et al. 2020, "Leveraging frequency analysis for deep fake image recognition"; the ring spectrum follows Durall et al. 2020,
"Watch your up-convolution".
"""

import math

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from detector.models.fitted_head import add_head, head_logits, standardised
from detector.models.frontends.median import median_difference

BLOCK = 8
RINGS = 32
_PER_CHANNEL = BLOCK * BLOCK
_YCC = ((0.299, 0.587, 0.114), (-0.168736, -0.331264, 0.5), (0.5, -0.418688, -0.081312))  # luma and two chromas, as in JPEG
_LEAST = 1e-4  # in shares of full brightness: below it a coefficient is as good as none


class DctStatistics(nn.Module):
    """Three channels' 64 mean magnitudes and their mean squares, and the rings, all as logarithms: 416 features, one logit.

    The part of the rings belongs to no place; the heat map shows that of the blocks.
    """

    mean: Tensor
    scale: Tensor
    linear: nn.Linear

    def __init__(self, components: int = 0, centres: int = 0) -> None:
        super().__init__()
        self.register_buffer("basis", dct_basis(), persistent=False)
        self.num_features = 6 * _PER_CHANNEL + RINGS
        add_head(self, self.num_features, components, centres)

    basis: Tensor

    def get_classifier(self) -> nn.Linear:
        """The one layer that is fitted."""
        return self.linear

    def forward_features(self, x: Tensor) -> Tensor:
        """Of each block the 192 magnitudes and their squares, then the rings, the same at every place: (N, 416, h, w)."""
        channels = torch.einsum("kc,nchw->nkhw", x.new_tensor(_YCC), x)
        blocks = (
            F.conv2d(channels.flatten(0, 1)[:, None], self.basis, stride=BLOCK).unflatten(0, channels.shape[:2]).flatten(1, 2)
        )
        rings = ring_spectrum(median_difference(channels[:, :1])[:, 0])
        return torch.cat([blocks.abs(), blocks.square(), rings[:, :, None, None].expand(-1, -1, *blocks.shape[-2:])], dim=1)

    def pool(self, features: Tensor) -> Tensor:
        """Logarithms of the means over all places, (N, 416)."""
        return (features.mean(dim=(2, 3)) + _LEAST).log()

    def features(self, x: Tensor) -> Tensor:
        """The statistics of normalised pictures (N, 3, S, S), (N, 416), not yet standardised."""
        return self.pool(self.forward_features(x))

    def decide(self, features: Tensor) -> Tensor:
        """Logits (N, 1) of statistics (N, 416)."""
        return head_logits(self, features)

    def forward_head(self, features: Tensor, pre_logits: bool = False) -> Tensor:
        """Logits (N, 1) of what `forward_features` gives; with `pre_logits` the standardised statistics."""
        pooled = self.pool(features)
        return standardised(self, pooled) if pre_logits else self.decide(pooled)

    def forward(self, x: Tensor) -> Tensor:
        """Logits (N, 1) of normalised pictures."""
        return self.decide(self.features(x))


def dct_basis() -> Tensor:
    """The orthonormal basis of the 8 × 8 DCT-II as convolution kernels, (64, 1, 8, 8); the first is the mean."""
    place = torch.arange(BLOCK, dtype=torch.float64)
    rows = torch.cos(math.pi * (2 * place[None] + 1) * place[:, None] / (2 * BLOCK)) * math.sqrt(2 / BLOCK)
    rows[0] /= math.sqrt(2)
    return torch.einsum("ui,vj->uvij", rows, rows).reshape(_PER_CHANNEL, 1, BLOCK, BLOCK).float()


def ring_spectrum(residual: Tensor) -> Tensor:
    """Mean power on RINGS rings of equal width, from the lowest frequency to Nyquist's, (N, RINGS), of residuals (N, H, W)."""
    power = torch.fft.fft2(residual, norm="ortho").abs().square()
    y, x = (torch.fft.fftfreq(side, device=residual.device) for side in residual.shape[-2:])
    ring = (torch.hypot(y[:, None], x[None]) * 2 * RINGS).long().clamp(max=RINGS - 1).flatten()
    total = power.new_zeros(power.shape[0], RINGS).index_add(1, ring, power.flatten(1))
    return total / torch.bincount(ring, minlength=RINGS).clamp(min=1)
