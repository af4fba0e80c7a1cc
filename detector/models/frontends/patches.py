"""A network that sees a few pixels at a time: the mean of its patch logits is its logit, so they are an exact heat map.

After BagNet: Brendel and Bethge 2019, "Approximating CNNs with bag-of-local-features models works surprisingly well on
ImageNet".
"""

from torch import Tensor, nn
from torch.nn import functional as F

WIDTHS = (32, 64, 128, 192)


class Patches(nn.Module):
    """Unpadded 3 × 3 convolutions until each place has seen `receptive_field` pixels a side, 1 × 1 ones between, a linear layer.

    Neighbouring patches lie `stride` pixels apart. The receptive field is reached exactly or passed by the fewest pixels.
    """

    def __init__(self, num_outputs: int, receptive_field: int = 17, stride: int = 4) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        channels, self.receptive_field, self.stride = 3, 1, 1
        while self.receptive_field < receptive_field:
            width = WIDTHS[min(len(layers), len(WIDTHS) - 1)]
            step = 2 if layers and self.stride < stride else 1
            layers.append(_Layer(channels, width, step))
            self.receptive_field += 2 * self.stride
            self.stride *= step
            channels = width
        self.layers = nn.Sequential(*layers)
        self.num_features = channels
        self.fc = nn.Linear(channels, num_outputs)

    def get_classifier(self) -> nn.Linear:
        """The last layer, which is the same at every place."""
        return self.fc

    def patch_logits(self, x: Tensor) -> Tensor:
        """Logits of each patch (N, num_outputs, h, w), whose mean over all places is the picture's."""
        return F.conv2d(self.forward_features(x), self.fc.weight[:, :, None, None], self.fc.bias)

    def forward_features(self, x: Tensor) -> Tensor:
        """What is known of each patch, (N, C, h, w), of normalised pictures (N, 3, S, S)."""
        features: Tensor = self.layers(x)
        return features

    def forward_head(self, features: Tensor, pre_logits: bool = False) -> Tensor:
        """Logits (N, num_outputs): a linear layer of the mean is the mean of the linear layer."""
        pooled = features.mean(dim=(2, 3))
        return pooled if pre_logits else self.fc(pooled)

    def forward(self, x: Tensor) -> Tensor:
        """Logits of normalised pictures."""
        return self.forward_head(self.forward_features(x))


class _Layer(nn.Module):
    """A 3 × 3 convolution that looks around, then a 1 × 1 one, beside a shortcut, that thinks."""

    def __init__(self, channels: int, width: int, stride: int) -> None:
        super().__init__()
        self.look = nn.Sequential(nn.Conv2d(channels, width, 3, stride, bias=False), nn.BatchNorm2d(width), nn.ReLU())
        self.think = nn.Sequential(nn.Conv2d(width, width, 1, bias=False), nn.BatchNorm2d(width))

    def forward(self, x: Tensor) -> Tensor:
        seen = self.look(x)
        thought: Tensor = seen + self.think(seen)
        return thought.relu()
