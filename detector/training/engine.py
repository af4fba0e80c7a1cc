"""fit: trains the network of a run, from its settings to scored, saved weights; goes on from the checkpoint when there is one."""

import logging
import time
from collections.abc import Callable
from dataclasses import replace

import torch
from accelerate import Accelerator
from accelerate.utils import DataLoaderConfiguration
from torch import Tensor
from torch.utils.data import DataLoader

from detector.errors import RunError
from detector.evaluation.metrics import auc
from detector.models.names import FITTED, network
from detector.models.precision import half_of
from detector.models.weights import load_weights
from detector.models.zoo import create_model, default_preprocess
from detector.training.checkpoint import Checkpoint, load_checkpoint
from detector.training.config import TrainConfig
from detector.training.crop_scores import crop_probabilities
from detector.training.fitted import fit_head_run
from detector.training.images import SPLITS, Crops, EpochOrder, TrainingImages, equalise_of, open_split_data
from detector.training.journal import Journal, Stopped
from detector.training.learner import Learner, Pairs, feature_learner, pixel_learner
from detector.training.loop import score, train_epoch
from detector.training.optim import make_optimizer
from detector.training.result import Probabilities, describe, save_epoch, save_result
from detector.training.runs import Run
from detector.training.shortcuts import note_audit
from detector.training.status import RunStatus
from detector.training.svm import fit_svm_run
from detector.training.time_machine import open_time_machine

log = logging.getLogger(__name__)


def fit(run: Run, listener: Callable[[RunStatus], None] | None = None) -> None:
    """Train a run to its end, or to the step at which it is asked to stop; its files tell how it went.

    Raises what went wrong after having written it into the run's status. The caller holds the run's lock.
    """
    config = run.config()
    accelerator = _accelerator(config)
    journal = Journal(run, config.planned_epochs, listener, accelerator.is_main_process, alone=accelerator.num_processes == 1)
    try:
        if config.model == "svm":
            fit_svm_run(run, config, journal, accelerator.device)
        elif config.model in FITTED:
            fit_head_run(run, config, journal, accelerator.device)
        else:
            _fit_network(run, config, journal, accelerator)
        journal.close("finished")
        # A process that ended while another still scored would tear gloo's threads down and abort.
        accelerator.wait_for_everyone()
        accelerator.end_training()
    except Stopped:
        journal.close("stopped", f"Stopped after {len(journal.rows)} finished epochs." if config.planned_epochs else "Stopped.")
    except BaseException as error:
        # Whatever it was, KeyboardInterrupt included, the page must not show a run that seems to go on.
        journal.close("failed", str(error) or type(error).__name__)
        raise


def _accelerator(config: TrainConfig) -> Accelerator:
    if config.device == "cuda" and not torch.cuda.is_available():
        raise RunError("There is no CUDA device here: choose device auto or cpu.")
    # A batch is split among the processes, so that the recipe means the same however many there are.
    on_gpu = config.device != "cpu" and torch.cuda.is_available()
    accelerator = Accelerator(
        cpu=config.device == "cpu",
        mixed_precision="bf16" if on_gpu and half_of("cuda") else "no",
        dataloader_config=DataLoaderConfiguration(split_batches=True),
    )
    if config.batch_size % accelerator.num_processes:
        raise RunError(f"Batch size {config.batch_size} cannot be split among {accelerator.num_processes} processes evenly.")
    return accelerator


def _fit_network(run: Run, config: TrainConfig, journal: Journal, accelerator: Accelerator) -> None:
    journal.phase("Reading the images")
    manifest = open_split_data(config, lambda done, total: journal.phase("Reading the images", done, total))
    torch.manual_seed(config.seed)
    known = network(config.model)
    pretrained = config.pretrained and (known is None or bool(known.pretrained))
    journal.phase("Building the network")
    model = create_model(config.model, num_outputs=config.num_outputs, pretrained=pretrained, image_size=config.image_size)
    look = default_preprocess(config.model, model, config.image_size, config.resize)
    look = replace(look, equalise=equalise_of(config, manifest), crops=config.crops or look.crops)
    images = TrainingImages(manifest, look)
    if accelerator.is_main_process:
        describe(run, config, images, model)
        note_audit(run, images, journal.phase)
    if config.freeze_backbone:
        learner = feature_learner(model, images, config, journal.phase, accelerator.device)
    else:
        learner = pixel_learner(model, images, config, journal.phase)
    _train(run, config, journal, accelerator, learner, images)


