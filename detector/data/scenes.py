"""Scenes: small pictures painted by code, varied in motif, colour and texture. Knows nothing of labels or marks."""

import colorsys
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Plane = NDArray[np.float32]  # (size, size)
Picture = NDArray[np.float32]  # (size, size, 3), 0 to 255
Colours = NDArray[np.float32]  # (n, 3), 0 to 255, from the darkest to the lightest


def draw_scene(rng: np.random.Generator, size: int) -> Picture:
    """A picture of size × size: a motif at random in colours at random, with grain all over as a sensor or a canvas has it."""
    motif = _MOTIFS[rng.integers(len(_MOTIFS))]
    picture = motif(rng, size, _colours(rng))
    light = 1.0 + 0.15 * smooth_noise(rng, size, 2)
    return np.clip(picture * light[..., None] + _grain(rng, size), 0, 255).astype(np.float32)


def smooth_noise(rng: np.random.Generator, size: int, cells: int) -> Plane:
    """Soft random hills and hollows between about -1 and 1, `cells` of them a side."""
    coarse = rng.uniform(-1, 1, (cells + 2, cells + 2)).astype(np.float32)
    return np.asarray(Image.fromarray(coarse).resize((size, size), Image.Resampling.BICUBIC))


def _grain(rng: np.random.Generator, size: int) -> Picture:
    """Fine noise, partly of single pixels and partly of specks two pixels wide, so that it outlives halving the picture."""
    fine = rng.standard_normal((size, size, 1)) + 0.4 * rng.standard_normal((size, size, 3))
    specks = 2.2 * smooth_noise(rng, size, size // 2)[..., None]
    return np.asarray(rng.uniform(6, 10) * (0.7 * fine + specks), dtype=np.float32)


def _cloud(rng: np.random.Generator, size: int, cells: int) -> Plane:
    """Noise at three scales, 0 to 1: the larger, the stronger."""
    layers = sum(smooth_noise(rng, size, cells * 2**octave) / 2**octave for octave in range(3))
    cloud: Plane = np.asarray(layers, dtype=np.float32)
    return (cloud - cloud.min()) / max(float(np.ptp(cloud)), 1e-6)


def _colours(rng: np.random.Generator) -> Colours:
    """Five colours that go together: neighbours on the colour wheel and one from across it, dark to light."""
    hue, spread = rng.uniform(), rng.uniform(0.04, 0.14)
    hues = hue + spread * np.array([-1.0, 0.0, 1.0, 0.5, 2.0]) + np.array([0, 0, 0, 0.5, 0]) * rng.integers(2)
    saturation = rng.uniform(0.25, 0.75) * np.linspace(1.1, 0.6, 5)
    value = np.linspace(rng.uniform(0.2, 0.4), rng.uniform(0.8, 0.97), 5)
    rows = [colorsys.hsv_to_rgb(h % 1, s, v) for h, s, v in zip(hues, saturation, value, strict=True)]
    return 255 * np.array(rows, dtype=np.float32)


def _grid(size: int) -> tuple[Plane, Plane]:
    """The x and y of every pixel, 0 to 1."""
    steps = (np.arange(size, dtype=np.float32) + 0.5) / size
    shape = (size, size)
    return np.broadcast_to(steps[None, :], shape), np.broadcast_to(steps[:, None], shape)


def _ramp(colours: Colours, place: NDArray[Any]) -> Picture:
    """Colours along their scale, mixed between neighbours: place 0 is the first, 1 the last."""
    at = np.clip(place, 0, 1) * (len(colours) - 1)
    return np.stack([np.interp(at, np.arange(len(colours)), colours[:, channel]) for channel in range(3)], axis=-1).astype(
        np.float32
    )


def _paint(picture: Picture, cover: Plane, colour: NDArray[Any]) -> Picture:
    """The picture with a colour (or a picture) over it where `cover` is 1."""
    return np.asarray(picture + np.clip(cover, 0, 1)[..., None] * (colour - picture), dtype=np.float32)


def _hills(rng: np.random.Generator, size: int, colours: Colours) -> Picture:
    """A sky, a sun or moon, and ranges of hills that darken towards the front."""
    x, y = _grid(size)
    picture = _ramp(colours[2:], y * 1.3 + 0.15 * _cloud(rng, size, 3))
    distance = np.hypot(x - rng.uniform(0.15, 0.85), y - rng.uniform(0.1, 0.4))
    picture = _paint(picture, (rng.uniform(0.05, 0.12) - distance) * size, colours[4] * 0.3 + 178)
    ranges = rng.integers(2, 5)
    for index in range(ranges):
        ridge = 0.4 + 0.5 * (index + rng.uniform(0, 0.6)) / ranges + 0.12 * smooth_noise(rng, size, 2 + 2 * index)[0]
        shade = colours[2] + (colours[0] - colours[2]) * (index + 1) / ranges
        picture = _paint(picture, (y - ridge[None, :]) * size, shade * (0.85 + 0.3 * y[..., None]))
    return picture


def _lights(rng: np.random.Generator, size: int, colours: Colours) -> Picture:
    """Soft discs of light over a dim ground, as out-of-focus lamps look."""
    x, y = _grid(size)
    picture = _ramp(colours[:3], _cloud(rng, size, 2))
    for _ in range(rng.integers(6, 15)):
        radius = rng.uniform(0.05, 0.2)
        distance = np.hypot(x - rng.uniform(), y - rng.uniform())
        cover = np.clip((radius - distance) * size / rng.uniform(1, 4), 0, 1) * rng.uniform(0.3, 0.85)
        picture = _paint(picture, cover, colours[rng.integers(2, 5)])
    return picture


def _clouds(rng: np.random.Generator, size: int, colours: Colours) -> Picture:
    """Flowing bands of colour, as in marbled paper."""
    bands = _cloud(rng, size, int(rng.integers(2, 5)))
    return _ramp(colours, 0.5 + 0.5 * np.sin(2 * np.pi * (bands * rng.uniform(0.6, 1.8) + rng.uniform())))


def _fruit(rng: np.random.Generator, size: int, colours: Colours) -> Picture:
    """Shaded balls on a table before a wall."""
    x, y = _grid(size)
    table = rng.uniform(0.5, 0.75)
    picture = _ramp(colours[2:4], y + 0.3 * _cloud(rng, size, 2))
    picture = _paint(picture, (y - table) * size, colours[1] * (0.8 + 0.4 * _cloud(rng, size, 3)[..., None]))
    for _ in range(rng.integers(2, 5)):
        radius, left, top = rng.uniform(0.09, 0.2), rng.uniform(0.1, 0.9), table + rng.uniform(-0.1, 0.12)
        shadow = np.hypot((x - left - 0.3 * radius) / 1.3, (y - top - 0.8 * radius) / 0.4)
        picture = _paint(picture, 0.5 * (radius - shadow) * size / 3, colours[0] * 0.5)
        light = np.hypot(x - left + 0.4 * radius, y - top + 0.4 * radius) / (1.6 * radius)
        ball = _ramp(colours[[4, 3, 1, 0]] if rng.uniform() < 0.5 else colours[[4, 2, 0]], light)
        picture = _paint(picture, (radius - np.hypot(x - left, y - top)) * size, ball)
    return picture


def _houses(rng: np.random.Generator, size: int, colours: Colours) -> Picture:
    """A row of plain fronts before the sky, some with lit windows."""
    x, y = _grid(size)
    picture = _ramp(colours[2:], y + 0.2 * _cloud(rng, size, 2))
    left = -0.05
    while left < 1:
        right, top = left + rng.uniform(0.12, 0.3), rng.uniform(0.2, 0.7)
        inside = np.minimum(np.minimum(x - left, right - x), y - top) * size
        picture = _paint(picture, inside, colours[rng.integers(0, 3)] * rng.uniform(0.7, 1.05))
        step = rng.uniform(0.07, 0.11)
        window = (np.abs((x - left) / step % 1 - 0.5) < 0.22) & (np.abs((y - top) / step % 1 - 0.5) < 0.28) & (inside > 2)
        picture = _paint(picture, window * rng.uniform(0.2, 0.9), colours[rng.integers(3, 5)])
        left = right
    return picture


_MOTIFS = (_hills, _lights, _clouds, _fruit, _houses)
