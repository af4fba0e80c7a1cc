"""Heat maps of one picture by any method. Nothing here touches the shared model, so threads can use one at the same time."""

from collections.abc import Callable
from functools import partial

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from detector.errors import UserError
from detector.explain.attention import attention_map, see_attention
from detector.explain.features import Seen, as_grid, base, see
from detector.explain.formulas import FORMULAS
from detector.explain.hooked import LAST, layers, see_at
from detector.explain.masking import ablationcam, scorecam
from detector.explain.methods import METHODS
from detector.explain.occlusion import occlusion
from detector.labels import AI
from detector.models.logits import evidence

__all__ = ["explain", "explain_signed", "explain_with_logits", "layers"]

Heat = NDArray[np.float32]


def explain(model: nn.Module, x: Tensor, label: int = AI, method: str = "gradcam", layer: str | None = None) -> Heat:
    """The places that raised the evidence for `label` in one input x (1, 3, S, S).

    Returns a map (h, w) ≥ 0 at the resolution of the features, in units of the logit; all zero when nothing speaks for `label`.
    `layer` is one of `layers(model)`, the last features by default; occlusion and attention read none. `model` must be in eval
    mode. Raises UserError for an unknown method or layer, or a network whose features belong to no place.
    """
    return explain_with_logits(model, x, lambda _: label, method, layer)[0]


def explain_signed(model: nn.Module, x: Tensor, label: int = AI, method: str = "gradcam", layer: str | None = None) -> Heat:
    """Evidence for `label` (positive) and against it (negative), place by place; the map for the other label is its negative.

    Explains the logit of `label` minus the other's, which is what the score depends on. Raises UserError as `explain` does, and
    for a method whose map has no sign.
    """
    return explain_with_logits(model, x, lambda _: label, method, layer, signed=True)[0]


def explain_with_logits(
    model: nn.Module,
    x: Tensor,
    choose: Callable[[Tensor], int],
    method: str = "gradcam",
    layer: str | None = None,
    *,
    signed: bool = False,
) -> tuple[Heat, Tensor]:
    """The map and the logits (1, 1 or 2) of x from one run of the network; `choose` says from them which label to explain."""
    if method not in METHODS:
        raise UserError(f"There is no method {method!r}: choose {' or '.join(METHODS)}.")
    if signed and not METHODS[method].signed:
        able = " or ".join(key for key, each in METHODS.items() if each.signed)
        raise UserError(f"{METHODS[method].title} cannot tell evidence for from evidence against: choose {able}.")
    seen = _see(model, x, method, layer)
    logits = seen.logits.detach()
    score = partial(margin if signed else evidence, label=choose(logits))
    heat = _map(model, x, seen, method, score)[0]
    return (heat if signed else heat.relu()).float().cpu().numpy(), logits


def margin(logits: Tensor, label: int) -> Tensor:
    """The evidence for a label less the evidence against it, (N,): with a single logit there is only the one."""
    return evidence(logits, label) if logits.shape[1] == 1 else evidence(logits, label) - evidence(logits, 1 - label)


def _see(model: nn.Module, x: Tensor, method: str, layer: str | None) -> Seen:
    """The network's one run on x, cut where the method wants it."""
    if method == "attention":
        return see_attention(model, x)
    if method == "occlusion":  # the picture itself is what is varied, so any network will do
        with torch.no_grad():
            return Seen(x, model(x), model)
    return see(model, x) if layer in (None, LAST) else see_at(model, x, str(layer))


def _map(model: nn.Module, x: Tensor, seen: Seen, method: str, score: Callable[[Tensor], Tensor]) -> Tensor:
    """Map (1, h, w), with its negative parts."""
    features, logits = seen.features.detach(), seen.logits.detach()
    if method == "occlusion":
        return occlusion(model, x, logits, score)
    if method == "scorecam":
        return scorecam(model, x, features, score)
    if method == "ablationcam":
        return ablationcam(model, x, features, logits, seen.head, score)
    network = base(model)
    if METHODS[method].needs == "features":
        grid = as_grid(network, features, x)
        return FORMULAS[method](grid, grid)
    with torch.enable_grad():
        (gradients,) = torch.autograd.grad(score(seen.logits).sum(), seen.features)
    if method == "attention":
        return attention_map(model, features, gradients, x)
    return FORMULAS[method](as_grid(network, features, x), as_grid(network, gradients, x))
