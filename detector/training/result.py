"""What a run leaves behind: its facts, the weights of each epoch, and, once trained, predictions, calibration and card."""

import logging
import platform
from dataclasses import replace
from importlib.metadata import version
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from torch import nn

from detector.data.manifest import Item
from detector.errors import UserError
from detector.evaluation.abstention import abstention
from detector.evaluation.calibration import calibrate, score_table
from detector.evaluation.metrics import evaluate
from detector.evaluation.pin_check import check_new_weights
from detector.evaluation.predictions import COLUMNS, write_predictions
from detector.files import write_text
from detector.labels import LABEL_NAMES
from detector.models.card import make_card
from detector.models.names import ON_FROZEN
from detector.models.pretrained import hub_repository
from detector.models.speed import measure_speed
from detector.models.weights import WeightsConfig, load_weights, save_weights
from detector.training.config import TrainConfig
from detector.training.flags import command_of
from detector.training.images import SPLITS, TrainingImages
from detector.training.likeness import Features, Tell, file_ranges, keep_likeness
from detector.training.runs import Run

Probabilities = dict[str, NDArray[np.floating]]
log = logging.getLogger(__name__)

PACKAGES = ("torch", "torchvision", "timm", "scikit-learn", "numpy", "pillow")


def describe(run: Run, config: TrainConfig, images: TrainingImages, model: nn.Module) -> None:
    """Write manifest.csv, and into about.json what was found: data, parameters, versions."""
    images.manifest.to_csv(run.manifest_file)
    run.note(
        fingerprint=images.manifest.fingerprint,
        counts=counts(images),
        unreadable=len(images.manifest.problems),
        preprocess=images.preprocess.to_dict(),
        parameters=sum(parameter.numel() for parameter in model.parameters()),
        command=command_of(config),
        versions={"python": platform.python_version(), **{package: version(package) for package in PACKAGES}},
    )


def counts(images: TrainingImages) -> dict[str, dict[str, int]]:
    """Images by split and class, like {"train": {"real": 560, "ai": 560}, …}."""
    return {
        split: {name: sum(item.label == label for item in images.items(split)) for label, name in enumerate(LABEL_NAMES)}
        for split in SPLITS
    }


def save_epoch(run: Run, config: TrainConfig, images: TrainingImages, model: nn.Module, better: bool) -> None:
    """Save the last weights, and the best ones when this epoch is the best so far."""
    card = f"Weights of an unfinished run, {run.name}. The card is written when training ends.\n"
    for folder in (run.last_weights, run.best_weights) if better else (run.last_weights,):
        save_weights(folder, model, weights_config(run, config, images), card, seen=seen(images))


def weights_config(
    run: Run, config: TrainConfig, images: TrainingImages, support_vectors: int = 0, components: int = 0
) -> WeightsConfig:
    """What has to travel with the weights so that they can be used without the run."""
    return WeightsConfig(
        architecture=config.model,
        num_outputs=config.num_outputs,
        preprocess=images.preprocess,
        image_size=config.image_size,
        backbone=config.backbone if config.model in ON_FROZEN else "",
        support_vectors=support_vectors,
        components=components,
        taps=config.taps if config.model == "encoder" else "",
        pool=config.pool if config.model == "encoder" else "",
        compact=config.compact,
        dataset=images.manifest.root.name,
        data_fingerprint=images.manifest.fingerprint,
        run=run.name,
        seed=config.seed,
        loss=config.loss,
        created=run.about()["created"],
    )


def seen(images: TrainingImages) -> list[str]:
    """Hashes of the images that weights were fitted to or chosen by; numbers on them would flatter."""
    return [item.sha256 for split in ("train", "valid") for item in images.items(split)]


def save_result(
    run: Run,
    config: TrainConfig,
    images: TrainingImages,
    scores: Probabilities,
    features: Features | None = None,
    tell: Tell | None = None,
) -> None:
    """Calibrate on validation, write predictions.csv, and complete the best weights with calibration, card and novelty bank.

    `scores` holds the network's own probability an image for "valid" and, where there is one, "test", in the order of
    `images.items`; everything written speaks of calibrated ones. `features` are pooled ones that the run has already.
    """
    truth = {split: np.array([item.label for item in images.items(split)]) for split in scores}
    calibration, _, threshold = calibrate(truth["valid"], scores["valid"], false_alarms=config.false_alarms)
    scores = {split: calibration.probabilities(raw).astype(np.float64) for split, raw in scores.items()}
    write_predictions(run.predictions_file, prediction_frame(images, scores))
    tables = {split: score_table(truth[split], scores[split]) for split in scores}
    calibration = replace(calibration, tables=tables, inputs=file_ranges(images.manifest, images.items("train")))
    held_out = "test" if "test" in scores else "valid"
    metrics = {
        split: evaluate(truth[split], scores[split], threshold, [item.group for item in images.items(split)]).to_dict()
        for split in scores
    }
    model, weights = load_weights(run.best_weights)
    weights = replace(weights, threshold=threshold)
    train, valid = images.items("train"), images.items("valid")
    save_weights(run.best_weights, model, weights, "", calibration.to_dict(), seen=seen(images))
    bank = keep_likeness(run.best_weights, model, weights.preprocess, images.manifest, train, valid, features, tell)
    card = make_card(
        run.name,
        config.to_dict(),
        {"split": held_out, **metrics[held_out]},
        counts(images),
        command_of(config),
        audit=run.about().get("audit"),
        base_model=hub_repository(config.backbone if config.model in ON_FROZEN else config.model) if config.pretrained else "",
        trust={
            "calibration": calibration.to_dict(),
            "abstention": abstention(truth[held_out], scores[held_out], threshold, calibration).to_dict(),
            "speed": _speed(images, held_out, model, weights),
            "known": len(bank.points) if bank else 0,
        },
    )
    write_text(run.best_weights / "card.md", card)
    run.note(result=metrics)
    check_new_weights(run.best_weights, run.name)


def _speed(images: TrainingImages, split: str, model: nn.Module, weights: WeightsConfig) -> dict[str, Any] | None:
    """How fast the detector is on held-out images; None, with a line in the log, where a file has gone since."""
    try:
        found = measure_speed(model, weights.preprocess, [images.manifest.path(item) for item in images.items(split)[:64]])
    except UserError as error:
        log.warning("the speed could not be measured: %s", error)
        return None
    return found.to_dict() if found else None


def prediction_frame(images: TrainingImages, scores: Probabilities) -> pd.DataFrame:
    """One row an image that was scored: path, label, generator, split, group, probability of AI-generated."""

    def row(item: Item, split: str, probability: float) -> dict[str, object]:
        known = {name: getattr(item, name) for name in ("path", "label", "generator", "group")}
        return {**known, "split": split, "probability": probability}

    return pd.DataFrame(
        [
            row(item, split, float(probability))
            for split, probabilities in scores.items()
            for item, probability in zip(images.items(split), probabilities, strict=True)
        ],
        columns=COLUMNS,
    )
