"""Our maps and pytorch-grad-cam's, number by number: every network of the zoo, and every method that both have."""

import numpy as np
import pytest
import torch

from detector.explain.cam import explain
from detector.explain.features import see
from detector.explain.formulas import FORMULAS
from detector.explain.masking import ablationcam, scorecam
from detector.labels import AI, REAL
from tests.explain.networks import ZOO, noise, reference, relative

# after the zoo, which makes torchvision importable
from pytorch_grad_cam.utils.svd_on_activations import get_2d_projection_with_sign_correction  # isort: skip

FORMULA_OF = {
    "hirescam": "HiResCAM",
    "gradcam++": "GradCAMPlusPlus",
    "layercam": "LayerCAM",
    "randomcam": "RandomCAM",
    "scorecam": "ScoreCAM",
}
TRANSFORMER = "vit_base_patch16_224"


def agree(ours: np.ndarray, theirs: np.ndarray, tolerance: float = 1e-4) -> None:
    assert np.abs(theirs).max() > 0, "maps of zeros agree about nothing"
    np.testing.assert_allclose(ours, theirs, rtol=0, atol=tolerance * np.abs(theirs).max())


@pytest.mark.parametrize("name", ZOO)
def test_the_default_map_of_every_network_is_that_of_pytorch_grad_cam(name):
    model, x = relative(name), noise(ZOO[name].side)
    maps = [reference(model, ZOO[name].layer, x, label, reshape=ZOO[name].reshape) for label in (REAL, AI)]
    for label in (AI,) if name == "svm" else (REAL, AI):
        ours, theirs = explain(model, x, label), np.maximum(maps[label], 0)
        np.testing.assert_allclose(ours, theirs, rtol=0, atol=1e-4 * max(each.max() for each in maps))
    assert max(each.max() for each in maps) > 0, "maps of zeros agree about nothing"


@pytest.mark.parametrize("label", [REAL, AI])
@pytest.mark.parametrize("method", FORMULA_OF)
@pytest.mark.parametrize("name", ["lenet5", TRANSFORMER])
def test_a_method_that_both_have_gives_the_same_map(name, method, label):
    model, x = relative(name), noise(ZOO[name].side)
    theirs = reference(model, ZOO[name].layer, x, label, FORMULA_OF[method], ZOO[name].reshape)
    agree(explain(model, x, label, method), np.maximum(theirs, 0))


def test_score_cam_tries_the_most_varied_features_where_there_are_too_many():
    model, x = relative("lenet5"), noise(32)
    features = see(model, x).features.detach()
    varied = features.flatten(2).std(dim=2)[0].topk(4).indices
    few = scorecam(model, x, features, lambda logits: logits[:, AI], channels=4)
    by_hand = scorecam(model, x, features[:, varied], lambda logits: logits[:, AI])
    agree(few.numpy(), by_hand.numpy())
    whole = scorecam(model, x, features, lambda logits: logits[:, AI])
    assert not torch.allclose(few, whole), "the limit matters"


@pytest.mark.parametrize("label", [REAL, AI])
def test_ablation_cam_is_that_of_pytorch_grad_cam_times_the_score(label):
    model, x = relative("lenet5"), noise(32)
    seen, score = see(model, x), lambda logits: logits[:, label]
    ours = ablationcam(model, x, seen.features.detach(), seen.logits.detach(), seen.head, score)[0]
    theirs = reference(model, ZOO["lenet5"].layer, x, label, "AblationCAM")
    agree(ours.numpy(), theirs * seen.logits[0, label].item(), 1e-3)  # theirs divides by the score first


@pytest.mark.parametrize("name", ["lenet5", TRANSFORMER])
def test_eigencam_is_pytorch_grad_cams_projection_with_its_sign_settled(name):
    model, x = relative(name), noise(ZOO[name].side)
    features = see(model, x).features.detach()
    grid = ZOO[name].reshape(features) if ZOO[name].reshape else features
    agree(FORMULAS["eigencam"](grid, grid).numpy(), get_2d_projection_with_sign_correction(grid.numpy()))
    agree(explain(model, x, AI, "eigencam"), explain(model, x, REAL, "eigencam"))


def test_grad_cam_weighs_channels_by_their_mean_gradient():
    features = torch.tensor([[[[1.0, 2.0]], [[4.0, 1.0]]]])
    gradients = torch.tensor([[[[3.0, 1.0]], [[-1.0, 0.0]]]])
    assert FORMULAS["gradcam"](features, gradients).tolist() == [[[0.0, 3.5]]]
    assert FORMULAS["hirescam"](features, gradients).tolist() == [[[-1.0, 2.0]]]
    assert FORMULAS["layercam"](features, gradients).tolist() == [[[3.0, 2.0]]]
