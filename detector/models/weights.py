"""Weights in a folder: safetensors in the layout of timm and the Hub, loaded only when everything fits. Knows no names.

Tensors may be packed (`models.compact`); config.json says so, and whoever loads them gets float32.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from detector.errors import UserError, WeightsError
from detector.files import write_json, write_text
from detector.models.atomic_folder import atomic_folder
from detector.models.compact import pack, unpack
from detector.models.digests import HASH_DIGITS, WEIGHTS_FILE, seen_hashes, weights_hash
from detector.models.licences import FILE as LICENCE_FILE
from detector.models.licences import licence_of
from detector.models.weights_config import WeightsConfig, hub_config, read_weights_config
from detector.models.zoo import create_model

__all__ = ["WeightsConfig", "check_fit", "load_weights", "read_tensors", "save_weights", "seen_hashes", "weights_hash"]

PICKLE_SUFFIXES = frozenset({".pt", ".pth", ".ckpt", ".bin", ".pkl", ".pickle"})


def save_weights(
    folder: Path,
    model: nn.Module,
    config: WeightsConfig,
    card: str,
    calibration: Mapping[str, Any] | None = None,
    seen: Iterable[str] = (),
) -> None:
    """Write a weights folder in one step, in place of an older one if there is one.

    `seen` holds sha256 digests of the images that the weights were fitted to or chosen by.
    """
    config = replace(config, created=config.created or date.today().isoformat())
    with atomic_folder(folder) as new:
        tensors = {name: tensor.detach().cpu().contiguous() for name, tensor in model.state_dict().items()}
        save_file(pack(tensors, config.compact), new / WEIGHTS_FILE, metadata={"format": "pt"})
        (new / WEIGHTS_FILE).chmod(0o644)  # safetensors makes it private; weights are meant to be shared
        write_json(new / "config.json", hub_config(config, *_timm_facts(model)))
        write_text(new / "card.md", card)
        if licence := licence_of(config.backbone or config.architecture):
            write_text(new / LICENCE_FILE, licence)
        if calibration is not None:
            write_json(new / "calibration.json", dict(calibration))
        if digests := sorted({digest[:HASH_DIGITS] for digest in seen}):
            write_text(new / "training_images.txt", "\n".join(digests) + "\n")


def load_weights(folder: Path) -> tuple[nn.Module, WeightsConfig]:
    """The network in eval mode on the CPU, and its settings; raises WeightsError when anything is missing or does not fit."""
    config = read_weights_config(folder)
    path = folder / WEIGHTS_FILE
    if not path.exists():
        others = sorted(file.name for file in folder.iterdir() if file.suffix in PICKLE_SUFFIXES)
        path = folder / others[0] if others else path
    tensors = unpack(read_tensors(path)) if config.compact != "none" else read_tensors(path)
    try:
        model = create_model(
            config.architecture,
            num_outputs=config.num_outputs,
            image_size=config.image_size,
            backbone=config.backbone,
            support_vectors=config.support_vectors,
            taps=config.taps,
            pool=config.pool,
            components=config.components,
        )
    except UserError as error:
        raise WeightsError(f"{folder} cannot be loaded: {error}") from error
    check_fit(model, tensors, config.architecture)
    model.load_state_dict(tensors)
    return model.eval(), config


def read_tensors(path: Path) -> dict[str, Tensor]:
    """The tensors in a safetensors file; raises WeightsError for pickles, damaged files and values that are not finite."""
    try:
        with path.open("rb") as file:
            head = file.read(9)
    except OSError as error:
        raise WeightsError(
            f"{path} cannot be read: {error.strerror or error}. Weights are a file named {WEIGHTS_FILE}."
        ) from error
    # a safetensors file has its header's length in eight bytes, then a brace; torch.save starts with those of a zip or a pickle
    if path.suffix.lower() in PICKLE_SUFFIXES or (head[8:] != b"{" and head.startswith((b"PK\x03\x04", b"\x80"))):
        raise WeightsError(
            f"{path.name} is refused: files of this kind can run code when they are opened. Convert it where you trust it: "
            "safetensors.torch.save_file(torch.load(file, weights_only=True), 'model.safetensors')."
        )
    try:
        tensors = load_file(path)
    except (SafetensorError, OSError, json.JSONDecodeError) as error:
        raise WeightsError(f"{path} is damaged or cut short ({error}): copy or download it again.") from error
    for name, tensor in tensors.items():
        if tensor.is_floating_point() and not torch.isfinite(tensor).all():
            raise WeightsError(
                f"{path} holds values that are not finite (in {name}): the training diverged; train with a smaller rate."
            )
    return tensors


def check_fit(model: nn.Module, tensors: Mapping[str, Tensor], architecture: str) -> None:
    """Raises WeightsError, naming the first tensors that differ, unless names, shapes and kinds of number are the network's."""
    wanted = model.state_dict()
    wrong = [f"{name} is missing" for name in wanted if name not in tensors]
    wrong += [f"{name} is unknown" for name in tensors if name not in wanted]
    for name, tensor in tensors.items():
        if name not in wanted:
            continue
        if tensor.shape != wanted[name].shape:
            wrong.append(f"{name} is {tuple(tensor.shape)} instead of {tuple(wanted[name].shape)}")
        elif tensor.is_floating_point() != wanted[name].is_floating_point():
            wrong.append(f"{name} is {tensor.dtype} instead of {wanted[name].dtype}")
    if wrong:
        more = f" and {len(wrong) - 3} more" if len(wrong) > 3 else ""
        raise WeightsError(
            f"The weights do not fit {architecture}: {'; '.join(wrong[:3])}{more}. "
            "Check the architecture, its number of outputs and its image size."
        )


def _timm_facts(model: nn.Module) -> tuple[dict[str, Any], dict[str, Any]]:
    """What timm needs to build its network again: entries of its pretrained_cfg, and its arguments; empty for other networks."""
    own: dict[str, Any] | None = getattr(model, "pretrained_cfg", None)
    if own is None:
        return {}, {}
    from timm.models import get_model_args

    traits = {key: own[key] for key in ("first_conv", "classifier", "fixed_input_size", "pool_size") if own.get(key) is not None}
    return traits, get_model_args(model)
