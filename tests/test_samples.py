import socket

import numpy as np
import pytest

from detector.samples import LAB_WEIGHTS, SAMPLES, Sample


def test_there_are_photos_and_lab_pictures_each_with_its_own_name_and_a_credit():
    assert {sample.kind for sample in SAMPLES} == {"photo", "lab"}
    assert len({sample.name for sample in SAMPLES}) == len(SAMPLES) >= 5
    assert all(sample.credit and sample.title for sample in SAMPLES)


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)
def test_a_sample_is_the_same_rgb_picture_each_time_and_needs_no_network(sample, monkeypatch):
    def refuse(*_: object) -> None:
        raise OSError("no network")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    image = sample.image()
    assert image.mode == "RGB"
    assert min(image.size) >= 64
    assert np.asarray(image).std() > 5
    assert image.tobytes() == sample.image().tobytes()


def test_lab_pictures_differ_and_suggest_the_weights_that_know_them():
    lab = [sample for sample in SAMPLES if sample.kind == "lab"]
    assert len({sample.image().tobytes() for sample in lab}) == len(lab)
    assert {sample.suggests for sample in lab} == {LAB_WEIGHTS}
    assert {sample.suggests for sample in SAMPLES if sample.kind == "photo"} == {""}


@pytest.mark.parametrize("source", ["sklearn/datasets/images/gone.jpg", "no_such_package/china.jpg"])
def test_a_photo_whose_package_or_file_is_missing_is_not_at_hand(source):
    assert not Sample("gone", "Gone", "photo", "nobody", source).at_hand()
    assert all(sample.at_hand() for sample in SAMPLES)
