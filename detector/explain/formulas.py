"""How features and gradients become a map: one function a method, (N, C, h, w) twice → (N, h, w), before negative parts are cut.

Where grad-cam has the method, its formula is the same; ours are functions of two tensors, so threads share nothing.
"""

from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor

Formula = Callable[[Tensor, Tensor], Tensor]


def gradcam(features: Tensor, gradients: Tensor) -> Tensor:
    """Channels weighted by their mean gradient (Selvaraju et al. 2017, equations 1 and 2)."""
    weights = gradients.mean(dim=(2, 3), keepdim=True)
    return (weights * features).sum(dim=1)


def hirescam(features: Tensor, gradients: Tensor) -> Tensor:
    """Features times gradients, place by place (Draelos and Carin 2020)."""
    return (gradients * features).sum(dim=1)


def gradcam_plus_plus(features: Tensor, gradients: Tensor) -> Tensor:
    """Channels weighted by their positive gradients, each place by its share (Chattopadhay et al. 2018, equation 19)."""
    squared = gradients.square()
    divisor = 2 * squared + features.sum(dim=(2, 3), keepdim=True) * squared * gradients + 1e-6
    share = torch.where(gradients != 0, squared / divisor, 0.0)
    return ((gradients.relu() * share).sum(dim=(2, 3), keepdim=True) * features).sum(dim=1)


def layercam(features: Tensor, gradients: Tensor) -> Tensor:
    """Features times positive gradients, place by place (Jiang et al. 2021)."""
    return (gradients.relu() * features).sum(dim=1)


def eigencam(features: Tensor, gradients: Tensor) -> Tensor:
    """Projection of the centred features on their first principal component (Muhammad and Yeasin 2020); gradients are not read.

    A component has no sign of its own: the larger extreme is made the positive one (Chung and Ying 2025, equation 13).
    """
    places = features.flatten(2).transpose(1, 2)  # (N, h·w, C)
    left, values, _ = torch.linalg.svd(places - places.mean(dim=1, keepdim=True), full_matrices=False)
    projection = left[:, :, 0] * values[:, :1]
    upside_down = projection.amin(dim=1).abs() > projection.amax(dim=1).abs()
    return torch.where(upside_down[:, None], -projection, projection).unflatten(1, features.shape[2:])


def randomcam(features: Tensor, gradients: Tensor) -> Tensor:
    """Channels weighted by chance between -1 and 1, the same chance at every call; gradients are not read."""
    weights = np.random.RandomState(0).uniform(-1, 1, features.shape[:2]).astype(np.float32)  # as grad-cam draws them
    return (torch.from_numpy(weights).to(features.device)[:, :, None, None] * features).sum(dim=1)


FORMULAS: dict[str, Formula] = {
    "gradcam": gradcam,
    "hirescam": hirescam,
    "gradcam++": gradcam_plus_plus,
    "layercam": layercam,
    "eigencam": eigencam,
    "randomcam": randomcam,
}
"""By the method's key in `methods.METHODS`; the other methods need more than two tensors."""
