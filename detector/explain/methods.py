"""The ways to turn features and gradients into a map. Each is one function, so another method is one more entry."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import Tensor


@dataclass(frozen=True)
class Method:
    """A method's name for people, one line on what it does, and its formula: features, gradients (N, C, h, w) → map (N, h, w)."""

    title: str
    help: str
    combine: "Callable[[Tensor, Tensor], Tensor]"


def gradcam(features: "Tensor", gradients: "Tensor") -> "Tensor":
    """Channels weighted by their mean gradient, positive part (Selvaraju et al. 2017, equations 1 and 2)."""
    weights = gradients.mean(dim=(2, 3), keepdim=True)
    return (weights * features).sum(dim=1).relu()


def hirescam(features: "Tensor", gradients: "Tensor") -> "Tensor":
    """Features times gradients, place by place, positive part (Draelos and Carin 2020)."""
    return (gradients * features).sum(dim=1).relu()


METHODS = {
    "gradcam": Method("Grad-CAM", "Weighs each feature by its average effect on the score: the usual choice.", gradcam),
    "hirescam": Method("HiResCAM", "Weighs each feature place by place: shows only what this score was computed from.", hirescam),
}
