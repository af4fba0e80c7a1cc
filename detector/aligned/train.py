"""Training an autoencoder on real pictures, whose way of drawing them anew then counts as a generator."""

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import save_file
from torch import Tensor, nn

from detector.aligned.networks import AUTOENCODERS, Autoencoder
from detector.data.images import open_image
from detector.errors import DataError
from detector.files import atomic_path

SIDE, BATCH = 64, 8  # pixels of a training crop, crops a step
_WIDEST = 256  # pixels that a training picture is scaled down to
_RATE, _NOISE = 1e-3, 0.02

Pixels = NDArray[np.uint8]


def train_autoencoder(
    name: str, files: Sequence[Path], steps: int = 2000, seed: int = 0, progress: Callable[[int, int, float], None] | None = None
) -> Autoencoder:
    """Fit the autoencoder of that name to crops of real pictures; minutes on two cores.

    The loss is the mean absolute error of pixels (0 to 1) and of their differences, without which edges wash out.
    `progress(step, steps, loss)` is called after each step. Raises DataError where no picture is large enough.
    """
    torch.manual_seed(seed)
    draw = np.random.default_rng(seed)
    pictures = [_pixels(file) for file in files]
    pictures = [pixels for pixels in pictures if min(pixels.shape[:2]) >= SIDE]
    if not pictures:
        raise DataError(f"No picture has {SIDE} pixels on its shorter side, which training an autoencoder needs.")
    model = Autoencoder(*AUTOENCODERS[name])
    optimiser = torch.optim.AdamW(model.parameters(), _RATE)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, _RATE, total_steps=steps)
    for step in range(1, steps + 1):
        x = _batch(pictures, draw)
        z = model.encode(x)
        loss = _loss(model.decode(z + _NOISE * torch.randn_like(z)), x)
        optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        schedule.step()
        if progress:
            progress(step, steps, loss.item())
    return model.eval()


def save(model: Autoencoder, file: Path) -> None:
    """Write the weights as float16 safetensors."""
    with atomic_path(file) as new:
        save_file({key: tensor.half().contiguous() for key, tensor in model.state_dict().items()}, new)


def _pixels(file: Path) -> Pixels:
    image = open_image(file)
    image.thumbnail((_WIDEST, _WIDEST))
    return np.asarray(image)


def _batch(pictures: Sequence[Pixels], draw: np.random.Generator) -> Tensor:
    crops = []
    for _ in range(BATCH):
        pixels = pictures[int(draw.integers(len(pictures)))]
        top, left = (int(draw.integers(0, side - SIDE + 1)) for side in pixels.shape[:2])
        crops.append(pixels[top : top + SIDE, left : left + SIDE])
    return torch.from_numpy(np.stack(crops)).permute(0, 3, 1, 2).float() / 255


def _loss(made: Tensor, x: Tensor) -> Tensor:
    edges = sum((made.diff(dim=axis) - x.diff(dim=axis)).abs().mean() for axis in (2, 3))
    return (made - x).abs().mean() + 0.5 * edges
