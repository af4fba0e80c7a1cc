"""Calibrating weights that exist: on validation images, never on those of a test, and without touching a tensor."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from detector import home
from detector.data.folders import open_data
from detector.data.images import open_image
from detector.data.manifest import Item, Manifest
from detector.errors import DataError, UserError, WeightsError
from detector.evaluation.abstention import abstention
from detector.evaluation.calibration import FILE, Calibration, calibrate, read_calibration
from detector.evaluation.conformal import ALPHA, check_alpha
from detector.evaluation.left_out import LeftOut
from detector.evaluation.novelty import read_bank
from detector.evaluation.scores import ece
from detector.files import read_json, write_json, write_text
from detector.labels import LABEL_NAMES
from detector.models.card_trust import LEFT_OUT, SPEED, trust_sections, with_sections
from detector.models.digests import HASH_DIGITS, seen_hashes
from detector.models.library import default_name, find_weights
from detector.predict import Predictor
from detector.training.runs import find_run

BATCH = 32
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Calibrated:
    """What was done: the images it was fitted on, those left out, the threshold, and the calibration error before and after.

    Both errors are on the very images of the fit, so the second flatters.
    """

    weights: str
    data: str
    n: int
    left_out: int
    threshold: float
    ece_before: float
    ece_after: float
    kind: str

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return dict(vars(self))


def calibrate_weights(
    spec: str,
    data: str,
    alpha: float = ALPHA,
    false_alarms: float = 0.0,
    device: str = "auto",
    progress: Progress | None = None,
) -> Calibrated:
    """Fit map, conformal cut-offs, tables and threshold anew, and write them beside the tensors.

    Validation images are those of the run that made the weights, where this is its data; otherwise the validation split of the
    data, or all of it where it has no splits, but for images that the weights were trained on. Images of a test split take no
    part. Raises DataError when too few are left, WeightsError for weights that ship, unless they are given by their path.
    """
    check_alpha(alpha)
    folder = own_folder(spec)
    predictor = Predictor.load(str(folder), device)
    manifest = open_data(data)
    items = _validation(manifest, folder, predictor)
    labels = np.array([item.label for item in items])
    if not items or min((labels == label).sum() for label in range(len(LABEL_NAMES))) == 0:
        raise DataError(
            f"{data} has no validation images of both classes that these weights were not trained on: give other labelled images."
        )
    raw = np.array(_scores(replace(predictor, calibration=Calibration(), bank=None), manifest, items, progress))
    found, probabilities, threshold = calibrate(labels, raw, alpha, false_alarms)
    old = read_calibration(folder)
    found = replace(found, inputs=old.inputs, left_out=old.left_out, fitted_on=_fingerprint(items))
    measured = abstention(labels, probabilities, threshold, found)
    _write(folder, found, threshold, measured.to_dict(), items)
    kind = found.score_map.kind if found.score_map else "none"
    before, after = ece(labels, raw), ece(labels, probabilities)
    return Calibrated(predictor.name, data, len(items), len(manifest.items) - len(items), threshold, before, after, kind)


def note_left_out(spec: str, rows: Sequence[LeftOut]) -> Path:
    """Keep with the weights, and on their card, what became of generators left out of training."""
    folder = own_folder(spec)
    calibration = replace(read_calibration(folder), left_out=tuple(rows))
    write_json(folder / FILE, calibration.to_dict())
    _on_card(folder, {LEFT_OUT: trust_sections(calibration.to_dict())[LEFT_OUT]})
    return folder


def own_folder(spec: str) -> Path:
    """The weights' folder, if it may be written to: those that ship stay as they are, unless someone names their very path."""
    folder = find_weights(spec or default_name())
    if folder.parent == home.SHIPPED_WEIGHTS and len(Path(spec).parts) <= 1:
        raise WeightsError(f"{folder.name} ships with the app and stays as it is: save a copy in the library and calibrate that.")
    return folder


def _validation(manifest: Manifest, folder: Path, predictor: Predictor) -> list[Item]:
    """The images to fit on, each once."""
    known = _run_splits(predictor.config.run)
    if of_run := [item for item in manifest.items if known.get(item.sha256) == "valid"]:
        return _once(of_run)
    wanted = "valid" if any(item.split == "valid" for item in manifest.items) else ""
    held_out = _once([item for item in manifest.items if known.get(item.sha256) != "test" and item.split == wanted])
    if _fingerprint(held_out) == predictor.calibration.fitted_on:  # the same images again, with other settings
        return held_out
    seen = seen_hashes(folder)
    return [item for item in held_out if item.sha256[:HASH_DIGITS] not in seen]


def _once(items: Sequence[Item]) -> list[Item]:
    return list({item.sha256: item for item in items}.values())


def _fingerprint(items: Sequence[Item]) -> str:
    return hashlib.sha256("".join(sorted(item.sha256 for item in items)).encode()).hexdigest()[:16]


def _run_splits(run: str) -> dict[str, str]:
    """The split of each image of the run, by its hash; empty where the run is gone."""
    try:
        found = find_run(run)
        return {item.sha256: item.split for item in Manifest.from_csv(found.manifest_file, found.folder).items}
    except UserError:
        return {}


def _scores(predictor: Predictor, manifest: Manifest, items: Sequence[Item], progress: Progress | None) -> list[float]:
    found: list[float] = []
    for start in range(0, len(items), BATCH):
        some = items[start : start + BATCH]
        views = [predictor.config.preprocess.arrays(open_image(manifest.path(item), item.sha256)) for item in some]
        found += [verdict.probability for verdict in predictor.verdicts(views)]
        if progress:
            progress(len(found), len(items))
    return found


def _write(folder: Path, found: Calibration, threshold: float, measured: dict[str, Any], items: Sequence[Item]) -> None:
    """Calibration, threshold, the images it was fitted on, and the card, each file in one step."""
    seen = seen_hashes(folder) | {item.sha256[:HASH_DIGITS] for item in items}
    write_text(folder / "training_images.txt", "\n".join(sorted(seen)) + "\n")
    config = read_json(folder / "config.json")
    config["telltale"]["threshold"] = threshold
    write_json(folder / FILE, found.to_dict())
    write_json(folder / "config.json", config)
    bank = read_bank(folder)
    sections = trust_sections(found.to_dict(), measured, None, len(bank.points) if bank else 0)
    del sections[SPEED]  # stays as it was measured
    _on_card(folder, sections)


def _on_card(folder: Path, sections: dict[str, str]) -> None:
    path = folder / "card.md"
    card = path.read_text(encoding="utf-8") if path.is_file() else f"# {folder.name}\n"
    write_text(path, with_sections(card, sections))
