"""Speed: how many images a second a network classifies here, decoding included, and what "here" is in plain words."""

import os
import platform
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from torch import nn

from detector.data.images import open_image
from detector.data.preprocess import Preprocess
from detector.models.crops import picture_logits

MOST_SECONDS = 3.0
BATCH = 8


@dataclass(frozen=True)
class Speed:
    """Images a second over `n` images, and the machine."""

    images_per_second: float
    n: int
    machine: str

    def to_dict(self) -> dict[str, Any]:
        """Plain values."""
        return asdict(self)


def measure_speed(model: nn.Module, preprocess: Preprocess, files: Sequence[Path]) -> Speed | None:
    """The speed on these files, after one batch to warm up, for some seconds at most; None without files."""
    if not files:
        return None
    device = next((tensor.device for tensor in (*model.parameters(), *model.buffers())), torch.device("cpu"))
    _classify(model, preprocess, files[:BATCH], device)
    started, done = time.perf_counter(), 0
    for start in range(0, len(files), BATCH):
        some = files[start : start + BATCH]
        _classify(model, preprocess, some, device)
        done += len(some)
        if time.perf_counter() - started > MOST_SECONDS:
            break
    return Speed(round(done / max(time.perf_counter() - started, 1e-6), 2), done, machine(device))


def machine(device: torch.device) -> str:
    """The machine in plain words."""
    if device.type == "cuda":
        return f"one {torch.cuda.get_device_name(device)}"
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    threads = torch.get_num_threads()
    return (
        f"{cores} processor {'core' if cores == 1 else 'cores'} ({platform.machine()}), "
        f"{threads} {'thread' if threads == 1 else 'threads'}, no GPU"
    )


def _classify(model: nn.Module, preprocess: Preprocess, files: Sequence[Path], device: torch.device) -> None:
    picture_logits(model, [preprocess.arrays(open_image(file)) for file in files], preprocess, device, BATCH)
