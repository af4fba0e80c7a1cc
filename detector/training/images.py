"""TrainingImages: the pictures of a run, split, decoded once and ready for a DataLoader."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.utils.data import Dataset, Sampler

from detector.data.duplicates import refuse_conflicts
from detector.data.equalise import Equalise, Rule, default_side
from detector.data.folders import open_data
from detector.data.leave_out import named_generators, without_generators
from detector.data.manifest import Item, Manifest
from detector.data.pixels import load_pixels
from detector.data.preprocess import Preprocess
from detector.data.splits import assign_splits
from detector.data.transforms import Augmentation, augment
from detector.labels import LABEL_NAMES
from detector.training.config import TrainConfig

Progress = Callable[[int, int], None]
SPLITS = ("train", "valid", "test")


def open_split_data(config: TrainConfig, progress: Progress | None = None) -> Manifest:
    """The data of a run with every image in its split; raises DataError for a folder that cannot be trained on."""
    manifest = open_data(config.data, progress)
    refuse_conflicts(manifest.items)
    items = _limited(manifest.items, config.max_images)
    items = assign_splits(items, config.valid_fraction, config.test_fraction, config.seed)
    if left_out := named_generators(config.leave_out):
        items = without_generators(items, left_out)
    return replace(manifest, items=items)


def _limited(items: tuple[Item, ...], most: int) -> tuple[Item, ...]:
    """At most so many images a class, chosen by their hash: the choice depends on no order and no file name."""
    if not most:
        return items
    chosen: set[str] = set()
    for label in range(len(LABEL_NAMES)):
        ranked = sorted((item for item in items if item.label == label), key=lambda item: (item.sha256, item.path))
        chosen.update(item.path for item in ranked[:most])
    return tuple(item for item in items if item.path in chosen)


def equalise_of(config: TrainConfig, manifest: Manifest) -> Equalise | None:
    """How the pictures are made alike before training, or None; without a given side it is one that the data set allows."""
    if config.equalise == "off":
        return None
    rule: Rule = "crop" if config.equalise == "crop" else "resize"
    return Equalise(rule, config.equalise_side or default_side(manifest.items))


def augmentation_of(config: TrainConfig) -> Augmentation:
    """The augmentations that the settings switch on."""
    return Augmentation(
        horizontal_flip=config.horizontal_flip,
        vertical_flip=config.vertical_flip,
        rotation=config.rotation,
        random_crop=config.random_crop,
        noise=config.noise,
        jpeg=config.jpeg,
        blur=config.blur,
    )


class Crops(Dataset[tuple[Tensor, Tensor]]):
    """The canvases in `rows` as uint8 S × S × 3 with their label, augmented by a random stream of (seed, epoch, index).

    The stream depends on nothing else, so an epoch looks the same after a resume and on any number of processes.
    """

    def __init__(
        self,
        canvases: NDArray[np.uint8],
        rows: list[int],
        labels: list[int],
        size: int,
        augmentation: Augmentation,
        seed: int,
    ) -> None:
        self.canvases = canvases
        self.rows = rows
        self.labels = torch.tensor(labels)
        self.size = size
        self.augmentation = augmentation
        self.seed = seed
        self.epoch = 0

    def __len__(self) -> int:
        return len(self.labels)

    def __getitem__(self, index: int) -> tuple[Tensor, Tensor]:
        random = np.random.default_rng((self.seed, self.epoch, index))
        crop = augment(self.canvases[self.rows[index]], self.size, self.augmentation, random)
        return torch.from_numpy(np.ascontiguousarray(crop)), self.labels[index]


class EpochOrder(Sampler[int]):
    """A new order each epoch that depends on (seed, epoch) alone."""

    def __init__(self, count: int, seed: int) -> None:
        self.count = count
        self.seed = seed
        self.epoch = 0

    def __len__(self) -> int:
        return self.count

    def __iter__(self) -> Iterator[int]:
        yield from np.random.default_rng((self.seed, self.epoch)).permutation(self.count).tolist()


@dataclass(frozen=True)
class TrainingImages:
    """A run's manifest and how its pictures are prepared; `crops` decodes them on first use and caches them on disk."""

    manifest: Manifest
    preprocess: Preprocess

    def items(self, split: str) -> tuple[Item, ...]:
        """The images of a split, in the manifest's order."""
        return self.manifest.of(split)

    def crops(self, split: str, augmentation: Augmentation, seed: int, progress: Progress | None = None) -> Crops:
        """A split as a data set of crops; all splits, and other runs on the same pictures, share one array of pixels."""
        items = self.items(split)
        shared = list({item.sha256: item for item in sorted(self.manifest.items, key=lambda item: item.sha256)}.values())
        row_of = {item.sha256: row for row, item in enumerate(shared)}
        canvases = load_pixels(self.manifest, shared, self.preprocess, progress)
        rows, labels = [row_of[item.sha256] for item in items], [item.label for item in items]
        return Crops(canvases, rows, labels, self.preprocess.size, augmentation, seed)

    def class_weights(self) -> Tensor:
        """Weights under which both classes count alike in the training loss, shape (2,)."""
        counts = np.bincount([item.label for item in self.items("train")], minlength=2)
        return torch.tensor(counts.sum() / (2 * counts), dtype=torch.float32)
