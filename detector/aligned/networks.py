"""The networks that make a real picture anew: two up-samplers by others and a small autoencoder of ours.

They know pixels only: (N, 3, H, W) floats from 0 to 1 in, the same out. Their weights lie beside this file as float16.
"""

from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Literal

import torch
import torch.nn.functional as F
from safetensors.torch import load_file
from torch import Tensor, nn

WEIGHTS = Path(__file__).with_name("weights")
Upsampler = Literal["transposed", "shuffle"]

_WIDTHS = (24, 48, 96, 128)
_LATENT_RANGE = 3.0


class UpConv7(nn.Module):
    """Twice the size by six convolutions and a transposed one, as waifu2x does it (Nagadomi, 2015; MIT licence)."""

    PAD = 7  # pixels that its convolutions without padding eat at each edge

    def __init__(self) -> None:
        super().__init__()
        widths = (3, 16, 32, 64, 128, 256, 256)
        self.convs = nn.ModuleList([nn.Conv2d(a, b, 3) for a, b in pairwise(widths)])
        self.up = nn.ConvTranspose2d(256, 3, 4, stride=2, padding=3, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        """(N, 3, H, W) to (N, 3, 2H, 2W)."""
        x = F.pad(x, (self.PAD,) * 4, mode="replicate")
        for conv in self.convs:
            x = F.leaky_relu(conv(x), 0.1)
        return self.up(x)


class SrVgg(nn.Module):
    """Four times the size by a network that was trained against a critic, Real-ESRGAN's smallest (Wang et al., 2021; BSD-3)."""

    def __init__(self) -> None:
        super().__init__()
        widths = (3, *(64,) * 17, 48)
        self.convs = nn.ModuleList([nn.Conv2d(a, b, 3, padding=1) for a, b in pairwise(widths)])
        self.slopes = nn.ParameterList([nn.Parameter(torch.zeros(64)) for _ in range(17)])

    def forward(self, x: Tensor) -> Tensor:
        """(N, 3, H, W) to (N, 3, 4H, 4W)."""
        y = x
        for conv, slope in zip(self.convs, [*self.slopes, None], strict=True):
            y = conv(y)
            y = y if slope is None else F.prelu(y, slope)
        return F.pixel_shuffle(y, 4) + F.interpolate(x, scale_factor=4, mode="nearest")


class Autoencoder(nn.Module):
    """A picture squeezed into 3 + `channels` numbers for each `factor` × `factor` block of pixels, and drawn again from them.

    Three are the block's mean colour, so that minutes of training go into detail; the others are learnt. `upsampler` is how the
    decoder doubles the size: by transposed convolutions or by sub-pixel shuffles.
    """

    def __init__(self, upsampler: Upsampler = "transposed", factor: int = 4, channels: int = 6) -> None:
        super().__init__()
        steps = factor.bit_length() - 1
        if not 1 <= steps < len(_WIDTHS) or factor != 1 << steps:
            raise ValueError(f"The factor should be 2, 4 or 8, not {factor}.")
        self.factor = factor
        last = _WIDTHS[steps]
        down: list[nn.Module] = [nn.Conv2d(3, _WIDTHS[0], 3, padding=1), nn.SiLU()]
        for i in range(steps):
            down += [nn.Conv2d(_WIDTHS[i], _WIDTHS[i + 1], 4, 2, 1), nn.SiLU()]
        self.encoder = nn.Sequential(*down, nn.Conv2d(last, last, 3, padding=1), nn.SiLU(), nn.Conv2d(last, channels, 1))
        up: list[nn.Module] = [
            nn.Conv2d(3 + channels, last, 3, padding=1),
            nn.SiLU(),
            nn.Conv2d(last, last, 3, padding=1),
            nn.SiLU(),
        ]
        for i in reversed(range(steps)):
            wide, narrow = _WIDTHS[i + 1], _WIDTHS[i]
            up += [_doubled(upsampler, wide, narrow), nn.SiLU(), nn.Conv2d(narrow, narrow, 3, padding=1), nn.SiLU()]
        self.decoder = nn.Sequential(*up, nn.Conv2d(_WIDTHS[0], 3, 3, padding=1))

    def encode(self, x: Tensor) -> Tensor:
        """Latents (N, 3 + channels, H / factor, W / factor) of pictures whose sides the factor divides."""
        learnt = torch.tanh(self.encoder(2 * x - 1) / _LATENT_RANGE) * _LATENT_RANGE
        return torch.cat([F.avg_pool2d(x, self.factor), learnt], dim=1)

    def decode(self, z: Tensor) -> Tensor:
        """The pictures of latents: the mean colours, spread out, and what the decoder adds."""
        return F.interpolate(z[:, :3], scale_factor=self.factor, mode="bilinear") + self.decoder(z)

    def forward(self, x: Tensor) -> Tensor:
        """(N, 3, H, W) drawn again at the same size."""
        return self.decode(self.encode(x))


AUTOENCODERS: dict[str, tuple[Upsampler, int, int]] = {
    "autoencoder-4": ("transposed", 4, 6),
    "autoencoder-8": ("shuffle", 8, 12),
}


@cache
def load(name: str) -> nn.Module:
    """The network "upconv7", "srvgg", or one of AUTOENCODERS, in eval mode; threads can share it."""
    networks = {"upconv7": UpConv7, "srvgg": SrVgg}
    model = networks[name]() if name in networks else Autoencoder(*AUTOENCODERS[name])
    model.load_state_dict({key: tensor.float() for key, tensor in load_file(WEIGHTS / f"{name}.safetensors").items()})
    return model.eval().requires_grad_(False)


def _doubled(upsampler: Upsampler, wide: int, narrow: int) -> nn.Module:
    if upsampler == "transposed":
        return nn.ConvTranspose2d(wide, narrow, 4, 2, 1)
    return nn.Sequential(nn.Conv2d(wide, 4 * narrow, 3, padding=1), nn.PixelShuffle(2))
