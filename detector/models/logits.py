"""What a detector's logits mean: one logit is that of AI-generated, two are those of real and AI-generated."""

import torch
from torch import Tensor
from torch.nn import functional as F

from detector.labels import AI


def _width(logits: Tensor) -> int:
    if logits.ndim != 2 or logits.shape[1] not in (1, 2):
        raise ValueError(f"Logits should have the shape (N, 1) or (N, 2), not {tuple(logits.shape)}.")
    return logits.shape[1]


def probability_ai(logits: Tensor) -> Tensor:
    """Probability of AI-generated, (N,), from logits (N, 1) by the sigmoid or (N, 2) by the softmax."""
    return logits[:, 0].sigmoid() if _width(logits) == 1 else logits.softmax(dim=1)[:, AI]


def evidence(logits: Tensor, label: int) -> Tensor:
    """The score for a label, (N,), that a heat map explains: its own logit; with a single logit, real is the negated one."""
    if _width(logits) == 2:
        return logits[:, label]
    return logits[:, 0] if label == AI else -logits[:, 0]


def loss(logits: Tensor, labels: Tensor, class_weights: Tensor | None = None) -> Tensor:
    """Mean loss of logits (N, 1 or 2) for integer labels (N,): binary cross-entropy for one logit, cross-entropy for two.

    `class_weights` (2,) holds the weights of real and AI-generated; the mean is then the weighted one in both cases.
    """
    if _width(logits) == 2:
        return F.cross_entropy(logits, labels, weight=class_weights)
    losses = F.binary_cross_entropy_with_logits(logits[:, 0], labels.to(logits.dtype), reduction="none")
    weights = torch.ones_like(losses) if class_weights is None else class_weights[labels]
    return (losses * weights).sum() / weights.sum()
