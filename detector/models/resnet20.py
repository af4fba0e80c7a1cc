"""ResNet-20 for tiny pictures, as in He et al. 2016, "Deep Residual Learning for Image Recognition", section 4.2.

Its first convolution keeps the size, where networks for larger pictures halve it twice and leave 32 pixels nothing to look at.
Shortcuts that change the width are 1 × 1 convolutions with BatchNorm; the paper's carry no parameters.
"""

from torch import nn

from detector.models.residual_block import convolution, stages
from detector.models.staged import Staged

WIDTHS, BLOCKS = (16, 32, 64), 3


class ResNet20(Staged):
    """One convolution, three residual blocks of each width, the mean over all places, one linear layer. Pictures of any size."""

    def __init__(self, num_outputs: int = 2, image_size: int = 32) -> None:
        super().__init__()
        self.features = nn.Sequential(convolution(3, WIDTHS[0], stride=1), stages(WIDTHS[0], WIDTHS, BLOCKS))
        self.pool = nn.AdaptiveAvgPool2d(1)
        self.hidden = nn.Flatten()
        self.classifier = nn.Linear(WIDTHS[-1], num_outputs)
