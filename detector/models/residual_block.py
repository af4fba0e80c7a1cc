"""Residual block: two convolutions beside a shortcut (He et al. 2016, "Deep Residual Learning for Image Recognition")."""

from torch import Tensor, nn


class ResidualBlock(nn.Module):
    """From (N, `channels`, H, W) to (N, `width`, H / `stride`, W / `stride`)."""

    def __init__(self, channels: int, width: int, stride: int) -> None:
        super().__init__()
        self.first = convolution(channels, width, stride)
        self.second = nn.Sequential(nn.Conv2d(width, width, 3, padding=1, bias=False), nn.BatchNorm2d(width))
        fitting = nn.Sequential(nn.Conv2d(channels, width, 1, stride, bias=False), nn.BatchNorm2d(width))
        self.shortcut = nn.Identity() if channels == width and stride == 1 else fitting

    def forward(self, x: Tensor) -> Tensor:
        """Both ways, added."""
        features: Tensor = self.second(self.first(x)) + self.shortcut(x)
        return features.relu()


def convolution(channels: int, width: int, stride: int) -> nn.Sequential:
    """A 3 × 3 convolution with BatchNorm and ReLU."""
    return nn.Sequential(nn.Conv2d(channels, width, 3, stride, padding=1, bias=False), nn.BatchNorm2d(width), nn.ReLU())


def stages(channels: int, widths: tuple[int, ...], blocks: int) -> nn.Sequential:
    """So many blocks of each width; every width but the first begins by halving the sides."""
    made: list[nn.Module] = []
    for wider in widths:
        for number in range(blocks):
            made.append(ResidualBlock(channels, wider, 2 if number == 0 and made else 1))
            channels = wider
    return nn.Sequential(*made)
