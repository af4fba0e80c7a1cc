import pytest
import torch
from torch import nn

from detector.errors import UserError
from detector.models.zoo import classifier_name, create_model, pooled_features

SMALL = [
    ("lenet5", 32),
    ("cnn3", 64),
    ("cnn3", 33),
    ("resnet20", 32),
    ("resnet20", 28),
    ("cnn11", 32),
    ("googlenet", 32),
    ("googlenet_bvlc", 32),
    ("resnet18", 64),
    ("tf_efficientnet_lite0", 64),
    ("test_vit", 160),
]


def parameters(model: nn.Module) -> int:
    return sum(parameter.numel() for parameter in model.parameters())


def on_meta(name: str, **options) -> nn.Module:
    """The network without the memory for its weights."""
    with torch.device("meta"):
        return create_model(name, **options).eval()


@pytest.mark.parametrize(("name", "size"), SMALL)
def test_the_head_of_the_features_is_the_forward_pass(name, size):
    model = create_model(name, image_size=size).eval()
    x = torch.randn(2, 3, size, size, generator=torch.Generator().manual_seed(0))
    with torch.no_grad():
        logits = model(x)
        assert logits.shape == (2, 2)
        assert not torch.equal(logits[0], logits[1])
        torch.testing.assert_close(model.forward_head(model.forward_features(x)), logits)
        torch.testing.assert_close(model.get_classifier()(pooled_features(model, x)), logits)
        assert model.get_submodule(classifier_name(model)) is model.get_classifier()


@pytest.mark.parametrize("name", ["lenet5", "cnn3", "resnet20", "googlenet", "googlenet_bvlc"])
def test_a_gradient_reaches_every_weight(name):
    model = create_model(name, image_size=32, num_outputs=1)
    model(torch.randn(4, 3, 32, 32)).square().sum().backward()
    assert [key for key, weight in model.named_parameters() if weight.grad is None] == []


def test_lenet5_has_the_layers_of_its_study():
    model = create_model("lenet5")
    assert parameters(model) == 61_370
    assert model.forward_features(torch.zeros(2, 3, 32, 32)).shape == (2, 16, 10, 10)
    assert [tuple(layer.weight.shape) for layer in model.modules() if isinstance(layer, nn.Linear)] == [
        (120, 400),
        (84, 120),
        (2, 84),
    ]


def test_resnet20_has_the_layers_of_its_paper_and_keeps_tiny_pictures_large():
    model = create_model("resnet20")
    convolutions = [layer for layer in model.modules() if isinstance(layer, nn.Conv2d) and layer.kernel_size == (3, 3)]
    assert len(convolutions) + 1 == 20  # and the linear layer
    assert model.forward_features(torch.zeros(2, 3, 32, 32)).shape == (2, 64, 8, 8)


def test_cnn3_has_the_layers_of_its_study():
    model = on_meta("cnn3")
    convolutions = [layer for layer in model.modules() if isinstance(layer, nn.Conv2d)]
    assert [layer.out_channels for layer in convolutions] == [32, 64, 128]
    assert {(layer.kernel_size, layer.stride, layer.padding) for layer in convolutions} == {((5, 5), (2, 2), (1, 1))}
    assert [layer.out_features for layer in model.modules() if isinstance(layer, nn.Linear)] == [500, 225, 2]


def test_cnn11_has_the_layers_of_its_study():
    model, sides, filters = on_meta("cnn11"), [], []
    for layer in model.modules():
        if isinstance(layer, nn.MaxPool2d):
            layer.register_forward_hook(lambda _module, _inputs, output: sides.append(tuple(output.shape[1:])))
        if isinstance(layer, nn.Conv2d):
            filters.append((layer.kernel_size[0], layer.out_channels, layer.stride[0]))
    assert model(torch.zeros(1, 3, 256, 256, device="meta")).shape == (1, 2)
    assert sides == [(32, 128, 128), (128, 64, 64), (362, 32, 32), (1024, 16, 16)]
    assert filters == [(7, 32, 1), (5, 64, 1), (5, 128, 1), (3, 256, 1), (3, 362, 1), (1, 512, 1), (1, 724, 1), (1, 1024, 1)]
    linear = [(layer.in_features, layer.out_features) for layer in model.modules() if isinstance(layer, nn.Linear)]
    assert linear == [(16 * 16 * 1024, 724), (724, 516), (516, 2)]


def test_vit_b16_has_the_parameters_of_its_study():
    model = on_meta("vit_base_patch16_224")
    assert parameters(model) == 85_800_194
    assert model.forward_features(torch.zeros(1, 3, 224, 224, device="meta")).shape == (1, 196 + 1, 768)


def test_the_original_googlenet_has_its_published_size_and_tensor_names():
    model = on_meta("googlenet_bvlc", num_outputs=1000)
    shapes = {name: tuple(tensor.shape) for name, tensor in model.state_dict().items()}
    assert parameters(model) == 6_998_552
    assert len(shapes) == 116
    assert shapes["conv2_reduce.weight"] == (64, 64, 1, 1)
    assert shapes["inception_4c.conv5x5_reduce.bias"] == (24,)
    assert shapes["inception_5b.conv3x3.weight"] == (384, 192, 3, 3)
    assert shapes["classifier.weight"] == (1000, 1024)
    assert model.forward_features(torch.zeros(1, 3, 224, 224, device="meta")).shape == (1, 1024, 7, 7)


def test_the_original_googlenet_reads_the_channels_as_blue_green_red():
    model = create_model("googlenet_bvlc").eval()
    with torch.no_grad():
        model.conv1.weight[:, 1:] = 0  # it now sees its first channel only
    grey = torch.zeros(1, 3, 32, 32)
    red, blue = grey.clone(), grey.clone()
    red[:, 0], blue[:, 2] = 50, 50
    with torch.no_grad():
        assert torch.equal(model(red), model(grey))
        assert not torch.equal(model(blue), model(grey))


def test_googlenet_gives_plain_logits_in_training_too():
    model = create_model("googlenet").train()
    assert model(torch.zeros(2, 3, 32, 32)).shape == (2, 2)
    assert not any(name.startswith("aux") for name in model.state_dict())


@pytest.mark.parametrize(("name", "smallest"), [("lenet5", 16), ("cnn3", 23), ("cnn11", 16)])
def test_the_smallest_picture_is_taken_and_a_smaller_one_refused(name, smallest):
    assert on_meta(name, image_size=smallest)(torch.zeros(1, 3, smallest, smallest, device="meta")).shape == (1, 2)
    with pytest.raises(UserError, match=f"at least {smallest} pixels"):
        create_model(name, image_size=smallest - 1)
