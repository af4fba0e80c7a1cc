"""Digests: which tensors a weights folder holds and which images they learnt from, told without loading a network."""

import hashlib
import json
from functools import lru_cache
from pathlib import Path

from detector.errors import UserError, WeightsError
from detector.files import read_json

WEIGHTS_FILE = "model.safetensors"
CALIBRATION_FILE = "calibration.json"
HASH_DIGITS = 16


def seen_hashes(folder: Path) -> frozenset[str]:
    """First 16 hex digits of the sha256 of the images the weights were trained or chosen on; empty when not recorded."""
    path = folder / "training_images.txt"
    return frozenset(path.read_text(encoding="utf-8").split()) if path.is_file() else frozenset()


def weights_hash(folder: Path) -> str:
    """Twelve hex digits that change with the scores: of the tensors' file, and of the map to probabilities where there is one.

    Raises WeightsError when the tensors cannot be read.
    """
    try:
        status = (folder / WEIGHTS_FILE).stat()
        tensors = _hash(folder / WEIGHTS_FILE, status.st_size, status.st_mtime_ns)
    except OSError as error:
        raise WeightsError(f"{folder} holds no {WEIGHTS_FILE} that can be read.") from error
    score_map = _score_map(folder)
    return hashlib.sha256(f"{tensors} {score_map}".encode()).hexdigest()[:12] if score_map else tensors


def _score_map(folder: Path) -> str:
    """The map from scores to probabilities as text; "" without one, and for a damaged file, which loading will tell of."""
    path = folder / CALIBRATION_FILE
    try:
        found = read_json(path).get("score_map") if path.is_file() else None
    except UserError:
        return ""
    return json.dumps(found, sort_keys=True) if found else ""


@lru_cache(maxsize=256)
def _hash(path: Path, size: int, mtime: int) -> str:
    """Of the file as it was at that time: pages ask at every click, and large tensors take a third of a second."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()[:12]
