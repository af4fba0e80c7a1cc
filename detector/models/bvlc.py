"""The original GoogLeNet, without BatchNorm, in the layout of BVLC's Caffe weights (Szegedy et al. 2014).

Torchvision's `googlenet` is another network: it has BatchNorm, no local response normalisation, and 3×3 where this one has 5×5.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

# inputs; 1×1; 3×3 reduce, 3×3; 5×5 reduce, 5×5; pool projection (table 1 of the paper)
_BLOCKS = {
    "3a": (192, 64, 96, 128, 16, 32, 32),
    "3b": (256, 128, 128, 192, 32, 96, 64),
    "4a": (480, 192, 96, 208, 16, 48, 64),
    "4b": (512, 160, 112, 224, 24, 64, 64),
    "4c": (512, 128, 128, 256, 24, 64, 64),
    "4d": (512, 112, 144, 288, 32, 64, 64),
    "4e": (528, 256, 160, 320, 32, 128, 128),
    "5a": (832, 256, 160, 320, 32, 128, 128),
    "5b": (832, 384, 192, 384, 48, 128, 128),
}


def _pool(x: Tensor) -> Tensor:
    return F.max_pool2d(x, 3, stride=2, ceil_mode=True)


def _normalise(x: Tensor) -> Tensor:
    return F.local_response_norm(x, 5, alpha=1e-4, beta=0.75, k=1.0)


class Inception(nn.Module):
    """Four branches side by side, concatenated along the channels."""

    def __init__(self, inputs: int, one: int, reduce3: int, three: int, reduce5: int, five: int, pool: int) -> None:
        super().__init__()
        self.conv1x1 = nn.Conv2d(inputs, one, 1)
        self.conv3x3_reduce = nn.Conv2d(inputs, reduce3, 1)
        self.conv3x3 = nn.Conv2d(reduce3, three, 3, padding=1)
        self.conv5x5_reduce = nn.Conv2d(inputs, reduce5, 1)
        self.conv5x5 = nn.Conv2d(reduce5, five, 5, padding=2)
        self.pool_proj = nn.Conv2d(inputs, pool, 1)

    def forward(self, x: Tensor) -> Tensor:
        """(N, inputs, H, W) to (N, one + three + five + pool, H, W)."""
        branches = (
            self.conv1x1(x),
            self.conv3x3(F.relu(self.conv3x3_reduce(x))),
            self.conv5x5(F.relu(self.conv5x5_reduce(x))),
            self.pool_proj(F.max_pool2d(x, 3, stride=1, padding=1)),
        )
        return F.relu(torch.cat(branches, dim=1))


class GoogLeNetBVLC(nn.Module):
    """Takes RGB pictures like every network here and turns the channels to the BGR its weights were trained on.

    Its preprocessing subtracts the channel means and keeps the 0–255 scale (`MEAN`, `STD`). Pictures of any size from 32 px up.
    """

    MEAN = (122.7 / 255, 116.7 / 255, 104.0 / 255)
    STD = (1 / 255, 1 / 255, 1 / 255)

    def __init__(self, num_outputs: int = 2, image_size: int = 224) -> None:
        """`image_size` changes nothing: the network averages over whatever area is left."""
        super().__init__()
        self.conv1 = nn.Conv2d(3, 64, 7, stride=2, padding=3)
        self.conv2_reduce = nn.Conv2d(64, 64, 1)
        self.conv2 = nn.Conv2d(64, 192, 3, padding=1)
        for name, widths in _BLOCKS.items():
            self.add_module(f"inception_{name}", Inception(*widths))
        self.dropout = nn.Dropout(0.4)
        self.classifier = nn.Linear(1024, num_outputs)
        for module in self.modules():  # without BatchNorm, torch's default first weights let the signal die out on the way
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(module.weight, nonlinearity="relu")

    def forward_features(self, x: Tensor) -> Tensor:
        """Output of the last inception block, (N, 1024, 7, 7) at 224 px."""
        x = _normalise(_pool(F.relu(self.conv1(x.flip(1)))))  # RGB to BGR
        x = F.relu(self.conv2(F.relu(self.conv2_reduce(x))))
        x = _pool(_normalise(x))
        for name in _BLOCKS:
            x = self.get_submodule(f"inception_{name}")(x)
            if name in ("3b", "4e"):
                x = _pool(x)
        return x

    def forward_head(self, features: Tensor, pre_logits: bool = False) -> Tensor:
        """Logits (N, num_outputs), or with `pre_logits` the (N, 1024) that enter the last layer."""
        hidden = self.dropout(features.mean(dim=(2, 3)))
        return hidden if pre_logits else self.classifier(hidden)

    def forward(self, x: Tensor) -> Tensor:
        """Logits (N, num_outputs) of pictures (N, 3, S, S)."""
        return self.forward_head(self.forward_features(x))

    def get_classifier(self) -> nn.Linear:
        """The last layer."""
        return self.classifier
