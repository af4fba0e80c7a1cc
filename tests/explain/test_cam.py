import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional as F

from detector.data.lab import draw_lab
from detector.errors import UserError
from detector.explain.cam import explain, explain_signed, explain_with_logits, margin
from detector.explain.methods import METHODS, methods_for
from detector.labels import AI, REAL
from detector.models.zoo import create_model
from tests.explain.networks import VIT, filled, noise, relative, timm

CNN_METHODS = methods_for("resnet18")
SIGNED = [key for key in CNN_METHODS if METHODS[key].signed]


class Linear(nn.Module):
    """Given features, and the mean of each channel: the class score is known by hand."""

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


@pytest.mark.parametrize("name", ["deit_tiny_distilled_patch16_224", "vit_small_patch14_reg4_dinov2"])
def test_a_transformer_with_more_tokens_than_patches_gets_a_map_of_its_patches(name):
    side = 42 if "patch14" in name else 48
    model = filled(timm.create_model(name, num_classes=2, **(VIT | {"img_size": side}), global_pool="token"))
    heats = [explain(model, noise(side), label) for label in (REAL, AI)]
    assert heats[0].shape == (3, 3)
    assert max(heat.max() for heat in heats) > 0


def test_the_map_of_a_transformer_follows_a_patch_grid_that_is_no_square():
    model = timm.create_model("vit_tiny_patch16_224", num_classes=2, img_size=(32, 64), depth=2).eval()
    assert explain(model, torch.randn(1, 3, 32, 64)).shape == (2, 4)


@pytest.mark.parametrize("method", CNN_METHODS)
def test_explaining_real_with_one_logit_explains_the_negated_logit(method):
    model, negated = (filled(create_model("lenet5", num_outputs=1)) for _ in range(2))
    with torch.no_grad():
        negated.get_classifier().weight.neg_()
    heat = explain(model, noise(32), REAL, method)
    assert heat.max() > 0
    np.testing.assert_allclose(heat, explain(negated, noise(32), AI, method), rtol=1e-4, atol=1e-5 * heat.max())


@pytest.mark.parametrize("method", [key for key in CNN_METHODS if key != "randomcam"])
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
    assert explain(detector, noise(16), AI, "hirescam").sum() == pytest.approx(detector(noise(16)).item(), rel=1e-5)


@pytest.mark.parametrize("method", SIGNED)
@pytest.mark.parametrize("name", ["lenet5", "svm"])
def test_a_signed_map_for_one_class_is_the_negative_of_the_others(name, method):
    model = relative(name)
    heats = [explain_signed(model, noise(32), label, method) for label in (REAL, AI)]
    np.testing.assert_allclose(heats[0], -heats[1], rtol=1e-4, atol=1e-5 * np.abs(heats[1]).max())
    assert heats[1].any()


def test_with_one_logit_the_map_is_the_positive_part_of_the_signed_one():
    model = relative("svm")
    for label in (REAL, AI):
        np.testing.assert_array_equal(np.maximum(explain_signed(model, noise(32), label), 0), explain(model, noise(32), label))


def test_the_signed_map_ignores_what_raises_both_logits_alike():
    model = filled(create_model("lenet5"))
    before, x = explain_signed(model, noise(32)), noise(32)
    with torch.no_grad():
        model.get_classifier().weight += 3
    np.testing.assert_allclose(explain_signed(model, x), before, rtol=1e-3, atol=1e-5 * np.abs(before).max())
    assert margin(torch.tensor([[2.0, 5.0]]), REAL).item() == -3


@pytest.mark.parametrize("method", [key for key in METHODS if not METHODS[key].signed])
def test_a_method_without_a_sign_refuses_a_signed_map(method):
    with pytest.raises(UserError, match="choose gradcam or hirescam"):
        explain_signed(relative("vit_base_patch16_224"), noise(48), AI, method)


@pytest.mark.parametrize("method", METHODS)
def test_the_logits_that_come_with_a_map_are_the_networks(method):
    model, x = relative("vit_base_patch16_224"), noise(48)
    heat, logits = explain_with_logits(model, x, lambda logits: int(logits.argmax()), method)
    with torch.no_grad():
        np.testing.assert_allclose(logits, model(x), rtol=1e-5)
    np.testing.assert_array_equal(heat, explain(model, x, int(logits.argmax()), method))


@pytest.mark.parametrize("method", METHODS)
def test_a_map_needs_no_gradients_from_its_caller_and_leaves_none(method):
    model = relative("vit_base_patch16_224")
    before = explain(model, noise(48), AI, method)
    with torch.no_grad():
        within = explain(model, noise(48), AI, method)
    np.testing.assert_array_equal(before, within)
    assert within.dtype == np.float32
    assert within.min() >= 0
    assert within.max() > 0
    assert all(parameter.grad is None for parameter in model.parameters())


@pytest.mark.parametrize(
    ("name", "arguments", "side"),
    [
        ("xcit_nano_12_p16_224", {"img_size": 32, "depth": 2}, 32),
        ("crossvit_9_240", {"depth": [[1, 1, 0]], "embed_dim": (16, 16), "num_heads": (2, 2)}, 240),
    ],
)
def test_a_network_without_places_is_refused_in_one_line_and_can_still_be_occluded(name, arguments, side):
    model = timm.create_model(name, num_classes=2, **arguments).eval()
    with pytest.raises(UserError, match=r"^No heat map can be drawn from a \w+: .*$"):
        explain(model, noise(side))
    assert explain(model, noise(side), AI, "occlusion").shape == (8, 8)


def test_an_unknown_method_is_answered_with_those_there_are():
    with pytest.raises(UserError, match=r"gradcam or hirescam or gradcam\+\+"):
        explain(create_model("lenet5").eval(), noise(32), AI, "magic")
