import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch

from detector.data.manifest import Manifest
from detector.errors import DataError, RunError, UserError
from detector.models.weights import load_weights, seen_hashes
from detector.training.config import TrainConfig
from detector.training.engine import fit
from detector.training.runs import Run, create_run
from detector.training.status import RunStatus


def trained(config: TrainConfig, name: str = "run") -> Run:
    run = create_run(config, name)
    fit(run)
    return run


def weights_of(run: Run) -> dict[str, torch.Tensor]:
    model, _ = load_weights(run.last_weights)
    return model.state_dict()


@pytest.mark.parametrize("loss", ["cross_entropy", "binary_cross_entropy"])
def test_a_network_learns_stripes_with_either_loss(workspace: Path, small: TrainConfig, loss: str) -> None:
    run = trained(small.but(loss=loss, epochs=5))
    assert run.status().state == "finished"
    assert run.metrics()[-1]["valid_accuracy"] >= 0.9
    assert run.about()["result"]["test"]["accuracy"] >= 0.9


def test_predictions_hold_every_validation_and_test_image_once_and_no_training_image(workspace: Path, small: TrainConfig) -> None:
    run = trained(small)
    frame = pd.read_csv(run.predictions_file)
    manifest = Manifest.from_csv(run.manifest_file, Path(small.data))
    held_out = {item.path: item.split for item in manifest.items if item.split != "train"}
    assert dict(zip(frame["path"], frame["split"], strict=True)) == held_out
    assert frame["probability"].between(0, 1).all()


def test_the_weights_know_which_images_they_were_trained_or_chosen_on(workspace: Path, small: TrainConfig) -> None:
    run = trained(small)
    manifest = Manifest.from_csv(run.manifest_file, Path(small.data))
    assert seen_hashes(run.best_weights) == {item.sha256[:16] for item in manifest.items if item.split != "test"}


def test_the_same_seed_gives_the_same_weights_and_another_seed_does_not(workspace: Path, small: TrainConfig) -> None:
    first, second, other = trained(small, "a"), trained(small, "b"), trained(small.but(seed=1), "c")
    assert all(torch.equal(tensor, weights_of(second)[name]) for name, tensor in weights_of(first).items())
    assert not all(torch.equal(tensor, weights_of(other)[name]) for name, tensor in weights_of(first).items())


@pytest.mark.parametrize("augmented", [False, True])
def test_a_stopped_and_resumed_run_ends_with_the_weights_of_one_that_was_not_stopped(
    workspace: Path, small: TrainConfig, augmented: bool
) -> None:
    config = small.but(epochs=4, rotation=10.0 if augmented else 0.0, noise=0.02 if augmented else 0.0)
    whole, broken = trained(config, "whole"), create_run(config, "broken")

    def stop_in_the_third_epoch(status: RunStatus) -> None:
        if status.epoch == 2 and status.step == 1:
            broken.stop_file.touch()

    fit(broken, stop_in_the_third_epoch)
    assert broken.status().state == "stopped" and len(broken.metrics()) == 2
    broken.stop_file.unlink()
    fit(broken)
    assert broken.status().state == "finished"
    assert all(torch.equal(tensor, weights_of(whole)[name]) for name, tensor in weights_of(broken).items())


def test_training_stops_early_when_the_validation_loss_gets_no_better(workspace: Path, small: TrainConfig) -> None:
    run = trained(small.but(epochs=50, patience=2, learning_rate=1e-8, schedule="constant", horizontal_flip=False, seed=3))
    rows = run.metrics()
    best = int(np.argmin([row["valid_loss"] for row in rows]))
    assert len(rows) < 50 and len(rows) == best + 1 + 2


