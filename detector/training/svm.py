"""A run whose model is the SVM: features computed once, C and gamma chosen by k-fold cross-validation on a grid."""

from dataclasses import replace

import torch

from detector.models.svm import fit_svm, svm_from_fit
from detector.models.weights import save_weights
from detector.models.zoo import create_model, default_preprocess
from detector.training.config import TrainConfig, svm_values
from detector.training.crop_scores import crop_probabilities
from detector.training.images import TrainingImages, equalise_of, open_split_data
from detector.training.journal import Journal, Stopped
from detector.training.learner import split_features
from detector.training.result import Probabilities, describe, save_result, seen, weights_config
from detector.training.runs import Run
from detector.training.shortcuts import note_audit


def fit_svm_run(run: Run, config: TrainConfig, journal: Journal, device: torch.device) -> None:
    """Fit and save; the metrics' rows are the grid's candidates (c, gamma, mean_accuracy, sd), in the order tried."""
    journal.phase("Reading the images")
    manifest = open_split_data(config, lambda done, total: journal.phase("Reading the images", done, total))
    journal.phase("Building the backbone")
    backbone = create_model(config.backbone, pretrained=config.pretrained, image_size=config.image_size)
    look = default_preprocess(config.backbone, backbone, config.image_size, config.resize)
    images = TrainingImages(manifest, replace(look, equalise=equalise_of(config, manifest), crops=config.crops or look.crops))
    note_audit(run, images, journal.phase)
    features, labels = {}, {}
    for split in ("train", "valid", "test"):
        if images.items(split):
            features[split], labels[split] = split_features(backbone, images, split, config.batch_size, journal.phase, device)
    journal.begin([])

    def tried(done: int, total: int, row: dict[str, float]) -> None:
        run.append_metrics({"candidate": done, **row})
        journal.step(done, total, "Trying C and gamma")
        if journal.stop_wanted():
            raise Stopped

    fit = fit_svm(
        features["train"].numpy(),
        labels["train"].numpy(),
        svm_values(config.svm_c, "svm_c"),
        svm_values(config.svm_gamma, "svm_gamma"),
        config.svm_folds,
        config.seed,
        tried,
    )
    model = svm_from_fit(backbone.cpu(), fit).eval()
    describe(run, config, images, model)
    weights = weights_config(run, config, images, support_vectors=len(fit.support_vectors))
    for folder in (run.last_weights, run.best_weights):
        save_weights(folder, model, weights, f"Weights of an unfinished run, {run.name}.\n", seen=seen(images))
    held_out = [split for split in ("valid", "test") if split in features]
    with torch.no_grad():
        scores: Probabilities = {split: torch.sigmoid(model.decide(features[split]).flatten()).numpy() for split in held_out}
    if images.preprocess.crops > 1:
        scores = {split: crop_probabilities(model, images, split, device, journal.say) for split in held_out}
    save_result(run, config, images, scores, {split: features[split].numpy() for split in ("train", "valid")}, journal.say)
