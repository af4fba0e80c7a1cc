"""What detectors say of the same images: predictions that runs have left, or a data set scored once by each and kept."""

import logging
from collections.abc import Callable
from pathlib import Path

import pandas as pd

from detector.data.folders import open_data
from detector.data.manifest import Item, Manifest
from detector.data.specs import root_of
from detector.errors import DataError, UserError
from detector.evaluation.joined import Scored
from detector.evaluation.predictions import read_predictions, write_predictions
from detector.home import cache_folder
from detector.models.digests import seen_hashes, weights_hash
from detector.models.library import find_weights
from detector.models.weights_config import read_weights_config
from detector.training.runs import Run, find_run

log = logging.getLogger(__name__)


def of_run(name: str, split: str = "test") -> Scored:
    """A run's own predictions on one of its splits; raises UserError where there are none."""
    run = find_run(name)
    if not run.predictions_file.is_file():
        raise UserError(f"{name} has no predictions yet: they come when training ends.")
    frame = read_predictions(run.predictions_file)
    frame = frame[frame["split"] == split].reset_index(drop=True)
    if frame.empty:
        raise UserError(f"{name} has no {split} images: compare on another split, or on a data set.")
    threshold, seen = 0.5, frozenset[str]()
    if (run.best_weights / "config.json").is_file():
        threshold, seen = read_weights_config(run.best_weights).threshold, seen_hashes(run.best_weights)
    if split == "valid":
        seen = frozenset()  # every one of them chose the epoch, of all runs alike
    return Scored(name, threshold, frame, run_root(run), _hashes(run), seen)


def on_data(
    spec: str,
    data: str,
    manifest: Manifest | None = None,
    progress: Callable[[int, int], None] | None = None,
    device: str = "auto",
) -> Scored:
    """A detector on the images of a data set that it did not learn from; scored once, then read from the workspace's cache.

    Raises DataError when there is nothing to score, WeightsError when the weights cannot be used.
    """
    folder, manifest = find_weights(spec), manifest or open_data(data)
    config, seen = read_weights_config(folder), seen_hashes(folder)
    if not _unseen(folder, manifest):
        raise DataError(f"{spec} was trained or chosen on every image of {data}: nothing is left to compare it on.")
    frame = kept_scores(folder, manifest)
    if frame is None:
        from detector.evaluate import evaluate_folder

        report = evaluate_folder(str(folder), data, unseen_only=True, device=device, progress=progress)
        frame = report.predictions
        try:
            write_predictions(_kept(folder, manifest), frame)
        except OSError as error:
            log.warning("the scores cannot be kept: %s", error)
    hashes = {item.path: item.sha256 for item in manifest.items}
    return Scored(name_of(folder), config.threshold, frame, manifest.root, hashes, seen, len(manifest.items) - len(frame))


def kept_scores(folder: Path, manifest: Manifest) -> pd.DataFrame | None:
    """What these weights say of the images of this very data that they did not learn from; None where that is not known yet.

    The same tensors may have been scored under another list of images they learnt from, so that list decides anew.
    """
    try:
        frame = read_predictions(_kept(folder, manifest))
    except UserError:
        return None
    unseen = {item.path for item in _unseen(folder, manifest)}
    frame = frame[frame["path"].isin(unseen)].reset_index(drop=True)
    return frame if len(frame) == len(unseen) else None


def name_of(folder: Path) -> str:
    """What a weights folder is called: its name, or for a run's weights that of the run."""
    return folder.parents[1].name if folder.name in ("best", "last") and folder.parent.name == "weights" else folder.name


def run_root(run: Run) -> Path:
    """Where a run's images lie."""
    return root_of(run.config().data)


def _unseen(folder: Path, manifest: Manifest) -> list[Item]:
    seen = seen_hashes(folder)
    return [item for item in manifest.items if item.sha256[:16] not in seen]


def _kept(folder: Path, manifest: Manifest) -> Path:
    return cache_folder() / "scores" / f"{weights_hash(folder)}-{manifest.fingerprint}.csv"


def _hashes(run: Run) -> dict[str, str]:
    """The sha256 of the run's images by path, where its manifest can be read."""
    try:
        return {item.path: item.sha256 for item in Manifest.from_csv(run.manifest_file, run.folder).items}
    except UserError:
        return {}
