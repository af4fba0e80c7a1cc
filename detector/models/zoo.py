"""Networks by name: a few of our own, every network of timm, and two that put a fitted head on a frozen network's features.

Each has `forward(x)` = `forward_head(forward_features(x))`, as timm's do; all but the svm also
`forward_head(features, pre_logits=True)` and `get_classifier()`.
"""

import difflib
from typing import Any

import torch
from torch import Tensor, nn

import detector.models.torchvision_compat  # noqa: F401 - before timm, which imports torchvision

import timm  # isort: skip

from detector.data.preprocess import Preprocess, Resize
from detector.errors import UserError
from detector.models.bvlc import GoogLeNetBVLC
from detector.models.cnn3 import CNN3
from detector.models.cnn11 import CNN11
from detector.models.encoder import FrozenEncoder
from detector.models.frontends.dct import DctStatistics
from detector.models.frontends.patches import Patches
from detector.models.frontends.residual_net import ResidualNet
from detector.models.googlenet import GoogLeNet
from detector.models.lenet import LeNet5
from detector.models.names import LOW_LEVEL, NETWORKS, ON_FROZEN, network
from detector.models.pretrained import load_pretrained
from detector.models.resnet20 import ResNet20
from detector.models.svm import FeatureSVM

_OWN = {
    "lenet5": LeNet5,
    "cnn3": CNN3,
    "cnn11": CNN11,
    "resnet20": ResNet20,
    "googlenet": GoogLeNet,
    "googlenet_bvlc": GoogLeNetBVLC,
}
_PATCHES = {"patches9": 9, "patches": 17, "patches33": 33}  # pixels that a patch sees
_RESIZES: dict[str, Resize] = {"auto": "squash", "squash": "squash", "shorter": "shorter", "native": "native"}
_CROPS = 5  # of a picture, for what reads low-level traces: the middle and the corners
_CROP = 0.875  # share of the canvas that is seen when a part is cut out; the usual one for ImageNet


def create_model(
    name: str,
    *,
    num_outputs: int = 2,
    pretrained: bool = False,
    image_size: int = 0,
    backbone: str = "tf_efficientnet_lite0",
    support_vectors: int = 1,
    taps: str = "last",
    pool: str = "mean",
    components: int = 0,
) -> nn.Module:
    """The network of that name, taking (N, 3, S, S) and giving logits (N, num_outputs).

    `image_size` is S where it is not the network's own (0). `backbone` is the frozen network of an svm or an encoder, which have
    one output and are not fitted yet; there, `pretrained` and `image_size` are the backbone's. `support_vectors` is the svm's,
    `taps` and `pool` are the encoder's (see `models.taps`), `components` those of a curved head. Raises UserError for an unknown
    name or an impossible size, WeightsError when pretrained weights are missing.
    """
    if name in ON_FROZEN:
        if backbone in ON_FROZEN:
            raise UserError(f"The backbone should be a network of its own, not {backbone}.")
        frozen = create_model(backbone, pretrained=pretrained, image_size=image_size)
        if name == "encoder":
            return FrozenEncoder(frozen, taps, pool, image_size or default_size(backbone), components, support_vectors)
        return FeatureSVM(frozen, backbone_features(frozen), support_vectors)
    if name in LOW_LEVEL:
        return DctStatistics(components, support_vectors) if name == "dct" else _low_level(name, num_outputs)
    model = _own(name, num_outputs, image_size) if name in _OWN else _timm(name, num_outputs)
    if pretrained:
        load_pretrained(model, name, classifier_name(model))
    if image_size and image_size != default_size(name):
        _fit_size(name, model, image_size)
    return model


def is_timm(name: str) -> bool:
    """Whether timm builds the network of that name; the others are ours."""
    return name not in ON_FROZEN and name not in _OWN and name not in LOW_LEVEL


def default_size(name: str) -> int:
    """Side of the input in pixels that a network was made for."""
    entry = network(name)
    return entry.size if entry else int(timm.get_pretrained_cfg(name).input_size[-1])


