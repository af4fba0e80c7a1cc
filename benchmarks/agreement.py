"""Our maps against pytorch-grad-cam's, every network of the zoo at its own size: the largest difference as a share of the peak.

python -m benchmarks.agreement [NETWORK ...]

Weights are random with a fixed seed, but for EfficientNet-Lite0's, which come with the installation.
"""

import sys
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from detector.explain.cam import explain
from detector.labels import AI, REAL
from detector.models.svm import fit_svm, svm_from_fit
from detector.models.zoo import create_model, default_size, pooled_features

# after the zoo, which makes torchvision importable
import pytorch_grad_cam  # isort: skip
from pytorch_grad_cam.utils.model_targets import ClassifierOutputTarget, RawScoresOutputTarget  # isort: skip

METHODS = {"gradcam": "GradCAM", "hirescam": "HiResCAM", "gradcam++": "GradCAMPlusPlus", "layercam": "LayerCAM"}
LAYERS = {
    "lenet5": "features.6",
    "cnn3": "features.5",
    "cnn11": "features.26",
    "resnet18": "layer4",
    "resnet50": "layer4",
    "googlenet": "inception5b",
    "googlenet_bvlc": "inception_5b",
    "vgg19": "features",
    "inception_v3": "Mixed_7c",
    "tf_efficientnet_lite0": "bn2",
    "vit_base_patch16_224": "blocks.11.norm1",
    "vit_base_patch16_clip_quickgelu_224": "blocks.11.norm1",
    "svm": "backbone.bn2",
}
"""Where pytorch-grad-cam has to look for the features that ours are drawn from."""


def patches(tokens: Tensor) -> Tensor:
    side = int((tokens.shape[1] - 1) ** 0.5)
    return tokens[:, 1:].unflatten(1, (side, side)).permute(0, 3, 1, 2)


RESHAPES = {name: patches for name in LAYERS if name.startswith("vit")}


def main() -> None:
    torch.manual_seed(0)
    print("| Network | Pixels | Map |" + "".join(f" {method} |" for method in METHODS))
    print("|---" * (3 + len(METHODS)) + "|")
    for name in sys.argv[1:] or LAYERS:
        model = svm() if name == "svm" else create_model(name, pretrained=name == "tf_efficientnet_lite0").eval()
        size = default_size("tf_efficientnet_lite0" if name == "svm" else name)
        x = torch.randn(1, 3, size, size)
        shape = "×".join(map(str, explain(model, x).shape))
        shares = [difference(model, x, name, method) for method in METHODS]
        print(f"| {name} | {size} | {shape} |" + "".join(f" {share:.0e} |" for share in shares), flush=True)


def difference(model: nn.Module, x: Tensor, name: str, method: str) -> float:
    """The larger one of both labels; an svm's map for real is that of the negated logit."""
    worst = 0.0
    for label in (REAL, AI):
        theirs = reference(model, x, name, label, METHODS[method])
        ours = explain(model, x, label, method)
        peak = max(float(theirs.max()), float(ours.max()))
        worst = max(worst, float(np.abs(ours - theirs).max()) / peak if peak > 0 else 0.0)
    return worst


def reference(model: nn.Module, x: Tensor, name: str, label: int, kind: str) -> Any:
    """pytorch-grad-cam's map before it is stretched to 0–1."""
    layer = model.get_submodule(LAYERS[name])
    target: Any = ClassifierOutputTarget(label)
    if name == "svm":
        target = RawScoresOutputTarget() if label == AI else lambda logits: -logits
    picture = x.clone().requires_grad_()  # the layers of a frozen backbone carry no gradient otherwise
    with getattr(pytorch_grad_cam, kind)(model=model, target_layers=[layer], reshape_transform=RESHAPES.get(name)) as cam:
        cam(input_tensor=picture, targets=[target])
        features, gradients = (
            found[0].numpy() for found in (cam.activations_and_grads.activations, cam.activations_and_grads.gradients)
        )
        return np.maximum(cam.get_cam_image(x, layer, [target], features, gradients, False), 0)[0]


def svm() -> nn.Module:
    """A machine on the installed backbone's features of noise."""
    backbone = create_model("tf_efficientnet_lite0", pretrained=True).eval()
    with torch.no_grad():
        features = pooled_features(backbone, torch.randn(24, 3, 224, 224)).numpy()
    return svm_from_fit(backbone, fit_svm(features, np.arange(24) % 2, [1.7], [1.0], folds=2, seed=0))


if __name__ == "__main__":
    main()
