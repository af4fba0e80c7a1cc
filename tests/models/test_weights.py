import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from detector.data.preprocess import Preprocess
from detector.errors import WeightsError
from detector.models.weights import load_weights, save_weights, seen_hashes, weights_hash
from detector.models.weights_config import WeightsConfig
from detector.models.zoo import create_model, default_preprocess

import timm  # isort: skip - after the zoo, which mends torchvision


@pytest.fixture(scope="module")
def lenet():
    torch.manual_seed(0)
    return create_model("lenet5", num_outputs=2).eval()


@pytest.fixture(scope="module")
def config(lenet):
    return WeightsConfig("lenet5", 2, default_preprocess("lenet5", lenet), threshold=0.4, dataset="lab", seed=3)


@pytest.fixture
def folder(tmp_path, lenet, config):
    save_weights(tmp_path / "lenet", lenet, config, "# card\n", {"valid": {"bins": []}}, seen=["ab" * 32, "00" * 32, "ab" * 32])
    return tmp_path / "lenet"


def tensors_changed(folder: Path, **changes: torch.Tensor | None) -> None:
    tensors = load_file(folder / "model.safetensors") | changes
    save_file({name: tensor for name, tensor in tensors.items() if tensor is not None}, folder / "model.safetensors")


def settings_changed(folder: Path, **changes: object) -> None:
    path = folder / "config.json"
    values = json.loads(path.read_text())
    values["telltale"] |= changes
    path.write_text(json.dumps(values))


def logits(model: torch.nn.Module, size: int) -> torch.Tensor:
    with torch.no_grad():
        return model.eval()(torch.linspace(-1, 1, 3 * size * size).view(1, 3, size, size))


def test_saved_weights_come_back_with_the_same_logits_and_settings(folder, lenet, config):
    model, loaded = load_weights(folder)
    assert torch.equal(logits(model, 32), logits(lenet, 32))
    assert not model.training
    assert loaded == replace(config, created=loaded.created)
    assert len(loaded.created) == len("2026-01-31")
    assert json.loads((folder / "calibration.json").read_text()) == {"valid": {"bins": []}}


@pytest.mark.parametrize(("name", "size", "outputs"), [("test_resnet", 64, 2), ("test_vit", 96, 2), ("test_convnext", 64, 1)])
def test_timm_opens_the_folder_by_itself_and_gives_the_same_logits(tmp_path, name, size, outputs):
    model = create_model(name, num_outputs=outputs, image_size=size).eval()
    look = default_preprocess(name, model, image_size=size)
    save_weights(tmp_path / "w", model, WeightsConfig(name, outputs, look, image_size=size), "")

    alone = timm.create_model(f"local-dir:{tmp_path / 'w'}", pretrained=True)
    ours, _ = load_weights(tmp_path / "w")
    assert torch.equal(logits(alone, size), logits(model, size))
    assert torch.equal(logits(ours, size), logits(model, size))

    data = timm.data.resolve_model_data_config(alone)
    assert data["input_size"] == (3, size, size)
    assert (tuple(data["mean"]), tuple(data["std"])) == (look.mean, look.std)
    assert (data["crop_pct"], data["crop_mode"]) == (1.0, "squash")
    assert list(alone.pretrained_cfg["label_names"]) == ["real", "ai"][-outputs:]


def test_saving_over_a_checkpoint_replaces_all_of_it_and_leaves_nothing_beside_it(folder, lenet, config):
    other = create_model("lenet5", num_outputs=2).eval()
    save_weights(folder, other, config, "# new\n")
    assert torch.equal(logits(load_weights(folder)[0], 32), logits(other, 32))
    assert sorted(path.name for path in folder.iterdir()) == ["card.md", "config.json", "model.safetensors"]
    assert [path.name for path in folder.parent.iterdir()] == ["lenet"]


def test_a_failed_save_leaves_the_old_weights_as_they_were(folder, lenet, config):
    before = weights_hash(folder)
    with pytest.raises(TypeError):
        save_weights(folder, lenet, config, "# new\n", {"valid": object()})
    assert weights_hash(folder) == before
    assert (folder / "card.md").read_text() == "# card\n"
    assert [path.name for path in folder.parent.iterdir()] == ["lenet"]


def test_weights_kept_in_channels_last_order_can_be_saved(tmp_path, config):
    model = create_model("lenet5", num_outputs=2).eval().to(memory_format=torch.channels_last)
    save_weights(tmp_path / "w", model, config, "")
    assert torch.allclose(logits(load_weights(tmp_path / "w")[0], 32), logits(model, 32), atol=1e-6)


def test_a_file_that_is_cut_short_gives_one_clear_line(folder):
    file = folder / "model.safetensors"
    file.write_bytes(file.read_bytes()[:-1000])
    with pytest.raises(WeightsError, match="damaged or cut short") as caught:
        load_weights(folder)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("content", [b"", b"no tensors at all", b"\xff" * 64], ids=["empty", "text", "noise"])
def test_a_file_that_holds_no_tensors_is_refused(folder, content):
    (folder / "model.safetensors").write_bytes(content)
    with pytest.raises(WeightsError, match="damaged or cut short"):
        load_weights(folder)


