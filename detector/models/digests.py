"""Digests: which tensors a weights folder holds and which images they learnt from, told without loading a network."""

import hashlib
from pathlib import Path

from detector.errors import WeightsError

WEIGHTS_FILE = "model.safetensors"
HASH_DIGITS = 16


def seen_hashes(folder: Path) -> frozenset[str]:
    """First 16 hex digits of the sha256 of the images the weights were trained or chosen on; empty when not recorded."""
    path = folder / "training_images.txt"
    return frozenset(path.read_text(encoding="utf-8").split()) if path.is_file() else frozenset()


def weights_hash(folder: Path) -> str:
    """First 12 hex digits of the sha256 of the tensors' file; raises WeightsError when it cannot be read."""
    try:
        with (folder / WEIGHTS_FILE).open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()[:12]
    except OSError as error:
        raise WeightsError(f"{folder} holds no {WEIGHTS_FILE} that can be read.") from error
