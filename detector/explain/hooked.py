"""Earlier layers, by hooks on a private copy: it shares the weights but no module, so no other thread can meet the hook."""

import copy
from typing import Any

import torch
from torch import Tensor, nn

from detector.errors import UserError
from detector.explain.features import Seen, base, no_map
from detector.models.bvlc import GoogLeNetBVLC
from detector.models.cnn3 import CNN3
from detector.models.cnn11 import CNN11
from detector.models.googlenet import GoogLeNet
from detector.models.lenet import LeNet5
from detector.models.resnet20 import ResNet20

LAST = "last"
"""The default layer: the last features that still know their places, which for most networks say most about the verdict."""

_STAGES: dict[type, tuple[str, ...]] = {
    LeNet5: ("features.2",),
    CNN3: ("features.3", "features.1"),
    ResNet20: ("features.1.5", "features.1.2"),
    CNN11: ("features.16", "features.9", "features.2"),
    GoogLeNet: ("inception4e", "inception3b", "conv3"),
    GoogLeNetBVLC: ("inception_4e", "inception_3b"),
}


def layers(model: nn.Module) -> tuple[str, ...]:
    """The layers that a map can be read from, the default first, then ever earlier and finer ones by the module's name."""
    network = base(model)
    stages = _STAGES.get(type(network))
    if stages is None:  # timm lists its stages from first to last; the last is the default or next to it
        told: Any = getattr(network, "feature_info", ())
        found = [entry["module"] for entry in told if isinstance(entry, dict)] if isinstance(told, list) else []
        modules = dict(network.named_modules())
        stages = tuple(name for name in found[-2::-1] if name in modules)
    return (LAST, *stages)


def see_at(model: nn.Module, x: Tensor, layer: str) -> Seen:
    """The network run once on x (1, 3, S, S) and cut at what the module of that name returns.

    Raises UserError for a layer that is not among `layers`, or one whose output is no feature map.
    """
    offered = layers(model)
    if layer not in offered[1:]:
        raise UserError(f"This network has no layer {layer!r} to explain: choose {' or '.join(offered)}.")
    own = private_copy(model)
    module = base(own).get_submodule(layer)
    kept: list[Tensor] = []

    def cut(_module: nn.Module, _inputs: Any, output: Any) -> Tensor:
        if not isinstance(output, Tensor):
            raise UserError(no_map(base(model)))
        kept.append(output.detach().requires_grad_())
        return kept[0].clone()  # what follows may write into it

    def head(features: Tensor) -> Tensor:  # what lies below the layer runs once more, for one picture
        return _hooked(own, module, lambda *_: features.clone(), x)

    with torch.enable_grad():
        logits = _hooked(own, module, cut, x)
    return Seen(kept[0], logits, head)


def private_copy(model: nn.Module) -> nn.Module:
    """The same network in modules of its own around the very same numbers, which therefore take no further memory.

    Its parameters ask for no gradient, so that nothing is ever written to those of `model`.
    """
    shared: dict[int, Any] = {id(each): nn.Parameter(each.detach(), requires_grad=False) for each in model.parameters()}
    shared |= {id(each): each for each in model.buffers()}
    return copy.deepcopy(model, shared)


def _hooked(model: nn.Module, module: nn.Module, hook: Any, x: Tensor) -> Tensor:
    handle = module.register_forward_hook(hook)
    try:
        logits: Tensor = model(x)
    finally:
        handle.remove()
    return logits
