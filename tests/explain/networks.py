"""Small relatives of every network of the zoo, random but alive, and pytorch-grad-cam's maps of them."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from torch import nn

from detector.models.svm import fit_svm, svm_from_fit
from detector.models.zoo import create_model, pooled_features

# after the zoo, which makes torchvision importable
import timm  # isort: skip
import pytorch_grad_cam  # isort: skip
from pytorch_grad_cam.utils.model_targets import RawScoresOutputTarget  # isort: skip

Maps = dict[str, np.ndarray]


@dataclass(frozen=True)
class Relative:
    """How to make it, the side of its pictures, and where pytorch-grad-cam has to look for its last features."""

    make: Callable[[], nn.Module]
    side: int
    layer: str
    reshape: Callable[[torch.Tensor], torch.Tensor] | None = None


def patches(tokens: torch.Tensor) -> torch.Tensor:
    """What pytorch-grad-cam needs to be told of a transformer with one class token."""
    side = int((tokens.shape[1] - 1) ** 0.5)
    return tokens[:, 1:].unflatten(1, (side, side)).permute(0, 3, 1, 2)


def channels_first(features: torch.Tensor) -> torch.Tensor:
    return features.permute(0, 3, 1, 2)


def svm() -> nn.Module:
    """A machine on LeNet's features of noise."""
    backbone = filled(create_model("lenet5"))
    with torch.no_grad():
        features = pooled_features(backbone, noise(32, count=24)).numpy()
    return svm_from_fit(backbone, fit_svm(features, np.arange(24) % 2, [1.7], [1.0], folds=2, seed=0))


def vgg() -> nn.Module:
    """VGG-19 with an eighth of its channels and 64 hidden features instead of 4096."""
    with torch.device("meta"):  # drawing the first weights of the hidden layers takes seconds
        model = timm.models.vgg.VGG(_VGG, num_classes=2)
    model.pre_logits, model.head = timm.models.vgg.ConvMlp(64, 64), timm.layers.ClassifierHead(64, 2)
    return model.to_empty(device="cpu")


def inception() -> nn.Module:
    with torch.device("meta"):
        model = create_model("inception_v3")
    return model.to_empty(device="cpu")


VIT = {"img_size": 48, "depth": 2, "embed_dim": 24, "num_heads": 3}
SWIN = {"img_size": 64, "window_size": 2, "embed_dim": 12, "depths": (1, 1, 1, 1)}
_VGG = [8, 8, "M", 16, 16, "M", 32, 32, 32, 32, "M", 64, 64, 64, 64, "M", 64, 64, 64, 64, "M"]


def _own(name: str, **arguments: int) -> Callable[[], nn.Module]:
    return lambda: create_model(name, **arguments)


def _timm(name: str, **arguments: object) -> Callable[[], nn.Module]:
    return lambda: timm.create_model(name, num_classes=2, **arguments)


ZOO = {
    "lenet5": Relative(_own("lenet5"), 32, "features.6"),
    "cnn3": Relative(_own("cnn3"), 64, "features.5"),
    "cnn11": Relative(_own("cnn11", image_size=32), 32, "features.26"),
    "resnet18": Relative(_own("resnet18"), 64, "layer4"),
    "resnet50": Relative(_timm("resnet50", layers=(1, 1, 1, 1)), 64, "layer4"),
    "googlenet": Relative(_own("googlenet"), 64, "inception5b"),
    "googlenet_bvlc": Relative(_own("googlenet_bvlc"), 64, "inception_5b"),
    "vgg19": Relative(vgg, 64, "features"),
    "inception_v3": Relative(inception, 75, "Mixed_7c"),
    "tf_efficientnet_lite0": Relative(_own("tf_efficientnet_lite0"), 64, "bn2"),
    "vit_base_patch16_224": Relative(_timm("vit_base_patch16_224", **VIT), 48, "blocks.1.norm1", patches),
    "vit_base_patch16_clip_quickgelu_224": Relative(
        _timm("vit_base_patch16_clip_quickgelu_224", **VIT), 48, "blocks.1.norm1", patches
    ),
    "svm": Relative(svm, 32, "backbone.features.6"),
    "swin_tiny_patch4_window7_224": Relative(_timm("swin_tiny_patch4_window7_224", **SWIN), 64, "norm", channels_first),
}


def relative(name: str) -> nn.Module:
    """The network in eval mode, always with the same weights."""
    return svm() if name == "svm" else filled(ZOO[name].make())


def filled(model: nn.Module) -> nn.Module:
    """Random weights that pass a signal, and BatchNorm as it begins."""
    torch.manual_seed(0)
    for name, tensor in [*model.named_parameters(), *model.named_buffers()]:
        if not tensor.is_floating_point():
            continue
        if tensor.ndim > 1:
            nn.init.normal_(tensor.data, std=(2 / tensor[0].numel()) ** 0.5 if tensor.ndim > 2 else 0.2)
        else:
            tensor.data.fill_(1.0 if name.endswith(("weight", "gamma", "running_var")) else 0.0)
    return model.eval()


def noise(side: int, seed: int = 0, count: int = 1) -> torch.Tensor:
    return torch.randn(count, 3, side, side, generator=torch.Generator().manual_seed(seed))


def reference(
    model: nn.Module,
    layer: str,
    x: torch.Tensor,
    label: int,
    kind: str = "GradCAM",
    reshape: Callable[[torch.Tensor], torch.Tensor] | None = None,
) -> np.ndarray:
    """pytorch-grad-cam's map with its negative parts, before it is stretched to 0–1.

    There its 1e-7 in the divisor shows in small maps. An svm's one logit is explained for AI-generated.
    """
    module = model.get_submodule(layer)
    target = (lambda logits: logits[label]) if len(model(x)[0]) == 2 else RawScoresOutputTarget()
    picture = x.clone().requires_grad_()  # the layers of a frozen backbone carry no gradient otherwise
    with getattr(pytorch_grad_cam, kind)(model=model, target_layers=[module], reshape_transform=reshape) as cam:
        cam(input_tensor=picture, targets=[target])
        found = cam.activations_and_grads
        features = found.activations[0].numpy()
        gradients = found.gradients[0].numpy() if found.gradients else None
        np.random.seed(0)
        return cam.get_cam_image(x, module, [target], features, gradients, False)[0]
