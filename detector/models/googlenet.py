"""GoogLeNet with BatchNorm: torchvision's, cut into features and head.

Without its two auxiliary classifiers: they carried gradients through a deep network before there was BatchNorm (Szegedy et al.
2014, section 5), would double the parameters, and are untrained in the weights that torchvision offers.
"""

from torch import Tensor, nn

import detector.models.torchvision_compat  # noqa: F401 - before torchvision

import torchvision  # isort: skip

_LAYERS = (
    *("conv1", "maxpool1", "conv2", "conv3", "maxpool2"),
    *("inception3a", "inception3b", "maxpool3"),
    *("inception4a", "inception4b", "inception4c", "inception4d", "inception4e", "maxpool4"),
    *("inception5a", "inception5b"),
)


class GoogLeNet(torchvision.models.GoogLeNet):
    """Takes pictures of any size from 32 px up, normalised with mean and standard deviation 0.5."""

    def __init__(self, num_outputs: int = 2, image_size: int = 224) -> None:
        """`image_size` changes nothing: the network averages over whatever area is left."""
        super().__init__(num_classes=num_outputs, aux_logits=False, init_weights=False)
        for module in self.modules():  # torchvision's first weights are so small that nothing passes until BatchNorm has settled
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(module.weight, nonlinearity="relu")

    def forward_features(self, x: Tensor) -> Tensor:
        """Output of the last inception block, (N, 1024, 7, 7) at 224 px."""
        for name in _LAYERS:
            x = self.get_submodule(name)(x)
        return x

    def forward_head(self, features: Tensor, pre_logits: bool = False) -> Tensor:
        """Logits (N, num_outputs), or with `pre_logits` the (N, 1024) that enter the last layer."""
        hidden = self.dropout(self.avgpool(features).flatten(1))
        return hidden if pre_logits else self.fc(hidden)

    def forward(self, x: Tensor) -> Tensor:
        """Logits (N, num_outputs) of pictures (N, 3, S, S)."""
        return self.forward_head(self.forward_features(x))

    def get_classifier(self) -> nn.Linear:
        """The last layer."""
        return self.fc
