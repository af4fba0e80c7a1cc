"""A small residual network behind a fixed front end: it sees what the front end leaves, never the picture itself."""

from collections.abc import Callable

from torch import Tensor, nn

from detector.models.frontends import median, npr, srm, wavelet
from detector.models.residual_block import convolution, stages

FRONTS: dict[str, tuple[Callable[[Tensor], Tensor], int]] = {
    "npr": (npr.npr, npr.CHANNELS),
    "median": (median.median_difference, median.CHANNELS),
    "wavelet": (wavelet.wavelet, wavelet.CHANNELS),
    "srm": (srm.srm, srm.CHANNELS),
}
"""By name: the front end and how many channels it makes."""
WIDTHS = (32, 64, 128)


class ResidualNet(nn.Module):
    """Front end, a strided convolution, two residual blocks of each width, average pooling, one linear layer.

    About 0.7 million parameters. The first normalisation brings residuals of a grey level or two to the size of one.
    """

    def __init__(self, front: str, num_outputs: int) -> None:
        super().__init__()
        self.front = front
        self.residual, channels = FRONTS[front]
        self.scale = nn.BatchNorm2d(channels)
        self.stem = convolution(channels, WIDTHS[0], stride=1 if front == "wavelet" else 2)  # wavelets are at half size already
        self.blocks = stages(WIDTHS[0], WIDTHS, 2)
        self.num_features = WIDTHS[-1]
        self.fc = nn.Linear(self.num_features, num_outputs)

    def get_classifier(self) -> nn.Linear:
        """The last layer."""
        return self.fc

    def forward_features(self, x: Tensor) -> Tensor:
        """The last feature map, (N, 128, S / 8, S / 8), of normalised pictures (N, 3, S, S)."""
        features: Tensor = self.blocks(self.stem(self.scale(self.residual(x))))
        return features

    def forward_head(self, features: Tensor, pre_logits: bool = False) -> Tensor:
        """Logits (N, num_outputs) of a feature map; with `pre_logits` its means over all places."""
        pooled = features.mean(dim=(2, 3))
        return pooled if pre_logits else self.fc(pooled)

    def forward(self, x: Tensor) -> Tensor:
        """Logits of normalised pictures."""
        return self.forward_head(self.forward_features(x))
