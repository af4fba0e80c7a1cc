"""Checkpoint: all that resuming a run needs, written after each epoch.

Random streams are functions of (seed, epoch), so none are kept.
"""

from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import torch

from detector.errors import RunError
from detector.files import atomic_path


@dataclass
class Checkpoint:
    """State after the last finished epoch. `rows` are the metrics of all epochs so far; `best_epoch` counts from 1."""

    model: dict[str, Any] = field(default_factory=dict)
    optimizer: dict[str, Any] = field(default_factory=dict)
    rows: list[dict[str, Any]] = field(default_factory=list)
    best_epoch: int = 0
    best_loss: float = float("inf")

    def save(self, path: Path) -> None:
        """Replace the file in one step: a full disk or a kill leaves the epoch before."""
        with atomic_path(path) as temporary:
            torch.save(asdict(self), temporary)


def load_checkpoint(path: Path) -> Checkpoint | None:
    """The checkpoint in a file, or None when there is no file; raises RunError when it is damaged."""
    if not path.exists():
        return None
    try:
        return Checkpoint(**torch.load(path, map_location="cpu", weights_only=True))
    except Exception as error:  # torch raises a dozen kinds on a damaged file, the unpickler's among them
        raise RunError(f"{path.name} is damaged ({type(error).__name__}): delete it to train from the start.") from error
