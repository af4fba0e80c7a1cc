"""Small data sets for the benchmark: a picture's class shows in its brightness, each generator a little differently."""

from pathlib import Path

import numpy as np
from PIL import Image

from detector.benchmark.extractors import Extractor
from detector.benchmark.frozen import FrozenRecipe
from detector.benchmark.pictures import Picture
from detector.data.equalise import Equalise
from detector.data.manifest import Item
from detector.data.preprocess import Preprocess

GENERATORS = ("dalle", "flux", "imagen", "sdxl")
SIDE = 32


def make_set(folder: Path, each: int, generators: tuple[str, ...], seed: int = 0) -> Path:
    """Write so many brighter pictures of each generator and as many dark ones in all, with overlap between the classes."""
    random = np.random.default_rng(seed)
    for number in range(each * len(generators)):
        _save(folder / "real" / f"{number:03}.png", random.normal(95, 22), random)
    for place, generator in enumerate(generators):
        for number in range(each):
            _save(folder / "ai" / f"{generator}__{number:03}.png", random.normal(140 + 10 * place, 22), random)
    return folder


def toy_recipe(calls: list[int] | None = None) -> FrozenRecipe:
    """A linear layer on the mean colour; `calls` collects how many pictures were looked at."""

    def network(x):
        if calls is not None:
            calls.append(len(x))
        return x.mean(dim=(2, 3))

    return FrozenRecipe("colour", Extractor("colour-1", (3,), Preprocess(size=16), network))


def picture(path: str, label: int, generator: str = "", group: str = "", data: str = "art") -> Picture:
    """A picture that no test opens."""
    sha256 = f"{abs(hash((data, path))):064x}"[-64:]
    item = Item(path, label, generator, "", 64, 64, "PNG", sha256, group=group)
    return Picture(data, item, Path(path), Equalise("resize", SIDE))


def _save(file: Path, level: float, random: np.random.Generator) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    blots = random.normal(0, 30, (4, 4, 3))
    small = np.clip(level + blots - blots.mean(), 0, 255).astype(np.uint8)
    Image.fromarray(small).resize((SIDE, SIDE), Image.Resampling.BICUBIC).save(file)
