"""LeNet-5 for RGB pictures with BatchNorm, as the athens study built it (after LeCun et al. 1998)."""

from torch import Tensor, nn

from detector.errors import UserError


class LeNet5(nn.Module):
    """Two convolutions and three linear layers; 61,370 parameters with two outputs at 32 px."""

    def __init__(self, num_outputs: int = 2, image_size: int = 32) -> None:
        """Raises UserError for pictures below 16 px, of which the convolutions would leave nothing."""
        super().__init__()
        side = ((image_size - 4) // 2 - 4) // 2
        if side < 1:
            raise UserError(f"lenet5 needs pictures of at least 16 pixels, not {image_size}: choose a larger image size.")
        self.features = nn.Sequential(
            nn.Conv2d(3, 6, 5),  # 32 -> 28
            nn.BatchNorm2d(6),
            nn.ReLU(),
            nn.MaxPool2d(2),  # -> 14
            nn.Conv2d(6, 16, 5),  # -> 10
            nn.BatchNorm2d(16),
            nn.ReLU(),
        )
        self.pool = nn.MaxPool2d(2)  # -> 5
        self.hidden = nn.Sequential(nn.Flatten(), nn.Linear(16 * side * side, 120), nn.ReLU(), nn.Linear(120, 84), nn.ReLU())
        self.classifier = nn.Linear(84, num_outputs)

    def forward_features(self, x: Tensor) -> Tensor:
        """Activations of the second convolution before its pooling, (N, 16, 10, 10) at 32 px."""
        return self.features(x)

    def forward_head(self, features: Tensor, pre_logits: bool = False) -> Tensor:
        """Logits (N, num_outputs), or with `pre_logits` the (N, 84) that enter the last layer."""
        hidden = self.hidden(self.pool(features))
        return hidden if pre_logits else self.classifier(hidden)

    def forward(self, x: Tensor) -> Tensor:
        """Logits (N, num_outputs) of pictures (N, 3, S, S)."""
        return self.forward_head(self.forward_features(x))

    def get_classifier(self) -> nn.Linear:
        """The last layer."""
        return self.classifier
