"""Novelty: how far a picture's features lie from those of the training pictures, and which of them it resembles most.

The bank travels with the weights as novelty.safetensors. It holds features, labels and names of pictures, never their pixels.
Distances are Euclidean in standardised, projected and half-whitened features, averaged over the nearest neighbours (Sun et al.,
ICML 2022, "Out-of-distribution detection with deep nearest neighbors").
"""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from detector.errors import WeightsError
from detector.files import atomic_path
from detector.labels import LABEL_WORDS

FILE = "novelty.safetensors"
NEIGHBOURS = 10
MOST = 2000  # training pictures in a bank
FEWEST, FEWEST_VALID = 50, 20
DIMENSIONS = 64
RAREST = 0.01  # of validation pictures lie farther out than the cut-off
_MOST_NUMBERS = 600_000  # of the projection, so that the file stays below 3 MB

Floats = NDArray[np.float32]
Name = tuple[int, str, str]
"""Of a training picture: its label, its generator ("" if unknown) and its path in the data set."""


@dataclass(frozen=True)
class Neighbour:
    """A training picture near to one in question: label, generator, path in the data set, and distance."""

    label: int
    generator: str
    path: str
    distance: float


@dataclass(frozen=True, eq=False)
class NoveltyBank:
    """Projected training features (N, D) with a name each, and the distance that one validation picture in a hundred exceeds.

    Features (F,) are projected by (features - mean) @ matrix, with the matrix (F, D).
    """

    mean: Floats
    matrix: Floats
    points: Floats
    names: tuple[Name, ...]
    cut: float

    def nearest(self, features: NDArray[np.floating]) -> list[list[Neighbour]]:
        """The nearest training pictures of each row of pooled features (N, F), the nearest first."""
        distances = _distances(self._project(features), self.points)
        k = min(NEIGHBOURS, len(self.points))
        places = np.argsort(distances, axis=1, kind="stable")[:, :k]
        return [
            [self._neighbour(int(place), float(row[place])) for place in own] for row, own in zip(distances, places, strict=True)
        ]

    def _neighbour(self, place: int, distance: float) -> Neighbour:
        label, generator, path = self.names[place]
        return Neighbour(label, generator, path, distance)

    def is_novel(self, neighbours: Sequence[Neighbour]) -> bool:
        """Whether a picture with these neighbours lies farther out than 99 of 100 validation pictures."""
        return float(np.mean([each.distance for each in neighbours])) > self.cut

    def save(self, folder: Path) -> None:
        """Write the bank into a weights folder."""
        from safetensors.numpy import save_file

        tensors: dict[str, NDArray[Any]] = {
            "mean": self.mean,
            "matrix": np.ascontiguousarray(self.matrix),  # of a transposed one the bytes would be written in the wrong order
            "points": self.points.astype(np.float16),
            "cut": np.array([self.cut], dtype=np.float32),
        }
        with atomic_path(folder / FILE) as temporary:
            save_file(tensors, temporary, {"names": json.dumps(self.names, ensure_ascii=False)})

    def _project(self, features: NDArray[np.floating]) -> Floats:
        rows = np.asarray(features, dtype=np.float32)
        if rows.ndim != 2 or rows.shape[1] != self.mean.size:
            raise WeightsError(f"{FILE} was made for other weights: calibrate the detector again, or delete that file.")
        return np.asarray((rows - self.mean) @ self.matrix, dtype=np.float32)


def fit_bank(train: NDArray[np.floating], names: Sequence[Name], valid: NDArray[np.floating]) -> NoveltyBank | None:
    """The bank of training features (N, F) with its cut-off from validation features (M, F); None where there are too few."""
    from sklearn.decomposition import PCA

    if len(train) < FEWEST or len(valid) < FEWEST_VALID:
        return None
    rows = np.asarray(train, dtype=np.float64)[: MOST * 2]
    mean, scale = rows.mean(axis=0), rows.std(axis=0)
    scale[scale < 1e-6 * max(float(scale.max()), 1e-6)] = np.inf  # what never varied says nothing
    most = min(DIMENSIONS, len(rows) // 4, rows.shape[1], max(1, _MOST_NUMBERS // rows.shape[1]))
    pca = PCA(most, svd_solver="randomized", random_state=0).fit((rows - mean) / scale)
    spread = np.sqrt(pca.explained_variance_)
    kept = spread > 1e-6 * max(float(spread[0]), 1e-12)
    # halfway to whitening: where every direction counts alike, the many that tell no pictures apart outvote those that do
    matrix = (pca.components_[kept] / scale / np.sqrt(spread[kept, None])).T
    points = ((rows[:MOST] - mean) @ matrix).astype(np.float16).astype(np.float32)
    bank = NoveltyBank(mean.astype(np.float32), matrix.astype(np.float32), points, tuple(names[: len(points)]), 0.0)
    far = [np.mean([each.distance for each in near]) for near in bank.nearest(np.asarray(valid, dtype=np.float32))]
    return NoveltyBank(bank.mean, bank.matrix, points, bank.names, float(np.quantile(far, 1 - RAREST)))


def read_bank(folder: Path) -> NoveltyBank | None:
    """The bank in a weights folder, None where it has none; raises WeightsError when it is damaged."""
    from safetensors import SafetensorError, safe_open

    path = folder / FILE
    if not path.is_file():
        return None
    try:
        with safe_open(path, framework="np") as file:
            mean, matrix, points, cut = (file.get_tensor(name).astype(np.float32) for name in ("mean", "matrix", "points", "cut"))
            names = tuple(
                (int(label), str(generator), str(name)) for label, generator, name in json.loads(file.metadata()["names"])
            )
    except (SafetensorError, OSError, ValueError, KeyError, TypeError) as error:
        raise WeightsError(f"{path} is damaged ({error}): calibrate the detector again, or delete that file.") from error
    fits = matrix.shape == (mean.size, points.shape[-1]) and points.ndim == 2 and len(points) == len(names) > 0 and cut.size == 1
    if not fits or not all(np.isfinite(each).all() for each in (mean, matrix, points, cut)):
        raise WeightsError(f"{path} does not fit together: calibrate the detector again, or delete that file.")
    if any(label not in range(len(LABEL_WORDS)) for label, _, _ in names):
        raise WeightsError(f"{path} names labels that do not exist: calibrate the detector again, or delete that file.")
    return NoveltyBank(mean, matrix, points, names, float(cut[0]))


def resemblance(neighbours: Sequence[Neighbour]) -> str:
    """What the nearest training pictures are, the most frequent first, like "7 AI-generated (5 midjourney), 3 real"."""
    found = []
    for label, count in Counter(each.label for each in neighbours).most_common():
        generators = Counter(each.generator for each in neighbours if each.label == label and each.generator)
        of = ", ".join(f"{n} {name}" for name, n in generators.most_common(3))
        found.append(f"{count} {LABEL_WORDS[label]}{f' ({of})' if of else ''}")
    return ", ".join(found)


def _distances(rows: Floats, points: Floats) -> NDArray[np.float64]:
    """Euclidean distances (N, M), some rows at a time so that memory stays small."""
    found = [np.sqrt(np.square(points - row, dtype=np.float64).sum(axis=1)) for row in rows]
    return np.stack(found) if found else np.zeros((0, len(points)))
