"""The training loop: one epoch, and scoring a split. The same lines run on one device and under torchrun."""

import math
from dataclasses import dataclass

import torch
from accelerate import Accelerator
from torch import Tensor, nn
from torch.utils.data import DataLoader

from detector.errors import RunError
from detector.models.logits import loss, probability_ai
from detector.training.config import TrainConfig
from detector.training.journal import Journal, Stopped
from detector.training.optim import learning_rate, set_learning_rate


@dataclass(frozen=True)
class Scores:
    """Logits (N × outputs), labels (N) and mean loss of a split, on the CPU and in the split's order."""

    logits: Tensor
    labels: Tensor
    loss: float

    @property
    def probabilities(self) -> Tensor:
        """Probability of AI-generated, shape (N,)."""
        return probability_ai(self.logits)

    @property
    def accuracy(self) -> float:
        """Share right at threshold 0.5."""
        return ((self.probabilities >= 0.5) == (self.labels == 1)).float().mean().item()


def train_epoch(
    module: nn.Module,
    loader: "DataLoader[tuple[Tensor, ...]]",
    optimizer: torch.optim.Optimizer,
    config: TrainConfig,
    epoch: int,
    accelerator: Accelerator,
    journal: Journal,
    class_weights: Tensor | None,
) -> tuple[float, float]:
    """Mean loss and accuracy over the epoch's own batches. Raises Stopped when asked to, RunError when the loss is no number."""
    module.train()
    totals = torch.zeros(3, device=accelerator.device)  # loss, right, seen
    for step, (inputs, labels) in enumerate(loader):
        set_learning_rate(optimizer, learning_rate(config, epoch * len(loader) + step, len(loader)))
        logits = module(inputs)
        batch_loss = loss(logits, labels, class_weights)
        accelerator.backward(batch_loss)
        if config.clip_gradient:
            accelerator.clip_grad_norm_(module.parameters(), config.clip_gradient)
        optimizer.step()
        optimizer.zero_grad()
        right = ((probability_ai(logits.detach()) >= 0.5) == (labels == 1)).sum()
        totals += torch.stack(
            [
                batch_loss.detach() * len(labels),
                right.to(batch_loss.dtype),
                torch.tensor(float(len(labels)), device=totals.device),
            ]
        )
        journal.step(step + 1, len(loader))
        _stop_together(accelerator, journal)
    mean, right_share = _shares(accelerator.reduce(totals, "sum"))
    _must_be_finite(mean)
    return mean, right_share


def score(module: nn.Module, loader: "DataLoader[tuple[Tensor, ...]]", accelerator: Accelerator) -> Scores:
    """Logits of every image of a loader, each once however many processes share the work; RunError when the loss is no number."""
    module.eval()
    found: list[tuple[Tensor, Tensor]] = []
    with torch.no_grad():
        for inputs, labels in loader:
            logits, labels = accelerator.gather_for_metrics((module(inputs), labels))
            found.append((logits.float().cpu(), labels.cpu()))
    logits, labels = torch.cat([pair[0] for pair in found]), torch.cat([pair[1] for pair in found])
    scores = Scores(logits, labels, loss(logits, labels).item())
    _must_be_finite(scores.loss)
    return scores


def _stop_together(accelerator: Accelerator, journal: Journal) -> None:
    """All processes leave at the same step, or those that stay would wait for ever."""
    wanted = journal.stop_wanted()
    if accelerator.num_processes > 1:
        if wanted:
            accelerator.set_trigger()
        wanted = accelerator.check_trigger()
    if wanted:
        raise Stopped


def _must_be_finite(value: float) -> None:
    if not math.isfinite(value):
        raise RunError("The loss is no longer a number: choose a smaller learning rate, or switch on gradient clipping.")


def _shares(totals: Tensor) -> tuple[float, float]:
    total_loss, right, seen = totals.tolist()
    return total_loss / seen, right / seen