@pytest.mark.parametrize("suffix", [".pt", ".pth", ".ckpt", ".bin", ".pkl"])
def test_a_pickle_is_refused_with_the_reason_and_the_way_out(folder, lenet, suffix):
    (folder / "model.safetensors").unlink()
    torch.save(lenet.state_dict(), folder / f"model{suffix}")
    with pytest.raises(WeightsError, match=r"can run code.*save_file"):
        load_weights(folder)


def test_a_pickle_that_is_called_safetensors_is_refused_too(folder, lenet):
    torch.save(lenet.state_dict(), folder / "model.safetensors")
    with pytest.raises(WeightsError, match="can run code"):
        load_weights(folder)


def test_a_folder_without_tensors_says_which_file_is_missing(folder):
    (folder / "model.safetensors").unlink()
    with pytest.raises(WeightsError, match=r"model\.safetensors cannot be read"):
        load_weights(folder)


def test_a_missing_folder_gives_a_clear_line(tmp_path):
    with pytest.raises(WeightsError, match=r"config\.json cannot be read"):
        load_weights(tmp_path / "nowhere")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"classifier.weight": torch.zeros(5, 84)}, r"classifier\.weight is \(5, 84\) instead of \(2, 84\)"),
        ({"classifier.bias": None}, r"classifier\.bias is missing"),
        ({"extra": torch.zeros(1)}, r"extra is unknown"),
        ({"classifier.bias": torch.zeros(2, dtype=torch.int64)}, r"torch\.int64 instead of torch\.float32"),
    ],
)
def test_tensors_that_do_not_fit_are_named_with_the_architecture(folder, changes, words):
    tensors_changed(folder, **changes)
    with pytest.raises(WeightsError, match=f"do not fit lenet5.*{words}"):
        load_weights(folder)


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_values_that_are_not_finite_are_refused(folder, value):
    tensors_changed(folder, **{"classifier.bias": torch.tensor([0.0, value])})
    with pytest.raises(WeightsError, match=r"not finite \(in classifier\.bias\)"):
        load_weights(folder)


def test_half_precision_tensors_are_taken_as_single(folder, lenet):
    tensors_changed(folder, **{"classifier.weight": lenet.classifier.weight.detach().half()})
    model, _ = load_weights(folder)
    assert model.classifier.weight.dtype == torch.float32
    assert torch.allclose(logits(model, 32), logits(lenet, 32), atol=1e-2)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"architecture": "lenet6"}, "lenet6"),
        ({"architecture": 7}, "architecture cannot be 7"),
        ({"num_outputs": 3}, "one or two outputs"),
        ({"threshold": 1.5}, "between 0 and 1"),
        ({"threshold": "high"}, "threshold cannot be 'high'"),
        ({"label_names": ["ai", "real"]}, "in this order"),
        ({"preprocess": {"size": 32}}, "preprocessing"),
        ({"preprocess": Preprocess().to_dict() | {"std": [0, 1, 1]}}, "makes no sense"),
        ({"preprocess": Preprocess().to_dict() | {"size": "big"}}, "preprocessing"),
        ({"preprocess": None}, "preprocessing"),
        ({"label_names": None}, "in this order"),
        ({"colour": "blue"}, "does not know: colour"),
    ],
)
def test_wrong_settings_are_named(folder, changes, words):
    settings_changed(folder, **changes)
    with pytest.raises(WeightsError, match=words):
        load_weights(folder)


def test_settings_may_leave_out_what_is_optional():
    config = WeightsConfig.from_dict({"architecture": "lenet5", "num_outputs": 1, "preprocess": Preprocess().to_dict()})
    assert config == WeightsConfig("lenet5", 1, Preprocess())


def test_settings_may_not_leave_out_what_is_needed():
    with pytest.raises(WeightsError, match="missing: num_outputs, preprocess"):
        WeightsConfig.from_dict({"architecture": "lenet5"})


@pytest.mark.parametrize("text", ["{", "[]", '{"architecture": "lenet5"}'], ids=["damaged", "list", "foreign"])
def test_a_config_that_is_damaged_or_foreign_gives_a_clear_line(folder, text):
    (folder / "config.json").write_text(text)
    with pytest.raises(WeightsError, match=r"config\.json"):
        load_weights(folder)


def test_images_of_the_training_are_remembered_by_sixteen_digits(folder, tmp_path):
    assert seen_hashes(folder) == {"ab" * 8, "00" * 8}
    assert (folder / "training_images.txt").read_text() == f"{'00' * 8}\n{'ab' * 8}\n"
    assert seen_hashes(tmp_path) == frozenset()


def test_the_hash_follows_the_tensors_and_not_the_card(folder, tmp_path, config):
    copy = shutil.copytree(folder, tmp_path / "copy")
    (copy / "card.md").write_text("another card")
    assert weights_hash(copy) == weights_hash(folder)
    assert len(weights_hash(folder)) == 12
    tensors_changed(copy, **{"classifier.bias": torch.ones(2)})
    assert weights_hash(copy) != weights_hash(folder)
    with pytest.raises(WeightsError, match=r"holds no model\.safetensors"):
        weights_hash(tmp_path)
