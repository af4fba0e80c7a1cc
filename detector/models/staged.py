"""Staged: the shape that this lab's own networks share, so that maps, features and frozen training find their parts."""

from torch import Tensor, nn


class Staged(nn.Module):
    """Four parts in a row, which each network fills in: `features`, `pool`, `hidden`, `classifier`.

    The border of features and head lies before the last pooling: a heat map is finer there.
    """

    features: nn.Module
    pool: nn.Module
    hidden: nn.Module
    classifier: nn.Linear

    def forward_features(self, x: Tensor) -> Tensor:
        """Activations of the last convolution before its pooling, (N, C, h, w), of pictures (N, 3, S, S)."""
        activations: Tensor = self.features(x)
        return activations

    def forward_head(self, features: Tensor, pre_logits: bool = False) -> Tensor:
        """Logits (N, num_outputs), or with `pre_logits` the (N, F) that enter the last layer."""
        hidden: Tensor = self.hidden(self.pool(features))
        return hidden if pre_logits else self.classifier(hidden)

    def forward(self, x: Tensor) -> Tensor:
        """Logits (N, num_outputs) of pictures (N, 3, S, S)."""
        return self.forward_head(self.forward_features(x))

    def get_classifier(self) -> nn.Linear:
        """The last layer."""
        return self.classifier
