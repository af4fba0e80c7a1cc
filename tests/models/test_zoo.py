import subprocess
import sys

import pytest
import torch
from torch import nn

from detector.data.preprocess import IMAGENET_MEAN, Preprocess
from detector.errors import UserError
from detector.models.names import FITTED, NETWORKS, network
from detector.models.zoo import (
    backbone_features,
    classifier_name,
    create_model,
    default_preprocess,
    default_size,
    pooled_features,
)

PLAIN = [entry for entry in NETWORKS if entry.name not in FITTED]


def on_meta(name: str, **options) -> nn.Module:
    """The network without the memory for its weights."""
    with torch.device("meta"):
        return create_model(name, **options).eval()


@pytest.mark.parametrize("entry", PLAIN, ids=lambda entry: entry.name)
def test_every_listed_network_is_as_large_and_takes_the_pictures_it_says(entry):
    model = on_meta(entry.name)
    x = torch.zeros(1, 3, entry.size, entry.size, device="meta")
    assert sum(parameter.numel() for parameter in model.parameters()) == entry.parameters
    assert default_size(entry.name) == entry.size
    assert model(x).shape == (1, 2)
    assert pooled_features(model, x).shape == (1, backbone_features(model))
    assert on_meta(entry.name, num_outputs=1).get_classifier().out_features == 1


def test_the_list_can_be_read_without_torch():
    code = "import sys, detector.models.names; print([name for name in ('torch', 'timm', 'torchvision') if name in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "[]"


def test_a_name_that_is_not_listed_has_no_entry():
    assert network("lenet5").studies == ("athens",)
    assert network("resnet34") is None


def test_any_other_network_of_timm_works_by_its_name():
    model = on_meta("convnext_atto", num_outputs=1)
    assert classifier_name(model) == "head.fc"
    assert model(torch.zeros(2, 3, 64, 64, device="meta")).shape == (2, 1)


@pytest.mark.parametrize(("wrong", "near"), [("resnet81", "resnet18"), ("lenet", "lenet5"), ("googelnet", "googlenet")])
def test_a_misspelt_name_is_answered_with_its_neighbours(wrong, near):
    with pytest.raises(UserError, match=rf"Did you mean .*\b{near}\b"):
        create_model(wrong)


@pytest.mark.parametrize("name", ["", "no such network at all", "hf_hub:timm/resnet18", "../weights", "resnet18.no_such_tag"])
def test_a_name_that_is_no_network_gives_one_clear_line(name):
    with pytest.raises(UserError) as caught:
        create_model(name)
    assert "\n" not in str(caught.value)


def test_a_network_with_two_classifiers_is_refused():
    with pytest.raises(UserError, match="one linear layer"):
        create_model("deit_tiny_distilled_patch16_224")


def test_a_transformer_takes_the_size_it_was_created_for():
    model = create_model("test_vit", image_size=48)
    assert model.training
    assert model.pos_embed.shape[1] == 3 * 3 + 1
    assert model(torch.zeros(1, 3, 48, 48)).shape == (1, 2)


@pytest.mark.parametrize(("name", "size"), [("vit_tiny_patch16_224", 8), ("cait_xxs24_224", 64), ("inception_v3", 32)])
def test_a_size_that_a_network_cannot_take_is_said_before_training(name, size):
    with pytest.raises(UserError, match=f"cannot take pictures of {size} pixels"):
        on_meta(name, image_size=size)


def test_timm_networks_are_given_the_means_they_were_pretrained_with():
    assert default_preprocess("resnet18", on_meta("resnet18")).mean == IMAGENET_MEAN
    clip = default_preprocess("vit_base_patch16_clip_quickgelu_224", on_meta("vit_base_patch16_clip_quickgelu_224"))
    assert clip.mean == pytest.approx((0.4815, 0.4578, 0.4082), abs=1e-4)
    vgg = default_preprocess("vgg19", on_meta("vgg19"))
    assert vgg.interpolation == "bilinear"


def test_our_own_networks_see_pixels_from_minus_one_to_one():
    assert default_preprocess("lenet5", on_meta("lenet5")) == Preprocess(size=32)


def test_the_packaged_efficientnet_and_the_original_googlenet_keep_their_own_scales():
    lite = default_preprocess("tf_efficientnet_lite0", on_meta("tf_efficientnet_lite0"))
    assert [value * 255 for value in (*lite.mean, *lite.std)] == pytest.approx([127] * 3 + [128] * 3)
    bvlc = default_preprocess("googlenet_bvlc", on_meta("googlenet_bvlc"))
    assert [value * 255 for value in (*bvlc.mean, *bvlc.std)] == pytest.approx([122.7, 116.7, 104.0, 1, 1, 1])


def test_the_whole_picture_is_seen_unless_a_part_is_asked_for():
    model = on_meta("lenet5")
    assert default_preprocess("lenet5", model).box(200, 100) == (0, 0, 200, 100)
    shorter = default_preprocess("lenet5", model, image_size=28, resize="shorter")
    assert (shorter.size, shorter.canvas_size, shorter.resize) == (28, 32, "shorter")
    assert default_preprocess("lenet5", model, image_size=28, resize="native").canvas_size == 32


def test_an_unknown_way_to_resize_is_refused():
    with pytest.raises(UserError, match="squash, shorter, native"):
        default_preprocess("lenet5", on_meta("lenet5"), resize="stretch")


def test_an_svm_reads_its_backbone_and_takes_a_fitted_ones_weights():
    model = create_model("svm", backbone="lenet5", support_vectors=3).eval()
    x = torch.randn(2, 3, 32, 32)
    assert model(x).shape == (2, 1)
    assert pooled_features(model, x).shape == (2, 84)
    assert default_preprocess("svm", model) == default_preprocess("lenet5", model.backbone)
    again = create_model("svm", backbone="lenet5", support_vectors=3).eval()
    again.load_state_dict(model.state_dict())
    torch.testing.assert_close(again(x), model(x))


def test_an_svm_on_a_timm_network_takes_that_networks_preprocessing():
    model = on_meta("svm", backbone="resnet18")
    assert default_preprocess("svm", model, image_size=96).mean == IMAGENET_MEAN
    assert default_preprocess("svm", model, image_size=96).size == 96
