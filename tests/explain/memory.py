"""Memory that 500 explanations leave behind, in a process that did nothing else: `python -m tests.explain.memory`."""

import gc
import json
from pathlib import Path

import torch

from detector.explain.cam import explain
from detector.explain.methods import METHODS
from detector.labels import AI, REAL
from tests.explain.networks import noise, relative


def resident() -> int:
    """Bytes of memory that this process holds."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096


def tensors() -> int:
    """Tensors that are alive."""
    gc.collect()
    return sum(1 for each in gc.get_objects() if issubclass(type(each), torch.Tensor))


def main() -> None:
    """Print the growth between the 50th and the 550th explanation."""
    torch.set_num_threads(1)
    model, pictures = relative("vit_base_patch16_224"), [noise(48, seed) for seed in range(10)]

    def draw(count: int) -> None:
        for number in range(count):
            method = list(METHODS)[number % len(METHODS)]
            explain(model, pictures[number % 7], (REAL, AI)[number % 2], method, "blocks.0" if number % 9 == 0 else None)

    draw(50)
    alive, held = tensors(), resident()
    draw(500)
    print(json.dumps({"tensors": tensors() - alive, "bytes": resident() - held}))  # noqa: T201


if __name__ == "__main__":
    main()
