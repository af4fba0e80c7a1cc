"""Optimiser and learning rate of a run. The rate is a plain function of the step, so resuming needs no scheduler state."""

import math
from collections.abc import Iterable

import torch
from torch.nn import Parameter

from detector.training.config import TrainConfig


def make_optimizer(parameters: Iterable[Parameter], config: TrainConfig) -> torch.optim.Optimizer:
    """SGD, Adam or AdamW over the parameters that learn."""
    learning = [parameter for parameter in parameters if parameter.requires_grad]
    rate, decay = config.learning_rate, config.weight_decay
    if config.optimizer == "sgd":
        return torch.optim.SGD(learning, lr=rate, momentum=config.momentum, weight_decay=decay)
    if config.optimizer == "adam":
        return torch.optim.Adam(learning, lr=rate, weight_decay=decay)
    return torch.optim.AdamW(learning, lr=rate, weight_decay=decay)


def learning_rate(config: TrainConfig, step: int, steps_per_epoch: int) -> float:
    """The rate at a step counted from 0 over the whole run.

    Warm-up rises linearly from one step's share. `cosine` falls to zero at the last epoch (Loshchilov & Hutter 2017,
    without restarts); `step` is divided by ten after half and after three quarters of the epochs.
    """
    warmup = config.warmup_epochs * steps_per_epoch
    if step < warmup:
        return config.learning_rate * (step + 1) / warmup
    total = config.epochs * steps_per_epoch
    share = (step - warmup) / max(total - warmup, 1)
    if config.schedule == "cosine":
        return config.learning_rate * 0.5 * (1 + math.cos(math.pi * min(share, 1.0)))
    if config.schedule == "step":
        return config.learning_rate * 0.1 ** ((share >= 0.5) + (share >= 0.75))
    return config.learning_rate


def set_learning_rate(optimizer: torch.optim.Optimizer, rate: float) -> None:
    """Set the rate of all parameter groups."""
    for group in optimizer.param_groups:
        group["lr"] = rate
