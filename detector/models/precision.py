"""Precision: bfloat16 where a GPU computes it itself, float32 everywhere else. On CPUs it would be many times slower."""

from contextlib import AbstractContextManager, nullcontext

import torch


def half_of(device: torch.device | str) -> torch.dtype | None:
    """bfloat16 for a GPU that has it in hardware, otherwise None."""
    if torch.device(device).type != "cuda" or not torch.cuda.is_available():
        return None
    return torch.bfloat16 if torch.cuda.is_bf16_supported(including_emulation=False) else None


def autocast(device: torch.device | str) -> AbstractContextManager[object]:
    """Inside it, networks on the device compute what bears it in `half_of` the device; results may come in that precision."""
    half = half_of(device)
    return nullcontext() if half is None else torch.autocast(torch.device(device).type, half)
