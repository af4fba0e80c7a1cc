from pathlib import Path

import numpy as np
import pytest
import torch

from detector.data.images import open_image
from detector.evaluation.pins import add_pin, remove_pin
from detector.explain.cam import explain_signed
from detector.labels import AI, REAL
from detector.models.inputs import normalise
from detector.models.weights import load_weights
from detector.predict import Predictor
from detector.training.config import TrainConfig
from detector.training.engine import fit
from detector.training.runs import Run, create_run
from detector.training.status import RunStatus
from detector.training.time_machine_store import (
    Moment,
    append_moment,
    cut_after,
    folder_of,
    levels,
    read_moments,
    read_watched,
)


def trained(config: TrainConfig, name: str = "run") -> Run:
    run = create_run(config, name)
    fit(run)
    return run


def same(first: Run, second: Run) -> bool:
    pairs = list(zip(read_moments(first.folder), read_moments(second.folder), strict=True))
    return bool(pairs) and all(
        one.epoch == other.epoch
        and one.scores == other.scores
        and all(np.array_equal(a, b) for a, b in zip(one.maps, other.maps, strict=True))
        for one, other in pairs
    )


def test_every_epoch_keeps_score_and_map_of_the_first_validation_images_when_nothing_is_pinned(
    workspace: Path, small: TrainConfig
) -> None:
    run = trained(small)
    watched, moments = read_watched(run.folder), read_moments(run.folder)
    assert len(watched) == 8 and [each.label for each in watched] == [REAL, AI] * 4
    assert {(each.source, each.split) for each in watched} == {("validation", "valid")}
    assert [moment.epoch for moment in moments] == [1, 2, 3]
    assert all(len(moment.scores) == len(moment.maps) == 8 for moment in moments)
    assert moments[0].scores != moments[2].scores


def test_what_was_kept_is_what_the_saved_weights_say(workspace: Path, small: TrainConfig) -> None:
    run = trained(small)
    last = read_moments(run.folder)[-1]
    model, config = load_weights(run.last_weights)
    for number, watched in enumerate(read_watched(run.folder)):
        image = open_image(Path(small.data) / ("ai" if watched.label == AI else "real") / watched.name)
        x = normalise(torch.tensor(config.preprocess.array(image)).unsqueeze(0), config.preprocess)
        with torch.no_grad():
            score = model.eval()(x).softmax(1)[0, AI].item()
        assert last.scores[number] == pytest.approx(score, abs=1e-4)
        kept, heat = last.maps[number], explain_signed(model, x, AI)
        assert kept is not None and kept.shape == heat.shape
        assert (kept.astype(int) - 128) / 127 == pytest.approx(heat / np.abs(heat).max(), abs=0.01)


def test_pinned_images_are_watched_and_a_resumed_run_keeps_them_whatever_is_pinned_since(
    workspace: Path, striped: Path, small: TrainConfig
) -> None:
    pin = add_pin((striped / "ai" / "07.png").read_bytes(), AI, "watch me.png")
    whole = trained(small, "whole")
    broken = create_run(small, "broken")

    def stop_in_the_second_epoch(status: RunStatus) -> None:
        if status.epoch == 1 and status.step == 1:
            broken.stop_file.touch()

    fit(broken, stop_in_the_second_epoch)
    assert [moment.epoch for moment in read_moments(broken.folder)] == [1]
    append_moment(broken.folder, Moment(2, (0.0,), (None,)))  # as if it had been killed before the checkpoint was written
    remove_pin(pin.sha256)
    broken.stop_file.unlink()
    fit(broken)
    assert [each.sha256 for each in read_watched(broken.folder)] == [pin.sha256]
    assert [moment.epoch for moment in read_moments(broken.folder)] == [1, 2, 3] and same(whole, broken)


def test_a_frozen_backbone_is_run_once_and_its_maps_are_those_of_the_whole_network(workspace: Path, small: TrainConfig) -> None:
    run = trained(small.but(model="test_resnet.r160_in1k", pretrained=False, freeze_backbone=True, epochs=2, image_size=64))
    moments = read_moments(run.folder)
    model, config = load_weights(run.last_weights)
    view = open_image(folder_of(run.folder) / "0.png")
    x = normalise(np.asarray(view)[None].copy(), config.preprocess)
    heat = explain_signed(model.eval(), x, AI)
    kept = moments[-1].maps[0]
    assert kept is not None and (kept.astype(int) - 128) / 127 == pytest.approx(heat / np.abs(heat).max(), abs=0.01)
    assert moments[0].scores != moments[1].scores


def test_the_weights_are_the_same_with_and_without_it(workspace: Path, small: TrainConfig) -> None:
    with_it, without = trained(small, "with"), trained(small.but(time_machine=False), "without")
    assert not read_watched(without.folder) and not folder_of(without.folder).exists()
    first, second = (load_weights(run.last_weights)[0].state_dict() for run in (with_it, without))
    assert all(torch.equal(tensor, second[name]) for name, tensor in first.items())


def test_a_run_does_not_fail_for_a_time_machine_that_does(workspace: Path, small: TrainConfig) -> None:
    run = create_run(small, "run")
    folder_of(run.folder).write_text("a file where the folder should be")
    fit(run)
    assert run.status().state == "finished" and read_moments(run.folder) == []
    assert Predictor.load(run.best_weights)


def test_damaged_and_half_written_lines_are_left_out_and_no_epoch_is_there_twice(tmp_path: Path) -> None:
    folder_of(tmp_path).mkdir()
    heat = np.array([[0.5, -1.0], [0.0, 0.25]], np.float32)
    for epoch, score in ((2, 0.2), (1, 0.1), (2, 0.3)):
        append_moment(tmp_path, Moment(epoch, (score,), (levels(heat),)))
    with (folder_of(tmp_path) / "epochs.jsonl").open("a") as file:
        file.write('{"epoch": 3}\n{"epoch": 4, "scores": [0.1], "ma')
    moments = read_moments(tmp_path)
    assert [(moment.epoch, moment.scores) for moment in moments] == [(1, (0.1,)), (2, (0.3,))]
    assert moments[0].maps[0] is not None and moments[0].maps[0].tolist() == [[192, 1], [128, 160]]
    cut_after(tmp_path, 1)
    assert [moment.epoch for moment in read_moments(tmp_path)] == [1]


def test_a_map_that_says_nothing_is_neutral_everywhere() -> None:
    assert set(levels(np.zeros((3, 3), np.float32)).ravel()) == {128}
    assert set(levels(np.full((2, 2), np.nan, np.float32)).ravel()) == {128}
