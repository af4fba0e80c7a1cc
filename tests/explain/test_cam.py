from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional as F

from detector.data.lab import draw_lab
from detector.errors import UserError
from detector.explain.cam import explain
from detector.explain.methods import METHODS
from detector.labels import AI, REAL
from detector.models.svm import fit_svm, svm_from_fit
from detector.models.zoo import create_model, pooled_features

# after the zoo, which makes torchvision importable
import timm  # isort: skip
from pytorch_grad_cam import GradCAM  # isort: skip
from pytorch_grad_cam.utils.model_targets import ClassifierOutputTarget  # isort: skip

SWIN = {"img_size": 64, "window_size": 2, "embed_dim": 12, "depths": (1, 1, 1, 1)}


def network(name: str, **arguments: object) -> nn.Module:
    torch.manual_seed(0)
    return (timm.create_model(name, num_classes=2, **arguments) if arguments else create_model(name)).eval()


def noise(side: int, seed: int = 0, count: int = 1) -> torch.Tensor:
    return torch.randn(count, 3, side, side, generator=torch.Generator().manual_seed(seed))


def patches(tokens: torch.Tensor) -> torch.Tensor:
    """What pytorch-grad-cam needs to be told of a transformer with one class token."""
    side = int((tokens.shape[1] - 1) ** 0.5)
    return tokens[:, 1:].unflatten(1, (side, side)).permute(0, 3, 1, 2)


def reference(model: nn.Module, layer: nn.Module, x: torch.Tensor, label: int, reshape: object = None) -> np.ndarray:
    """pytorch-grad-cam's map before it is stretched to 0–1, where its 1e-7 in the divisor shows in small maps."""
    with GradCAM(model=model, target_layers=[layer], reshape_transform=reshape) as cam:
        cam(input_tensor=x, targets=[ClassifierOutputTarget(label)])
        found = cam.activations_and_grads
        features, gradients = found.activations[0].numpy(), found.gradients[0].numpy()
        return np.maximum(cam.get_cam_image(x, layer, [], features, gradients), 0)[0]


class Linear(nn.Module):
    """Given features, and the mean of each channel weighted: the class score is known by hand."""

    def __init__(self, filters: torch.Tensor, pool: int) -> None:
        super().__init__()
        self.register_buffer("filters", filters)
        self.pool = pool

    def forward_features(self, x: torch.Tensor) -> torch.Tensor:
        return F.avg_pool2d(F.conv2d(x, self.filters, padding=2).abs(), self.pool)

    def forward_head(self, features: torch.Tensor) -> torch.Tensor:
        return features.mean(dim=(1, 2, 3)).unsqueeze(1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.forward_head(self.forward_features(x))


@pytest.mark.parametrize(
    ("name", "arguments", "layer", "side", "reshape"),
    [
        ("resnet18", {}, "layer4.1", 64, None),
        ("tf_efficientnet_lite0", {}, "bn2", 64, None),
        ("lenet5", {}, "features.6", 32, None),
        ("test_vit", {"img_size": 64}, "blocks.5.norm1", 64, patches),
        ("vit_tiny_patch16_224", {"img_size": 32, "depth": 3}, "blocks.2.norm1", 32, patches),
        ("swin_tiny_patch4_window7_224", SWIN, "norm", 64, lambda features: features.permute(0, 3, 1, 2)),
    ],
)
def test_a_map_is_that_of_pytorch_grad_cam(name, arguments, layer, side, reshape):
    model = network(name, **arguments)
    x, peaks = noise(side), []
    for label in (REAL, AI):
        heat = explain(model, x, label)
        peaks.append(heat.max())
        theirs = reference(model, model.get_submodule(layer), x, label, reshape)
        np.testing.assert_allclose(heat, theirs, atol=1e-4 * heat.max())
    assert max(peaks) > 0, "two maps of zeros agree about nothing"


def test_threads_on_one_model_give_the_maps_of_a_single_thread():
    model = network("test_resnet", in_chans=3)
    pictures = [noise(64, seed) for seed in range(8)]
    alone = [explain(model, x, AI) for x in pictures]
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(lambda x: explain(model, x, AI), pictures * 3))
    for ours, wanted in zip(together, alone * 3, strict=True):
        np.testing.assert_allclose(ours, wanted, atol=1e-6)


@pytest.mark.parametrize("name", ["vit_tiny_patch16_224", "deit_tiny_distilled_patch16_224", "vit_small_patch14_reg4_dinov2"])
def test_a_transformer_that_decides_by_its_class_token_still_gets_a_map(name):
    side = 42 if "patch14" in name else 48
    model = network(name, img_size=side, depth=2, global_pool="token")
    heats = [explain(model, noise(side), label) for label in (REAL, AI)]
    assert heats[0].shape == (3, 3)
    assert max(heat.max() for heat in heats) > 0