def test_the_best_weights_are_those_of_the_lowest_validation_loss(workspace: Path, small: TrainConfig) -> None:
    run = trained(small.but(epochs=6, learning_rate=0.05))
    frame = pd.read_csv(run.predictions_file)
    valid = frame[frame["split"] == "valid"]
    right = valid["probability"].where(valid["label"] == 1, 1 - valid["probability"])
    assert -np.log(right.clip(1e-12)).mean() == pytest.approx(min(row["valid_loss"] for row in run.metrics()), abs=1e-3)


def test_a_frozen_backbone_learns_its_last_layer_only(workspace: Path, small: TrainConfig) -> None:
    run = create_run(small.but(model="test_resnet.r160_in1k", pretrained=False, freeze_backbone=True, epochs=2, image_size=32))
    fit(run)
    torch.manual_seed(small.seed)
    from detector.models.zoo import create_model

    fresh = create_model("test_resnet.r160_in1k", num_outputs=2, image_size=32).state_dict()
    changed = {name for name, tensor in weights_of(run).items() if not torch.equal(tensor, fresh[name])}
    assert changed == {"fc.weight", "fc.bias"}


def test_class_weights_make_both_classes_count_alike(workspace: Path, striped: Path, small: TrainConfig) -> None:
    from detector.training.images import TrainingImages, open_split_data

    folder = workspace / "uneven"
    shutil.copytree(striped, folder)
    for file in sorted((folder / "ai").iterdir())[:30]:
        file.unlink()
    manifest = open_split_data(small.but(data=str(folder)))
    counts = [sum(item.label == label for item in manifest.of("train")) for label in (0, 1)]
    from detector.data.preprocess import Preprocess

    weights = TrainingImages(manifest, Preprocess()).class_weights()
    assert weights[0] * counts[0] == pytest.approx(float(weights[1] * counts[1]))


def test_a_loss_that_is_no_number_fails_with_advice_and_keeps_nothing_broken(workspace: Path, small: TrainConfig) -> None:
    run = create_run(small.but(optimizer="sgd", learning_rate=10.0, momentum=0.999, epochs=40), "wild")
    try:
        fit(run)
    except RunError as error:
        assert "smaller learning rate" in str(error)
        assert run.status().state == "failed"
    else:
        assert all(np.isfinite(row["train_loss"]) for row in run.metrics())


def test_a_run_on_a_folder_with_one_class_fails_and_says_what_is_expected(
    workspace: Path, small: TrainConfig, tmp_path: Path
) -> None:
    (tmp_path / "data" / "real").mkdir(parents=True)
    run = create_run(small.but(data=str(tmp_path / "data")), "lonely")
    with pytest.raises(DataError):
        fit(run)
    assert run.status().state == "failed" and "ai" in run.status().message


def test_a_damaged_checkpoint_is_named(workspace: Path, small: TrainConfig) -> None:
    run = trained(small)
    run.checkpoint_file.write_bytes(b"no checkpoint")
    with pytest.raises(RunError, match="damaged"):
        fit(run)


def test_asking_for_a_gpu_that_is_not_there_is_refused(workspace: Path, small: TrainConfig) -> None:
    if not torch.cuda.is_available():
        with pytest.raises(UserError, match="CUDA"):
            fit(create_run(small.but(device="cuda"), "gpu"))


def test_a_full_disk_leaves_the_last_finished_epoch(workspace: Path, small: TrainConfig, monkeypatch: pytest.MonkeyPatch) -> None:
    run, save, written = create_run(small.but(epochs=5), "full"), torch.save, []

    def fills_up(value: object, file: Path) -> None:
        if len(written) == 2:
            file.write_bytes(b"half a check")
            raise OSError(28, "No space left on device")
        written.append(1)
        save(value, file)

    monkeypatch.setattr(torch, "save", fills_up)
    with pytest.raises(OSError, match="No space"):
        fit(run)
    assert run.status().state == "failed" and "No space" in run.status().message
    monkeypatch.undo()
    monkeypatch.setenv("DETECTOR_HOME", str(workspace))
    fit(run)
    assert [row["epoch"] for row in run.metrics()] == [1, 2, 3, 4, 5]
