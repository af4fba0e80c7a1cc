"""Features of what is fitted in one go: once a picture and augmented view, kept on disk, never more pixels than a batch's."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import torch
from numpy.typing import NDArray

from detector.data.images import open_image
from detector.data.manifest import Item
from detector.data.parallel import in_order
from detector.data.transforms import Augmentation, augment
from detector.home import cache_folder
from detector.models.encoder import FrozenEncoder
from detector.models.fitted_head import is_head
from detector.models.frontends.dct import DctStatistics
from detector.models.inputs import normalise
from detector.models.precision import autocast
from detector.training.feature_rows import FeatureRows, Floats
from detector.training.images import TrainingImages

FeatureModel = FrozenEncoder | DctStatistics
Phase = Callable[[str, int, int], None]
Views = NDArray[np.uint8]

PLAIN = Augmentation()
BATCH = 16
"""Pictures a batch: what a stop can lose, and the pixels that are held."""


@dataclass(frozen=True)
class View:
    """How a picture is looked at: `number` 0 as it is tested, else augmented, by chance that (seed, number, content) decide."""

    number: int = 0
    augmentation: Augmentation = PLAIN
    seed: int = 0

    def name(self, sha256: str) -> str:
        """The name of a picture's features in this view."""
        if not self.number:
            return sha256
        return f"{sha256}-{hashlib.sha256(repr(self).encode()).hexdigest()[:16]}"


def views_of(count: int, augmentation: Augmentation, seed: int) -> list[View]:
    """The plain view and `count` augmented ones; none of these where nothing is augmented, since they would be copies."""
    return [View(), *(View(number, augmentation, seed) for number in range(1, count + 1) if augmentation != PLAIN)]


def model_features(
    model: FeatureModel,
    images: TrainingImages,
    items: Sequence[Item],
    views: Sequence[View],
    device: torch.device,
    phase: Phase | None = None,
) -> list[Floats]:
    """For each view the pooled features of the items (N, F); whatever was computed before, by any run, is read from disk.

    The plain view is the mean over the picture's crops, which for a linear head is the mean of their logits. Raises ImageError
    for a picture that changed or went away.
    """
    rows = FeatureRows(cache_folder() / "features" / _digest(model, images), model.linear.in_features)
    known = set(rows.names())
    once = {item.sha256: item for item in items}
    wanted = {sha: [view for view in views if view.name(sha) not in known] for sha in once}
    missing = [once[sha] for sha, some in wanted.items() if some]
    model = model.to(device).eval()
    for start in range(0, len(missing), BATCH):
        if phase:
            phase("Computing features, image", start, len(missing))
        batch = missing[start : start + BATCH]
        pixels = in_order(partial(_pixels, images, wanted), batch)
        names, vectors = zip(*_vectors(model, images, batch, wanted, pixels, device), strict=True)
        rows.add(names, np.stack(vectors))
    return [rows.read([view.name(item.sha256) for item in items]) for view in views]


def _pixels(images: TrainingImages, wanted: dict[str, list[View]], item: Item) -> list[Views]:
    """The picture, decoded once, in each of its wanted views: (k, S, S, 3) each."""
    image, look = open_image(images.manifest.path(item), item.sha256), images.preprocess
    found, canvas = [], None
    for view in wanted[item.sha256]:
        if not view.number:
            found.append(look.arrays(image))
            continue
        canvas = np.asarray(look.canvas(image)) if canvas is None else canvas
        random = np.random.default_rng((view.seed, view.number, int(item.sha256[:15], 16)))
        found.append(augment(canvas, look.size, view.augmentation, random)[None])
    return found


def _vectors(
    model: FeatureModel,
    images: TrainingImages,
    batch: Sequence[Item],
    wanted: dict[str, list[View]],
    pixels: Iterator[list[Views]],
    device: torch.device,
) -> Iterator[tuple[str, Floats]]:
    """Name and features of each view of each picture of a batch."""
    named = [
        (view.name(item.sha256), crops)
        for item, own in zip(batch, pixels, strict=True)
        for view, crops in zip(wanted[item.sha256], own, strict=True)
    ]
    flat = [crop for _, crops in named for crop in crops]
    found = []
    with torch.no_grad(), autocast(device):
        for start in range(0, len(flat), BATCH):
            some = torch.from_numpy(np.stack(flat[start : start + BATCH])).to(device)
            found.append(model.features(normalise(some, images.preprocess)).float().cpu())
    parts = torch.cat(found).split([len(crops) for _, crops in named])
    yield from ((name, part.mean(dim=0).numpy()) for (name, _), part in zip(named, parts, strict=True))


def _digest(model: FeatureModel, images: TrainingImages) -> str:
    """One hash for the weights below the head, where a trunk is read, and how pictures are prepared."""
    read = model.taps if isinstance(model, FrozenEncoder) else type(model).__name__
    digest = hashlib.sha256(f"{read} {images.preprocess}".encode())
    for name, tensor in model.state_dict().items():
        if not is_head(name):
            digest.update(name.encode() + tensor.detach().cpu().contiguous().numpy().tobytes())
    return "fitted-" + digest.hexdigest()[:32]
