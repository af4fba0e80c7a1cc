from dataclasses import replace

import numpy as np
import pytest
import torch

from detector.errors import UserError, WeightsError
from detector.explain.cam import explain_signed
from detector.files import read_json, write_json
from detector.models.encoder import FrozenEncoder
from detector.models.fitted_head import set_head
from detector.models.library import save_as
from detector.models.linear_fit import LinearFit
from detector.models.weights import load_weights, save_weights
from detector.models.weights_config import WeightsConfig
from detector.models.zoo import create_model, default_preprocess, pooled_features

VIT, CNN = "test_vit.r160_in1k", "test_resnet.r160_in1k"
READ = [
    (CNN, "last", "mean"),
    (CNN, "2,3,5", "mean+std"),
    (VIT, "last", "class"),
    (VIT, "2,last", "class+mean+std"),
    (VIT, "3,1", "mean"),
]


def encoder(backbone: str, taps: str, pool: str, size: int = 0) -> FrozenEncoder:
    torch.manual_seed(0)
    model = create_model("encoder", backbone=backbone, taps=taps, pool=pool, image_size=size)
    assert isinstance(model, FrozenEncoder)
    features = model.linear.in_features
    mean, scale, weight = (draw.astype("float32") for draw in np.random.default_rng(0).uniform(0.5, 1.5, (3, features)))
    set_head(model, LinearFit(1.0, mean, scale, weight, 0.3))
    return model.eval()


@pytest.fixture
def x() -> torch.Tensor:
    return torch.randn(2, 3, 160, 160, generator=torch.Generator().manual_seed(1))


@pytest.mark.parametrize(("backbone", "taps", "pool"), READ)
def test_the_way_over_the_feature_map_gives_the_same_logits(backbone, taps, pool, x):
    model = encoder(backbone, taps, pool)
    with torch.no_grad():
        direct = model(x)
        torch.testing.assert_close(model.forward_head(model.forward_features(x)), direct, atol=1e-3, rtol=1e-4)
        torch.testing.assert_close(model.get_classifier()(pooled_features(model, x)), direct, atol=1e-3, rtol=1e-4)
    assert direct.shape == (2, 1)
    assert not any(parameter.requires_grad for parameter in model.trunk.parameters())


@pytest.mark.parametrize("taps", ["2", "1,3", "last", "1,last"])
def test_class_tokens_alone_get_a_map_of_where_the_last_block_looked(taps, x):
    model = encoder(VIT, taps, "class")
    heat = explain_signed(model, x[:1])
    assert heat.shape == (10, 10)
    assert heat.std() > 0


def test_blocks_after_the_last_tap_are_cut_off():
    whole, cut = encoder(VIT, "last", "mean"), encoder(VIT, "2", "mean")
    assert len(cut.trunk.blocks) == 2 < len(whole.trunk.blocks)


def test_a_tap_is_what_the_block_of_that_number_gives(x):
    model = encoder(VIT, "1,2", "class+mean")
    trunk = model.trunk
    with torch.no_grad():
        tokens = trunk.norm_pre(trunk._pos_embed(trunk.patch_embed(x)))
        wanted = []
        for block in trunk.blocks:
            tokens = block(tokens)
            wanted += [tokens[:, 0], tokens[:, 1:].mean(dim=1)]
        torch.testing.assert_close(model.features(x), torch.cat(wanted, dim=1))


def test_the_map_of_means_is_each_place_s_part_of_the_logit(x):
    model = encoder(VIT, "2", "mean")
    with torch.no_grad():
        tokens = model.forward_features(x[:1])[0, model.num_prefix_tokens :]
        parts = (tokens / model.scale) @ model.linear.weight[0] / len(tokens)
        rest = model.linear.bias - (model.mean / model.scale) @ model.linear.weight[0]
        torch.testing.assert_close(parts.sum() + rest, model(x[:1])[0])
    torch.testing.assert_close(torch.from_numpy(explain_signed(model, x[:1])).flatten(), parts, atol=1e-5, rtol=1e-3)


@pytest.mark.parametrize(
    ("backbone", "taps", "pool", "why"),
    [
        (CNN, "last", "class", "no class token"),
        (VIT, "99", "mean", "blocks to read after"),
        (VIT, "four", "mean", "numbers of blocks"),
        (VIT, "0", "mean", "numbers of blocks"),
        (VIT, "", "mean", "numbers of blocks"),
        (VIT, "1", "median", "pool should be one of"),
        ("lenet5", "1", "mean", "cannot be read at its blocks"),
        ("svm", "last", "mean", "a network of its own"),
    ],
)
def test_what_cannot_be_read_is_said_in_one_line(backbone, taps, pool, why):
    with pytest.raises(UserError, match=why):
        create_model("encoder", backbone=backbone, taps=taps, pool=pool)


@pytest.mark.parametrize("compact", ["none", "lossless", "int8", "float16"])
def test_it_comes_back_from_its_folder_packed_or_not(tmp_path, compact, x):
    model = encoder(VIT, "2,3", "class+mean")
    config = WeightsConfig(
        "encoder", 1, default_preprocess("encoder", model), backbone=VIT, taps="2,3", pool="class+mean", compact=compact
    )
    save_weights(tmp_path / "packed", model, config, "card")
    again, found = load_weights(tmp_path / "packed")
    assert found.compact == compact
    with torch.no_grad():
        difference = (again(x) - model(x)).abs().max()
    assert difference == 0 if compact in ("none", "lossless") else difference < 0.5
    assert all(tensor.dtype in (torch.float32, torch.int64) for tensor in again.state_dict().values())


def test_the_licence_of_the_pretrained_weights_travels_with_them(tmp_path, monkeypatch):
    clip = "vit_base_patch16_clip_quickgelu_224"
    model = create_model("lenet5")  # small: all that is asked here is the backbone's name
    config = WeightsConfig("lenet5", 2, default_preprocess("lenet5", model), backbone=clip)
    save_weights(tmp_path / "a", model, config, "card")
    assert "Copyright (c) 2021 OpenAI" in (tmp_path / "a" / "LICENCE").read_text()
    monkeypatch.setenv("DETECTOR_HOME", str(tmp_path / "home"))
    save_as(tmp_path / "a", "kept")
    assert (tmp_path / "home" / "weights" / "kept" / "LICENCE").is_file()
    save_weights(tmp_path / "b", model, replace(config, backbone=""), "card")
    assert not (tmp_path / "b" / "LICENCE").exists()


def test_packed_weights_whose_settings_do_not_say_so_are_refused(tmp_path):
    model = encoder(VIT, "2", "mean")
    look = default_preprocess("encoder", model)
    save_weights(
        tmp_path / "a", model, WeightsConfig("encoder", 1, look, backbone=VIT, taps="2", pool="mean", compact="int8"), "card"
    )
    values = read_json(tmp_path / "a" / "config.json")
    values["telltale"]["compact"] = "none"
    write_json(tmp_path / "a" / "config.json", values)
    with pytest.raises(WeightsError, match="do not fit encoder"):
        load_weights(tmp_path / "a")
    values["telltale"]["compact"] = "zip"
    write_json(tmp_path / "a" / "config.json", values)
    with pytest.raises(WeightsError, match="packed in a way"):
        load_weights(tmp_path / "a")
