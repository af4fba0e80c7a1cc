"""An epoch from the pixel cache against torchvision's: `python -m benchmarks.pixels [DIR]`.

Reads the same 256-pixel JPEGs in batches of 32, in a new order each epoch, as uint8 pictures at 224 pixels: from the cache as a
training run does (`Crops` and a DataLoader), and by torchvision's ImageFolder and DataLoader without and with two workers, whose
best counts. Prints images per second of each, of the pass that fills the cache, and the ratio. DIR holds one folder a class;
without it 2,000 pictures are made by code. Nothing is augmented: what is compared is reading.
"""

import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
from PIL import Image
from torch.utils.data import DataLoader

from benchmarks.decode import photo

COUNT, SIDE, BATCH, EPOCHS = 2000, 256, 32, 3


def main() -> None:
    """Make or take the pictures, time every way in turn, and print."""
    with tempfile.TemporaryDirectory() as place:
        os.environ["DETECTOR_HOME"] = str(Path(place, "home"))
        folder = Path(sys.argv[1]) if len(sys.argv) > 1 else make(Path(place, "pictures"))
        first, cached = from_cache(folder)
        loaders = {f"ImageFolder, {workers} workers": from_folder(folder, workers) for workers in (0, 2)}
        rates: dict[str, list[float]] = {name: [] for name in ("cache", *loaders)}
        for _ in range(EPOCHS):  # in turn, so that whatever else the machine does meets them all
            for name, epoch in {"cache": cached, **loaders}.items():
                rates[name].append(rate(epoch))
    best = {name: max(found) for name, found in rates.items()}
    rival = max(value for name, value in best.items() if name != "cache")
    print(f"{'the pass that fills the cache':<32}{first:>10,.0f} images a second")
    for name, value in best.items():
        print(f"{name:<32}{value:>10,.0f} images a second")
    print(f"ratio {best['cache'] / rival:.1f}")


def from_cache(folder: Path) -> tuple[float, Callable[[], Iterable[object]]]:
    """Images per second while the cache is filled, and an epoch from it."""
    from detector.data.folders import scan
    from detector.data.preprocess import Preprocess
    from detector.data.splits import assign_splits
    from detector.data.transforms import Augmentation
    from detector.training.images import EpochOrder, TrainingImages

    manifest = scan(folder)
    manifest = type(manifest)(manifest.root, assign_splits(manifest.items, 0.01, 0.0, 0))
    images = TrainingImages(manifest, Preprocess(size=224, crop_pct=0.875, resize="native"))
    start = time.perf_counter()
    crops = images.crops("train", Augmentation(), 0)
    first = len(manifest.items) / (time.perf_counter() - start)
    order = EpochOrder(len(crops), 0)

    def epoch() -> Iterable[object]:
        order.epoch += 1
        return DataLoader(crops, BATCH, sampler=order)

    return first, epoch


def from_folder(folder: Path, workers: int) -> Callable[[], Iterable[object]]:
    """An epoch of torchvision's way: the middle of the picture, as a uint8 tensor."""
    import detector.models.torchvision_compat  # noqa: F401, I001 - before torchvision
    from torchvision.datasets import ImageFolder
    from torchvision.transforms import CenterCrop, Compose, PILToTensor

    data = ImageFolder(str(folder), Compose([CenterCrop(224), PILToTensor()]))
    loader: DataLoader[object] = DataLoader(data, BATCH, shuffle=True, num_workers=workers, persistent_workers=workers > 0)
    return lambda: loader


def rate(epoch: Callable[[], Iterable[object]]) -> float:
    """Images per second of one epoch."""
    start, count = time.perf_counter(), 0
    for pictures, _ in epoch():
        count += len(pictures)
    return count / (time.perf_counter() - start)


def make(folder: Path) -> Path:
    """2,000 JPEGs of 256 pixels, two classes of shifted waves under noise."""
    waves = np.asarray(photo(2 * SIDE, 2 * SIDE))
    rng = np.random.default_rng(0)
    for number in range(COUNT):
        file = folder / ("real", "ai")[number % 2] / f"{number}.jpg"
        file.parent.mkdir(parents=True, exist_ok=True)
        top, left = rng.integers(0, SIDE, 2)
        Image.fromarray(waves[top : top + SIDE, left : left + SIDE]).save(file, quality=int(rng.integers(75, 96)))
    return folder


if __name__ == "__main__":
    main()