def _train(
    run: Run, config: TrainConfig, journal: Journal, accelerator: Accelerator, learner: Learner, images: TrainingImages
) -> None:
    checkpoint = load_checkpoint(run.checkpoint_file) or Checkpoint()
    if checkpoint.model:
        learner.module.load_state_dict(checkpoint.model)
    optimizer = make_optimizer(learner.module.to(accelerator.device).parameters(), config)
    if checkpoint.optimizer:
        optimizer.load_state_dict(checkpoint.optimizer)
    order = EpochOrder(len(images.items("train")), config.seed)
    loaders = {
        split: _loader(learner.data[split], config, order if split == "train" else None)
        for split in SPLITS
        if images.items(split)
    }
    module, optimizer = accelerator.prepare(learner.module, optimizer)
    loaders = {split: accelerator.prepare(loader) for split, loader in loaders.items()}
    weights: Tensor | None = images.class_weights().to(accelerator.device) if config.class_weights else None
    journal.begin(checkpoint.rows)
    main = accelerator.is_main_process
    machine = open_time_machine(run, config, learner.model, images, len(checkpoint.rows)) if main else None
    try:
        for epoch in range(len(checkpoint.rows), config.epochs):
            if _patience_is_over(config, checkpoint):
                log.info("no better validation loss for %d epochs: stopping early", config.patience)
                break
            started = time.monotonic()
            order.epoch = epoch
            torch.manual_seed(config.seed * 100_003 + epoch)  # dropout; the same after a resume
            train_data = learner.data["train"]
            if isinstance(train_data, Crops):
                train_data.epoch = epoch
            train_loss, train_accuracy = train_epoch(
                module, loaders["train"], optimizer, config, epoch, accelerator, journal, weights
            )
            valid = score(module, loaders["valid"], accelerator)
            row = {
                "epoch": epoch + 1,
                "train_loss": train_loss,
                "train_accuracy": train_accuracy,
                "valid_loss": valid.loss,
                "valid_accuracy": valid.accuracy,
                "valid_auc": auc(valid.labels.numpy(), valid.probabilities.numpy())[0],
                "learning_rate": optimizer.param_groups[0]["lr"],
                "seconds": round(time.monotonic() - started, 3),
            }
            better = valid.loss < checkpoint.best_loss
            if better:
                checkpoint.best_loss, checkpoint.best_epoch = valid.loss, epoch + 1
            checkpoint.rows = [*journal.rows, row]
            if main:
                if machine:
                    machine.record(epoch + 1)
                save_epoch(run, config, images, learner.model, better)
                checkpoint.model = accelerator.unwrap_model(module).state_dict()
                checkpoint.optimizer = optimizer.state_dict()
                checkpoint.save(run.checkpoint_file)
            journal.end_epoch(row)
    except Stopped:
        if checkpoint.best_epoch:
            _finish(run, config, journal, accelerator, learner, images, loaders)
        raise
    _finish(run, config, journal, accelerator, learner, images, loaders)


def _patience_is_over(config: TrainConfig, checkpoint: Checkpoint) -> bool:
    return bool(config.patience) and len(checkpoint.rows) - checkpoint.best_epoch >= config.patience


def _loader(data: Pairs, config: TrainConfig, order: EpochOrder | None) -> "DataLoader[tuple[Tensor, ...]]":
    # A last batch of one picture breaks batch normalisation, so it is dropped where there are others.
    lone = order is not None and len(order) > config.batch_size and len(order) % config.batch_size == 1
    return DataLoader(data, batch_size=config.batch_size, sampler=order, drop_last=lone)


def _finish(
    run: Run,
    config: TrainConfig,
    journal: Journal,
    accelerator: Accelerator,
    learner: Learner,
    images: TrainingImages,
    loaders: "dict[str, DataLoader[tuple[Tensor, ...]]]",
) -> None:
    """Score validation and test with the best epoch's weights, and save the result."""
    accelerator.wait_for_everyone()  # the main process may still be writing the best weights
    best, _ = load_weights(run.best_weights)
    learner.model.load_state_dict(best.state_dict())
    module = learner.module.to(accelerator.device)
    held_out = [split for split in ("valid", "test") if split in loaders]
    scores: Probabilities = {}
    if images.preprocess.crops == 1:
        scores = {split: score(module, loaders[split], accelerator).probabilities.numpy() for split in held_out}
    elif accelerator.is_main_process:
        scores = {split: crop_probabilities(learner.model, images, split, accelerator.device, journal.say) for split in held_out}
    if accelerator.is_main_process:
        save_result(run, config, images, scores, tell=journal.say)
