import numpy as np
import pytest
import torch

from detector.errors import UserError
from detector.explain.cam import explain, layers
from detector.explain.features import as_grid, base
from detector.explain.hooked import LAST, private_copy, see_at
from detector.labels import AI
from tests.explain.networks import ZOO, noise, reference, relative, timm


@pytest.mark.parametrize("name", ["lenet5", "cnn3", "cnn11", "resnet18", "googlenet", "googlenet_bvlc", "svm", "vgg19"])
def test_earlier_layers_are_finer_and_lead_to_the_same_logits(name):
    model, x = relative(name), noise(ZOO[name].side)
    with torch.no_grad():
        wanted = model(x)
    sides = [explain(model, x).shape[0]]
    for layer in layers(model)[1:]:
        seen = see_at(model, x, layer)
        torch.testing.assert_close(seen.logits, wanted, rtol=1e-5, atol=1e-5)
        torch.testing.assert_close(seen.head(seen.features), wanted, rtol=1e-5, atol=1e-5)
        sides.append(as_grid(base(model), seen.features, x).shape[-1])
    assert len(sides) >= 2
    assert sides == sorted(sides), "ever finer"
    assert sides[-1] > sides[0]


@pytest.mark.parametrize(
    ("name", "layer"),
    [
        ("resnet18", "layer2"),
        ("tf_efficientnet_lite0", "blocks.2"),
        ("vgg19", "features.26"),
        ("vit_base_patch16_224", "blocks.0"),
    ],
)
def test_the_map_of_an_earlier_layer_is_that_of_pytorch_grad_cam(name, layer):
    model, x = relative(name), noise(ZOO[name].side)
    assert layer in layers(model)
    theirs = np.maximum(reference(model, layer, x, AI, reshape=ZOO[name].reshape), 0)
    assert theirs.max() > 0
    np.testing.assert_allclose(explain(model, x, AI, "gradcam", layer), theirs, rtol=0, atol=1e-4 * theirs.max())


@pytest.mark.parametrize("method", ["scorecam", "ablationcam", "eigencam"])
def test_other_methods_read_earlier_layers_too(method):
    model = relative("lenet5")
    fine, coarse = (explain(model, noise(32), AI, method, layer) for layer in ("features.2", LAST))
    assert (fine.shape, coarse.shape) == ((28, 28), (10, 10))
    assert fine.max() > 0


def test_ablating_a_channel_of_an_earlier_layer_is_ablating_it_in_the_network():
    model, x = relative("lenet5"), noise(32)
    seen = see_at(model, x, "features.2")
    ablated = seen.features.detach().repeat(2, 1, 1, 1)
    ablated[0, 3] = 0
    with torch.no_grad():
        wanted = model.forward_head(model.features[3:](ablated))
        torch.testing.assert_close(seen.head(ablated), wanted)


def test_a_private_copy_shares_the_numbers_and_no_module():
    model = relative("resnet18")
    own = private_copy(model)
    for mine, shared in zip(own.state_dict().values(), model.state_dict().values(), strict=True):
        assert mine.data_ptr() == shared.data_ptr()
    assert not set(own.modules()) & set(model.modules())
    assert not any(parameter.requires_grad for parameter in own.parameters())


def test_explaining_a_layer_leaves_no_hook_on_the_shared_network():
    model = relative("resnet18")
    explain(model, noise(64), AI, "gradcam", "layer2")
    assert not any(module._forward_hooks for module in model.modules())


def test_the_last_layer_comes_first_and_is_the_default():
    model = relative("resnet18")
    assert layers(model) == (LAST, "layer3", "layer2", "layer1", "act1")
    np.testing.assert_array_equal(explain(model, noise(64)), explain(model, noise(64), layer=LAST))


def test_an_unknown_layer_is_answered_with_those_there_are():
    with pytest.raises(UserError, match=r"choose last or features\.2"):
        explain(relative("lenet5"), noise(32), AI, "gradcam", "classifier")


def test_a_network_that_tells_no_stages_has_the_default_alone():
    model = timm.create_model("test_mambaout", num_classes=2).eval()
    model.feature_info = []
    assert layers(model) == (LAST,)
