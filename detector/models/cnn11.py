"""CNN-11: eight convolutions and three linear layers, as the athens study built it."""

from torch import nn

from detector.errors import UserError
from detector.models.staged import Staged


def _convolution(inputs: int, outputs: int, kernel: int) -> tuple[nn.Module, ...]:
    """Convolution that keeps the size, BatchNorm, ReLU."""
    return nn.Conv2d(inputs, outputs, kernel, padding=kernel // 2), nn.BatchNorm2d(outputs), nn.ReLU()


class CNN11(Staged):
    """Stride 1 throughout, four poolings; at 256 px the first linear layer alone has 190 million weights."""

    def __init__(self, num_outputs: int = 2, image_size: int = 256) -> None:
        """Raises UserError for pictures below 16 px, of which the poolings would leave nothing."""
        super().__init__()
        side = image_size // 16
        if side < 1:
            raise UserError(f"cnn11 needs pictures of at least 16 pixels, not {image_size}: choose a larger image size.")
        self.features = nn.Sequential(
            *_convolution(3, 32, 7),  # 256
            nn.MaxPool2d(2),  # -> 128
            *_convolution(32, 64, 5),
            *_convolution(64, 128, 5),
            nn.MaxPool2d(2),  # -> 64
            *_convolution(128, 256, 3),
            *_convolution(256, 362, 3),
            nn.MaxPool2d(2),  # -> 32
            *_convolution(362, 512, 1),
            *_convolution(512, 724, 1),
            *_convolution(724, 1024, 1),
        )
        self.pool = nn.MaxPool2d(2)  # -> 16
        self.hidden = nn.Sequential(
            nn.Flatten(),
            nn.Linear(1024 * side * side, 724),
            nn.ReLU(),
            nn.Dropout(0.5),
            nn.Linear(724, 516),
            nn.ReLU(),
            nn.Dropout(0.5),
        )
        self.classifier = nn.Linear(516, num_outputs)
