"""A radial-basis head: how near a picture's features lie to those of each class, for borders that are not straight."""

import torch
from torch import Tensor, nn


class RbfHead(nn.Module):
    """Logit = Σ_i weight_i exp(-gamma |z - centre_i|²) + intercept, of projected features z (N, K) and S centres (S, K)."""

    centres: Tensor
    weight: Tensor
    intercept: Tensor
    gamma: Tensor

    def __init__(self, components: int, centres: int) -> None:
        super().__init__()
        self.register_buffer("centres", torch.zeros(centres, components))
        self.register_buffer("weight", torch.zeros(centres))
        self.register_buffer("intercept", torch.zeros(()))
        self.register_buffer("gamma", torch.zeros(()))

    def forward(self, z: Tensor) -> Tensor:
        """Logits (N, 1)."""
        distance = torch.cdist(z, self.centres, compute_mode="donot_use_mm_for_euclid_dist")
        logits: Tensor = torch.exp(-self.gamma * distance.square()) @ self.weight + self.intercept
        return logits.unsqueeze(1)
