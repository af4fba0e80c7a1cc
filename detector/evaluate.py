"""Evaluate a detector on a labelled folder: every readable image scored once, through the one preprocessing path."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pandas as pd

from detector.data.folders import open_data
from detector.data.images import open_image
from detector.data.manifest import Problem
from detector.errors import DataError
from detector.evaluation.metrics import Metrics, evaluate
from detector.models.library import default_name, find_weights
from detector.models.weights import seen_hashes
from detector.predict import Predictor

BATCH = 32


@dataclass(frozen=True)
class FolderReport:
    """Metrics on a folder. `seen`: how many of its images the weights were trained or chosen on; `problems`: files left out."""

    weights: str
    data: str
    threshold: float
    metrics: Metrics
    seen: int
    problems: tuple[Problem, ...]
    predictions: pd.DataFrame

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready; the metrics' keys at the top level."""
        return {
            "weights": self.weights,
            "data": self.data,
            "threshold": self.threshold,
            **self.metrics.to_dict(),
            "seen_in_training": self.seen,
            "unreadable": len(self.problems),
        }


def evaluate_folder(
    weights: str,
    data: str,
    *,
    unseen_only: bool = False,
    device: str = "auto",
    progress: Callable[[int, int], None] | None = None,
) -> FolderReport:
    """Score a data folder, or "lab", with weights known by name, folder or run.

    Raises DataError when there is nothing to score, WeightsError when the weights cannot be used.
    """
    folder = find_weights(weights or default_name())
    predictor = Predictor.load(str(folder), device=device)
    manifest = open_data(data)
    hashes = seen_hashes(folder)
    items = [item for item in manifest.items if not (unseen_only and item.sha256[:16] in hashes)]
    if not items:
        raise DataError(
            f"All {len(manifest.items)} images of {data} were used to train or choose these weights: none is left to test on."
        )
    rows: list[dict[str, Any]] = []
    for start in range(0, len(items), BATCH):
        batch = items[start : start + BATCH]
        # Only what the network sees is kept of each picture: a batch of large photographs would not fit into memory.
        views = [predictor.config.preprocess.arrays(open_image(manifest.path(item))) for item in batch]
        verdicts = predictor.verdicts(views)
        for item, verdict in zip(batch, verdicts, strict=True):
            rows.append(
                {
                    "path": item.path,
                    "label": item.label,
                    "generator": item.generator,
                    "split": item.split,
                    "group": item.group,
                    "probability": verdict.probability,
                }
            )
        if progress:
            progress(len(rows), len(items))
    frame = pd.DataFrame(rows)
    metrics = evaluate(
        frame["label"].to_numpy(), frame["probability"].to_numpy(), predictor.config.threshold, frame["group"].to_numpy()
    )
    seen = sum(item.sha256[:16] in hashes for item in items)
    return FolderReport(predictor.name, data, predictor.config.threshold, metrics, seen, manifest.problems, frame)
