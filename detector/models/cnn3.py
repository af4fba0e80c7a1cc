"""CNN-3: three strided convolutions and three linear layers, as the boston study describes it.

The study states neither the input size nor the dropout rate: 64 px and 0.5 are our choices. Its "each with ReLU, then max pooling
and dropout" is read as one pooling and one dropout after the third convolution: with three of them a 64 px picture would vanish.
"""

from torch import nn

from detector.errors import UserError
from detector.models.staged import Staged

DROPOUT = 0.5


class CNN3(Staged):
    """Convolutions of 32, 64 and 128 filters, 5×5, stride 2, padding 1; then 500, 225 and the logits."""

    def __init__(self, num_outputs: int = 2, image_size: int = 64) -> None:
        """Raises UserError for pictures below 23 px, of which the convolutions would leave nothing to pool."""
        super().__init__()
        side = image_size
        for _ in range(3):
            side = (side + 2 - 5) // 2 + 1
        if side < 2:
            raise UserError(f"cnn3 needs pictures of at least 23 pixels, not {image_size}: choose a larger image size.")
        self.features = nn.Sequential(
            nn.Conv2d(3, 32, 5, stride=2, padding=1),  # 64 -> 31
            nn.ReLU(),
            nn.Conv2d(32, 64, 5, stride=2, padding=1),  # -> 15
            nn.ReLU(),
            nn.Conv2d(64, 128, 5, stride=2, padding=1),  # -> 7
            nn.ReLU(),
        )
        self.pool = nn.Sequential(nn.MaxPool2d(2), nn.Dropout(DROPOUT))  # -> 3
        self.hidden = nn.Sequential(
            nn.Flatten(), nn.Linear(128 * (side // 2) ** 2, 500), nn.ReLU(), nn.Linear(500, 225), nn.ReLU()
        )
        self.classifier = nn.Linear(225, num_outputs)
