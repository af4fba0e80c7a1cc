"""Training step with convolutions channels last against the usual order: `python -m benchmarks.channels_last`.

Prints milliseconds an image of each and their ratio, measured in turn in one run. What `detector/training/learner.py` relies on.
"""

import time
from statistics import median

import torch
from torch import nn

from detector.models.zoo import create_model

NAME, SIZE, BATCH, ROUNDS = "tf_efficientnet_lite0", 224, 8, 5


def main() -> None:
    """Measure and print."""
    models = {True: create_model(NAME).train().to(memory_format=torch.channels_last), False: create_model(NAME).train()}
    pictures = torch.randn(BATCH, 3, SIZE, SIZE)
    seconds: dict[bool, list[float]] = {True: [], False: []}
    for _ in range(ROUNDS + 1):
        for last, model in models.items():
            seconds[last].append(step(model, pictures.contiguous(memory_format=torch.channels_last) if last else pictures))
    last, usual = (1000 * median(seconds[key][1:]) / BATCH for key in (True, False))  # the first round warms up
    print(f"{NAME}, {SIZE} px, forward and backward, {torch.get_num_threads()} threads")
    print(f"channels last {last:.0f} ms an image, usual order {usual:.0f} ms an image, ratio {last / usual:.2f}")


def step(model: nn.Module, pictures: torch.Tensor) -> float:
    """Seconds of one forward and backward pass."""
    start = time.perf_counter()
    model(pictures).sum().backward()
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
