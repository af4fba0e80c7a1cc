"""LeNet-5 for RGB pictures with BatchNorm, as the athens study built it (after LeCun et al. 1998)."""

from torch import nn

from detector.errors import UserError
from detector.models.staged import Staged


class LeNet5(Staged):
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
