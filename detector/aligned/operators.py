"""Operators: each makes a real picture anew the way some family of generators does, and counts as a generator of its own.

None of them invents content; what they leave is the trace of how pixels are drawn from fewer numbers.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image, ImageFilter
from torch import Tensor

from detector.aligned.networks import load
from detector.errors import UserError

LARGEST_SIDE = 288  # pixels of the shorter side that is worked on: time and memory stay bounded
_FILTERS = (Image.Resampling.BICUBIC, Image.Resampling.BILINEAR, Image.Resampling.LANCZOS, Image.Resampling.BOX)
_PASTED = (0.3, 0.7)  # sides of a pasted-in part as shares of the picture's
_FEATHER = 4.0  # pixels over which it fades into the rest
_UNEVEN = 0.06  # how much the phases of the checkerboard differ

Draw = np.random.Generator
Picture = Image.Image


@dataclass(frozen=True)
class Operator:
    """What it is called on the page, which generators it stands for, and the function of picture and random numbers."""

    title: str
    help: str
    change: Callable[[Picture, Draw], Picture]


def _tensor(image: Picture) -> Tensor:
    return torch.from_numpy(np.array(image)).permute(2, 0, 1).float()[None] / 255


def _picture(x: Tensor) -> Picture:
    return Image.fromarray((x[0].clamp(0, 1) * 255).round().byte().permute(1, 2, 0).numpy())


def _shrunk(image: Picture, factor: float, draw: Draw) -> Picture:
    width, height = (max(16, round(side * factor)) for side in image.size)
    return image.resize((width, height), _FILTERS[draw.integers(len(_FILTERS))])


def _whole_blocks(image: Picture, block: int) -> Picture:
    return image.crop((0, 0, max(block, image.width // block * block), max(block, image.height // block * block)))


def upconv(image: Picture, draw: Draw) -> Picture:
    """Half the size, and back by waifu2x's learnt transposed convolution."""
    return _picture(load("upconv7")(_tensor(_shrunk(image, 0.5, draw))))


def srgan(image: Picture, draw: Draw) -> Picture:
    """Half the size, four times that by an adversarially trained up-sampler, then averaged to the old size."""
    return _picture(F.avg_pool2d(load("srvgg")(_tensor(_shrunk(image, 0.5, draw))), 2))


def srgan4(image: Picture, draw: Draw) -> Picture:
    """A quarter of the size, and back by the same up-sampler, which must make up what is missing."""
    return _picture(load("srvgg")(_tensor(_shrunk(image, 0.25, draw))))


def checkerboard(image: Picture, draw: Draw) -> Picture:
    """Half the size, and back by a transposed convolution whose phases are slightly uneven (Odena et al., 2016)."""
    x = F.avg_pool2d(_tensor(_whole_blocks(image, 2)), 2)
    rows, columns = (
        torch.tensor([1.0, 3.0, 3.0, 1.0]) * (1 + torch.from_numpy(draw.normal(0, _UNEVEN, 4)).float()) for _ in "rc"
    )
    kernel = torch.outer(rows, columns)
    padded = F.pad(x, (1, 1, 1, 1), mode="replicate").transpose(0, 1)  # the three colours as three pictures of one channel
    return _picture(F.conv_transpose2d(padded, (4 * kernel / kernel.sum())[None, None], stride=2, padding=3).transpose(0, 1))


def autoencoder4(image: Picture, draw: Draw) -> Picture:
    """Through an autoencoder with a factor of 4 and transposed convolutions."""
    return _picture(load("autoencoder-4")(_tensor(_whole_blocks(image, 4))))


def autoencoder8(image: Picture, draw: Draw) -> Picture:
    """Through an autoencoder with a factor of 8 and sub-pixel shuffles."""
    return _picture(load("autoencoder-8")(_tensor(_whole_blocks(image, 8))))


def paste(image: Picture, draw: Draw) -> Picture:
    """The picture with a rectangle of it made anew by one of the others, at a random place."""
    inner = (upconv, srgan, srgan4, autoencoder4, autoencoder8)
    changed = inner[draw.integers(len(inner))](image, draw).resize(image.size, Image.Resampling.BICUBIC)
    share = draw.uniform(*_PASTED)
    width, height = (max(1, int(side * share)) for side in image.size)
    left, top = draw.integers(0, image.width - width + 1), draw.integers(0, image.height - height + 1)
    mask = Image.new("L", image.size, 0)
    mask.paste(255, (int(left), int(top), int(left) + width, int(top) + height))
    return Image.composite(changed, image, mask.filter(ImageFilter.GaussianBlur(_FEATHER)))


OPERATORS: dict[str, Operator] = {
    "upconv": Operator("Learnt up-sampler", "halved and doubled by a network that ends in a transposed convolution", upconv),
    "srgan": Operator("Adversarial up-sampler", "halved and doubled by a network trained against a critic, as GANs are", srgan),
    "srgan4": Operator("Adversarial up-sampler, 4×", "the same from a quarter of the size: smooth areas, made-up edges", srgan4),
    "checkerboard": Operator(
        "Checkerboard", "halved and doubled by an uneven transposed convolution, an old GAN's mark", checkerboard
    ),
    "autoencoder-4": Operator(
        "Autoencoder, factor 4", "squeezed into latents and decoded, as latent diffusion does", autoencoder4
    ),
    "autoencoder-8": Operator("Autoencoder, factor 8", "squeezed harder: detail is lost and drawn again", autoencoder8),
    "paste": Operator("Part made anew", "only a rectangle goes through one of the others, as in-painting does", paste),
}


def regenerate(image: Picture, name: str, draw: Draw) -> Picture:
    """The RGB picture made anew by the operator of that name, its shorter side LARGEST_SIDE pixels at most.

    `draw` decides what is left to chance. Raises UserError for an unknown operator.
    """
    if name not in OPERATORS:
        raise UserError(f"There is no operator {name!r}: choose from {', '.join(OPERATORS)}.")
    if min(image.size) > LARGEST_SIDE:
        scale = LARGEST_SIDE / min(image.size)
        image = image.resize((round(image.width * scale), round(image.height * scale)), Image.Resampling.BICUBIC)
    with torch.inference_mode():
        return OPERATORS[name].change(image, draw)
