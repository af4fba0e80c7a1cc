"""A run whose model is fitted in one go: features computed once a picture and view, then one head on them."""

from dataclasses import replace

import numpy as np
import torch

from detector.data.preprocess import Preprocess
from detector.models.compact import pack, unpack
from detector.models.encoder import FrozenEncoder
from detector.models.fitted_head import set_head
from detector.models.frontends.dct import DctStatistics
from detector.models.head_fit import HeadFitter
from detector.models.rbf_fit import RbfFit
from detector.models.weights import save_weights
from detector.models.zoo import create_model, default_preprocess
from detector.training.config import TrainConfig, svm_values
from detector.training.encoder_features import View, model_features, views_of
from detector.training.images import TrainingImages, augmentation_of, equalise_of, open_split_data
from detector.training.journal import Journal, Stopped
from detector.training.result import Probabilities, describe, save_result, seen, weights_config
from detector.training.runs import Run
from detector.training.shortcuts import note_audit


def model_to_fit(config: TrainConfig) -> tuple[FrozenEncoder | DctStatistics, Preprocess]:
    """The model of these settings without its head, packed as its weights will be kept, and how it sees pictures."""
    torch.manual_seed(config.seed)  # a backbone from scratch is the same every time
    model = create_model(
        config.model,
        backbone=config.backbone,
        taps=config.taps,
        pool=config.pool,
        pretrained=config.pretrained,
        image_size=config.image_size,
    )
    assert isinstance(model, FrozenEncoder | DctStatistics)
    # packed before anything is computed, so that the features are those of the weights that are kept
    model.load_state_dict(unpack(pack(model.state_dict(), config.compact)))
    look = default_preprocess(config.model, model, config.image_size, config.resize)
    return model, replace(look, crops=config.crops or look.crops)


def head_of(config: TrainConfig) -> HeadFitter:
    """How the head of these settings is fitted."""
    return HeadFitter(config.head, svm_values(config.head_c, "head_c"), config.class_weights, config.head_components)


def fit_head_run(run: Run, config: TrainConfig, journal: Journal, device: torch.device) -> None:
    """Fit and save; the metrics' rows are the candidates (c, valid_loss, valid_accuracy), in the order tried."""
    journal.phase("Reading the images")
    manifest = open_split_data(config, lambda done, total: journal.phase("Reading the images", done, total))
    journal.phase("Building the backbone")
    model, look = model_to_fit(config)
    look = replace(look, equalise=equalise_of(config, manifest))
    images = TrainingImages(manifest, look)
    note_audit(run, images, journal.phase)
    views = views_of(config.augmented_views, augmentation_of(config), config.seed)
    features = {
        split: model_features(model, images, images.items(split), views if split == "train" else [View()], device, journal.timed)
        for split in ("train", "valid", "test")
        if images.items(split)
    }
    labels = {split: np.array([item.label for item in images.items(split)]) for split in features}
    journal.begin([])

    def tried(done: int, total: int, row: dict[str, float]) -> None:
        run.append_metrics({"candidate": done, **row})
        journal.step(done, total, "Trying values of C")
        if journal.stop_wanted():
            raise Stopped

    fit = head_of(config).fit(
        np.concatenate(features["train"]),
        np.tile(labels["train"], len(views)),
        features["valid"][0],
        labels["valid"],
        tried,
    )
    set_head(model.cpu(), fit)
    describe(run, config, images, model)
    components, centres = reversed(fit.centres.shape) if isinstance(fit, RbfFit) else (0, 0)
    weights = weights_config(run, config, images, support_vectors=centres, components=components)
    for folder in (run.last_weights, run.best_weights):
        save_weights(folder, model, weights, f"Weights of an unfinished run, {run.name}.\n", seen=seen(images))
    scores: Probabilities = {
        split: 1 / (1 + np.exp(-fit.logits(features[split][0]).astype(np.float64)))
        for split in ("valid", "test")
        if split in features
    }
    save_result(run, config, images, scores, {split: features[split][0] for split in ("train", "valid")})
