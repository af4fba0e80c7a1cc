import numpy as np
import pytest
import torch

from detector.data.preprocess import IMAGENET_MEAN, IMAGENET_STD, Preprocess
from detector.models.inputs import normalise


def pictures(n: int = 2, height: int = 4, width: int = 5) -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (n, height, width, 3), dtype=np.uint8)


def test_each_channel_is_scaled_by_its_own_mean_and_deviation():
    values = normalise(pictures(), Preprocess(mean=IMAGENET_MEAN, std=IMAGENET_STD)).numpy()
    expected = (pictures() / 255 - IMAGENET_MEAN) / IMAGENET_STD
    np.testing.assert_allclose(values, expected.transpose(0, 3, 1, 2), atol=1e-5)


def test_black_and_white_become_minus_one_and_one_by_default():
    batch = np.stack([np.zeros((2, 2, 3), np.uint8), np.full((2, 2, 3), 255, np.uint8)])
    assert normalise(batch, Preprocess()).unique().tolist() == [-1.0, 1.0]


def test_channels_first_and_channels_last_give_the_same_input():
    last = torch.from_numpy(pictures())
    torch.testing.assert_close(normalise(last, Preprocess()), normalise(last.permute(0, 3, 1, 2), Preprocess()))


def test_a_read_only_slice_of_a_larger_array_is_taken_as_it_is():
    array = pictures(4)
    array.flags.writeable = False
    torch.testing.assert_close(normalise(array[::2, :, ::-1], Preprocess()), normalise(array[::2, :, ::-1].copy(), Preprocess()))


def test_the_callers_pixels_stay_as_they_were():
    batch = torch.from_numpy(pictures())
    before = batch.clone()
    normalise(batch, Preprocess()).add_(1)
    assert torch.equal(batch, before)


@pytest.mark.parametrize(
    "batch",
    [torch.zeros(1, 3, 4, 4), torch.zeros(3, 4, 4, dtype=torch.uint8), torch.zeros(1, 4, 4, 4, dtype=torch.uint8)],
    ids=["floats", "one picture without a batch", "four channels"],
)
def test_anything_but_a_batch_of_uint8_rgb_pictures_is_refused(batch):
    with pytest.raises(ValueError, match="uint8"):
        normalise(batch, Preprocess())