def test_the_map_of_a_transformer_follows_a_patch_grid_that_is_no_square():
    model = network("vit_tiny_patch16_224", img_size=(32, 64), depth=2)
    assert explain(model, torch.randn(1, 3, 32, 64)).shape == (2, 4)


@pytest.mark.parametrize("method", METHODS)
def test_explaining_real_with_one_logit_explains_the_negated_logit(method):
    torch.manual_seed(0)
    model, negated = create_model("lenet5", num_outputs=1).eval(), create_model("lenet5", num_outputs=1).eval()
    negated.load_state_dict(model.state_dict())
    with torch.no_grad():
        negated.get_classifier().weight.neg_()
    heat = explain(model, noise(32), REAL, method)
    assert heat.max() > 0
    np.testing.assert_allclose(heat, explain(negated, noise(32), AI, method), rtol=1e-5)


@pytest.mark.parametrize("method", METHODS)
def test_the_map_peaks_inside_the_mark_that_the_detector_looks_for(method):
    squares = torch.tensor([[1.0, -1.0], [-1.0, 1.0]]).repeat_interleave(2, 0).repeat_interleave(2, 1)
    detector = Linear(squares.expand(1, 3, 4, 4) / 48, pool=8).eval()
    picture, mask = draw_lab(AI, "checkerboard", np.random.default_rng(3), 64)
    x = torch.tensor(np.asarray(picture), dtype=torch.float32).permute(2, 0, 1).unsqueeze(0) / 255
    heat = explain(detector, x, AI, method)
    covered = np.asarray(mask.resize((8, 8))) / 255
    assert heat.shape == (8, 8)
    assert covered[np.unravel_index(heat.argmax(), heat.shape)] > 0.9
    assert heat[covered > 0.9].mean() > 2 * heat[covered < 0.1].mean()


def test_hirescam_adds_up_to_the_score_of_a_linear_head():
    detector = Linear(torch.randn(5, 3, 3, 3, generator=torch.Generator().manual_seed(1)), pool=4).eval()
    x = noise(16)
    score = detector.forward_head(detector.forward_features(x)).item()
    assert explain(detector, x, AI, "hirescam").sum() == pytest.approx(score, rel=1e-5)


def test_grad_cam_weighs_channels_by_their_mean_gradient():
    features = torch.tensor([[[[1.0, 2.0]], [[4.0, 1.0]]]])
    gradients = torch.tensor([[[[3.0, 1.0]], [[-1.0, 0.0]]]])
    assert METHODS["gradcam"].combine(features, gradients).tolist() == [[[0.0, 3.5]]]
    assert METHODS["hirescam"].combine(features, gradients).tolist() == [[[0.0, 2.0]]]


def test_an_svm_gets_the_map_of_its_backbone_features():
    torch.manual_seed(0)
    backbone = create_model("lenet5").eval()
    pictures = noise(32, count=24)
    with torch.no_grad():
        features = pooled_features(backbone, pictures).numpy()
    model = svm_from_fit(backbone, fit_svm(features, np.arange(24) % 2, [1.7], [1.0], folds=2, seed=0))
    heats = [explain(model, pictures[:1] + 0.1, label) for label in (REAL, AI)]
    assert heats[0].shape == (10, 10)
    assert max(heat.max() for heat in heats) > 0


def test_a_map_needs_no_gradients_from_its_caller_and_leaves_none():
    model = network("test_resnet", in_chans=3)
    before = explain(model, noise(64))
    with torch.no_grad():
        within = explain(model, noise(64))
    np.testing.assert_array_equal(before, within)
    assert within.dtype == np.float32
    assert within.min() >= 0
    assert all(parameter.grad is None for parameter in model.parameters())


@pytest.mark.parametrize(
    ("name", "arguments", "side"),
    [("xcit_nano_12_p16_224", {"img_size": 32, "depth": 2}, 32), ("crossvit_9_240", {"depth": [[1, 1, 0]]}, 240)],
)
def test_a_network_without_places_is_refused_in_one_line(name, arguments, side):
    with pytest.raises(UserError, match=r"^No heat map can be drawn from a \w+: .*$"):
        explain(network(name, **arguments), noise(side))


def test_an_unknown_method_is_answered_with_those_there_are():
    with pytest.raises(UserError, match="gradcam or hirescam"):
        explain(create_model("lenet5").eval(), noise(32), AI, "magic")
