"""Digests: which tensors a weights folder holds and which images they learnt from, told without loading a network."""

import hashlib
from functools import lru_cache
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
        status = (folder / WEIGHTS_FILE).stat()
        return _hash(folder / WEIGHTS_FILE, status.st_size, status.st_mtime_ns)
    except OSError as error:
        raise WeightsError(f"{folder} holds no {WEIGHTS_FILE} that can be read.") from error


@lru_cache(maxsize=256)
def _hash(path: Path, size: int, mtime: int) -> str:
    """Of the file as it was at that time: pages ask at every click, and large tensors take a third of a second."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()[:12]
