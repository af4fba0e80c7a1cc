"""Weights that exist, packed in another way: a folder of the library rewritten in one step, and what that costs in logits."""

import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from PIL import Image
from safetensors.torch import save_file

from detector.files import read_json, write_json
from detector.models.atomic_folder import atomic_folder
from detector.models.compact import pack
from detector.models.crops import picture_logits
from detector.models.digests import WEIGHTS_FILE
from detector.models.weights import load_weights


def repack(folder: Path, kind: str, images: Sequence[Image.Image]) -> float:
    """Keep the weights in `folder` packed as `kind`; returns the largest change of a logit over some RGB pictures.

    All else in the folder stays. Raises WeightsError where the weights cannot be loaded; then nothing has changed.
    """
    model, config = load_weights(folder)
    values = read_json(folder / "config.json")
    values["telltale"] = replace(config, compact=kind).to_dict()
    with atomic_folder(folder) as new:
        for file in folder.iterdir():
            if file.name not in (WEIGHTS_FILE, "config.json"):
                shutil.copyfile(file, new / file.name)
        tensors = {name: tensor.contiguous() for name, tensor in model.state_dict().items()}
        save_file(pack(tensors, kind), new / WEIGHTS_FILE, metadata={"format": "pt"})
        (new / WEIGHTS_FILE).chmod(0o644)
        write_json(new / "config.json", values)
    views = [config.preprocess.arrays(image) for image in images]
    before, after = (picture_logits(each, views, config.preprocess) for each in (model, load_weights(folder)[0]))
    return (after - before).abs().max().item() if len(before) else 0.0