def default_preprocess(name: str, model: nn.Module, image_size: int = 0, resize: str = "auto") -> Preprocess:
    """How pictures are made ready for a network, with the means it was pretrained with.

    "auto" is "squash": the whole picture, since the traces may be anywhere in it; what reads low-level traces sees crops of
    the pixels as they are. Raises UserError for an unknown `resize`.
    """
    if resize not in _RESIZES:
        raise UserError(f"resize should be one of {', '.join(_RESIZES)}, not {resize!r}.")
    if isinstance(model, FeatureSVM | FrozenEncoder):
        model = model.backbone if isinstance(model, FeatureSVM) else model.trunk
        name = _name_of(model)
    if name in LOW_LEVEL:
        return _native(name, image_size, resize)
    config: dict[str, Any] = getattr(model, "pretrained_cfg", {})
    mean, std = config.get("mean", (0.5, 0.5, 0.5)), config.get("std", (0.5, 0.5, 0.5))
    if isinstance(model, GoogLeNetBVLC):
        mean, std = GoogLeNetBVLC.MEAN, GoogLeNetBVLC.STD
    if name == "tf_efficientnet_lite0":  # of the weights in the package; timm's differ by less than one grey level
        mean, std = (127 / 255,) * 3, (128 / 255,) * 3
    return Preprocess(
        size=image_size or default_size(name),
        resize=_RESIZES[resize],
        crop_pct=1.0 if _RESIZES[resize] == "squash" else _CROP,
        interpolation="bilinear" if config.get("interpolation") == "bilinear" else "bicubic",
        mean=tuple(mean),
        std=tuple(std),
    )


def pooled_features(model: nn.Module, x: Tensor) -> Tensor:
    """What enters the last linear layer, (N, F), for pictures (N, 3, S, S); of an svm, what enters the machine."""
    network: Any = model.backbone if isinstance(model, FeatureSVM) else model
    pooled: Tensor = network.forward_head(network.forward_features(x), pre_logits=True)
    return pooled.mean(dim=(2, 3)) if pooled.ndim == 4 else pooled  # timm's VGG pools after its hidden layers


def backbone_features(model: nn.Module) -> int:
    """F, the number of features that enter the last linear layer."""
    last: Any = model.get_submodule(classifier_name(model))
    return int(last.in_features)


def classifier_name(model: nn.Module) -> str:
    """Dotted name of the last linear layer, such as "fc" or "head.fc"; raises ValueError for a network that ends otherwise."""
    typed: Any = model
    last = typed.get_classifier()
    for name, module in model.named_modules():
        if module is last and isinstance(module, nn.Linear):
            return name
    raise ValueError(f"{type(model).__name__} does not end in one linear layer.")


def _own(name: str, num_outputs: int, image_size: int) -> nn.Module:
    kind: Any = _OWN[name]
    model: nn.Module = kind(num_outputs, image_size or default_size(name))
    return model


def _low_level(name: str, num_outputs: int) -> nn.Module:
    """Its input may have any size of 64 pixels or more."""
    return Patches(num_outputs, _PATCHES[name]) if name in _PATCHES else ResidualNet(name, num_outputs)


def _native(name: str, image_size: int, resize: str) -> Preprocess:
    """Several crops out of the picture's own pixels; in training, of parts of a larger canvas."""
    how = "native" if resize == "auto" else _RESIZES[resize]
    part = name != "dct" and how == "native"  # statistics want many blocks, so there the crop is all of the canvas
    return Preprocess(size=image_size or default_size(name), resize=how, crop_pct=0.5 if part else 1.0, crops=_CROPS)


def _name_of(model: Any) -> str:
    """The name a network was created by."""
    own = [name for name, kind in _OWN.items() if type(model) is kind]
    return own[0] if own else str(model.pretrained_cfg["architecture"])


def _timm(name: str, num_outputs: int) -> nn.Module:
    if not timm.is_model(name):
        known = dict.fromkeys([*(entry.name for entry in NETWORKS), *timm.list_models()])
        near = difflib.get_close_matches(name, known, n=3, cutoff=0.5)
        hint = f"Did you mean {' or '.join(near)}?" if near else "Choose one from the list, or a network of timm."
        raise UserError(f"There is no network named {name[:80]!r}. {hint}")
    try:
        model: nn.Module = timm.create_model(name, num_classes=num_outputs)
        classifier_name(model)
    except (RuntimeError, ValueError) as error:
        raise UserError(f"{name} cannot be used here: {error} Choose another network.") from error
    return model


def _fit_size(name: str, model: nn.Module, image_size: int) -> None:
    """Adapt the network to another input size and prove it with one picture; raises UserError where that cannot be."""
    try:
        if hasattr(model, "set_input_size"):  # timm's transformers resample their position embedding
            model.set_input_size(img_size=image_size)  # type: ignore[operator]
        with torch.no_grad():
            model.eval()(torch.zeros(1, 3, image_size, image_size))
    except (RuntimeError, AssertionError, ValueError) as error:
        raise UserError(
            f"{name} cannot take pictures of {image_size} pixels: its own is {default_size(name)}. Leave the image size at 0."
        ) from error
    model.train()
