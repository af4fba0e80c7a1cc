"""Compact weights: tensors packed into bytes for the disk, and unpacked to float32 when they are loaded. Knows no networks.

A packed matrix or kernel is int8 with one float32 scale a row (an output channel) under the name NAME.scale; the number zero is
stored exactly. Halves are float16. Everything is computed in float32 again, so speed and memory are those of the plain weights.
"""

from collections.abc import Mapping

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from detector.errors import WeightsError

SCALE = ".scale"

_LEVELS = 127  # symmetric: -127 … 127
_LEAST = 16_384  # values; packing a smaller tensor saves nothing worth a rounding


def pack(tensors: Mapping[str, Tensor], kind: str) -> dict[str, Tensor]:
    """The tensors of a network made small by one of the kinds; vectors and small tensors are rounded by none of them."""
    packed: dict[str, Tensor] = {}
    for name, tensor in tensors.items():
        packed |= _packed(name, tensor, kind) if tensor.dtype == torch.float32 and kind != "none" else {name: tensor}
    return packed


def unpack(tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """The inverse of `pack`, up to its rounding; raises WeightsError for bytes without a sound scale for each row."""
    plain: dict[str, Tensor] = {}
    for name, tensor in tensors.items():
        if tensor.dtype == torch.int8:
            plain[name] = _rows_times(tensor, _scale(tensors, name))
        elif not (name.endswith(SCALE) and _is_packed(tensors, name.removesuffix(SCALE))):
            plain[name] = tensor.float() if tensor.dtype == torch.float16 else tensor
    return plain


def _packed(name: str, tensor: Tensor, kind: str) -> dict[str, Tensor]:
    large = tensor.ndim >= 2 and tensor.numel() >= _LEAST
    half = tensor.half()
    if kind == "float16" and large:
        return {name: half}
    if kind in ("int8", "lossless") and large:
        levels, scale = _to_bytes(tensor)
        if kind == "int8" or torch.equal(_rows_times(levels, scale), tensor):
            return {name: levels, name + SCALE: scale}
    return {name: half if kind == "lossless" and torch.equal(half.float(), tensor) else tensor}


def _to_bytes(tensor: Tensor) -> tuple[Tensor, Tensor]:
    """Levels like the tensor and a scale a row, (rows,), such that their product is nearest.

    Weights that were int8 once come back bit by bit: the scale is then one of the floats next to largest value / 127.
    """
    rows = tensor.detach().flatten(1).numpy()
    scale = (np.abs(rows).max(axis=1) / _LEVELS).astype(np.float32)
    scale[scale == 0] = 1
    best = _levels(rows, scale)
    wrong = _mistakes(rows, best, scale)
    for step in (-1, 1, -2, 2):
        tried = _next(scale, step)
        levels = _levels(rows, tried)
        mistakes = _mistakes(rows, levels, tried)
        better = (mistakes == 0) & (wrong > 0)
        scale, best, wrong = np.where(better, tried, scale), np.where(better[:, None], levels, best), np.where(better, 0, wrong)
    return torch.from_numpy(best.reshape(tuple(tensor.shape))), torch.from_numpy(scale)


def _levels(rows: NDArray[np.float32], scale: NDArray[np.float32]) -> NDArray[np.int8]:
    return np.clip(np.rint(rows / scale[:, None]), -_LEVELS, _LEVELS).astype(np.int8)


def _mistakes(rows: NDArray[np.float32], levels: NDArray[np.int8], scale: NDArray[np.float32]) -> NDArray[np.intp]:
    """How many values of each row differ from the rounded ones."""
    return np.count_nonzero(levels.astype(np.float32) * scale[:, None] != rows, axis=1)


def _next(scale: NDArray[np.float32], step: int) -> NDArray[np.float32]:
    for _ in range(abs(step)):
        scale = np.nextafter(scale, np.float32(np.inf if step > 0 else 0))
    return scale


def _rows_times(levels: Tensor, scale: Tensor) -> Tensor:
    return (levels.flatten(1).float() * scale[:, None]).reshape(levels.shape)


def _is_packed(tensors: Mapping[str, Tensor], name: str) -> bool:
    return name in tensors and tensors[name].dtype == torch.int8


def _scale(tensors: Mapping[str, Tensor], name: str) -> Tensor:
    """The scale of a packed tensor; raises WeightsError where it is missing or damaged."""
    levels, scale = tensors[name], tensors.get(name + SCALE)
    sound = (
        scale is not None
        and levels.ndim >= 2
        and scale.dtype == torch.float32
        and scale.shape == levels.shape[:1]
        and bool((torch.isfinite(scale) & (scale > 0)).all())
    )
    if scale is None or not sound:
        raise WeightsError(
            f"The packed weights are damaged: {name} has no sound scale for each row. Copy or download them again."
        )
    return scale
