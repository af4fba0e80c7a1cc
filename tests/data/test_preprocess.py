import numpy as np
import pytest
from PIL import Image

from detector.data.equalise import Equalise
from detector.data.preprocess import Preprocess


def gradient(width: int, height: int) -> Image.Image:
    """A picture whose red tells the column and whose green tells the row."""
    x, y = np.meshgrid(np.arange(width), np.arange(height))
    return Image.fromarray(np.stack([x, y, 0 * x], axis=-1).astype(np.uint8))


@pytest.mark.parametrize("resize", ["squash", "shorter", "native"])
@pytest.mark.parametrize("size", [(1, 1), (7, 200), (200, 7), (32, 32), (40, 40), (123, 77)])
def test_every_picture_becomes_a_square_of_the_right_size(resize, size):
    preprocess = Preprocess(size=32, resize=resize, crop_pct=0.8)
    picture = Image.new("RGB", size, "red")
    assert preprocess.canvas(picture).size == (40, 40)
    assert preprocess.array(picture).shape == (32, 32, 3)
    left, top, right, bottom = preprocess.box(*size)
    assert 0 <= left <= right <= size[0]
    assert 0 <= top <= bottom <= size[1]


def test_squash_shows_the_whole_picture_and_shorter_its_middle():
    picture = gradient(200, 100)
    assert Preprocess(size=50).box(200, 100) == (0, 0, 200, 100)
    assert Preprocess(size=50, resize="shorter").box(200, 100) == (50, 0, 150, 100)
    squashed, middle = Preprocess(size=50).array(picture), Preprocess(size=50, resize="shorter").array(picture)
    assert squashed[25, 0, 0] < 5 < 195 < squashed[25, -1, 0]
    assert 48 <= middle[25, 0, 0] <= 53
    assert 147 <= middle[25, -1, 0] <= 150


def test_native_keeps_every_pixel_as_it_was():
    picture = gradient(200, 100)
    preprocess = Preprocess(size=64, resize="native")
    assert preprocess.box(200, 100) == (68, 18, 132, 82)
    assert np.array_equal(preprocess.array(picture), np.asarray(picture)[18:82, 68:132])


def test_the_box_is_the_part_of_the_picture_that_the_view_shows():
    picture = gradient(240, 160)
    for resize in ("squash", "shorter", "native"):
        preprocess = Preprocess(size=64, resize=resize, crop_pct=0.8)
        left, top, right, bottom = preprocess.box(240, 160)
        view = preprocess.array(picture).astype(int)
        assert abs(view[32, 0, 0] - left) <= 4
        assert abs(view[32, -1, 0] - right) <= 4
        assert abs(view[0, 32, 1] - top) <= 4
        assert abs(view[-1, 32, 1] - bottom) <= 4


def test_it_survives_the_way_through_a_dictionary_but_a_typo_does_not():
    preprocess = Preprocess(size=32, resize="native", crop_pct=0.9, mean=(0.1, 0.2, 0.3))
    values = preprocess.to_dict()
    assert Preprocess.from_dict({**values, "mean": list(values["mean"])}) == preprocess
    with pytest.raises(TypeError, match="sise"):
        Preprocess.from_dict({**values, "sise": 1})


def test_crops_lie_in_the_middle_and_at_the_corners_of_the_whole_picture_in_its_own_pixels():
    picture = gradient(200, 100)
    views = Preprocess(size=64, resize="native", crops=5).arrays(picture)
    assert views.shape == (5, 64, 64, 3)
    assert np.array_equal(views[0], Preprocess(size=64, resize="native").array(picture))
    pixels = np.asarray(picture)
    corners = [pixels[:64, :64], pixels[-64:, -64:], pixels[:64, -64:], pixels[-64:, :64]]
    for view, corner in zip(views[1:], corners, strict=True):
        assert np.array_equal(view, corner)


@pytest.mark.parametrize("resize", ["squash", "shorter", "native"])
@pytest.mark.parametrize("size", [(1, 1), (3, 200), (32, 32), (123, 77)])
def test_crops_of_any_picture_are_square_and_no_more_than_asked_for(resize, size):
    preprocess = Preprocess(size=32, resize=resize, crop_pct=0.2, crops=9)
    views = preprocess.arrays(Image.new("RGB", size, "red"))
    assert views.shape[1:] == (32, 32, 3)
    assert 1 <= len(views) <= 9


def test_a_picture_that_fits_into_one_view_is_seen_once():
    assert len(Preprocess(size=64, resize="native", crops=5).arrays(gradient(64, 64))) == 1
    assert len(Preprocess(size=64, crops=5).arrays(gradient(200, 100))) == 1
    assert len(Preprocess(size=64, resize="native").arrays(gradient(200, 100))) == 1


def test_crops_are_cut_from_the_equalised_picture():
    rule = Equalise("resize", 96)
    whole = Preprocess(size=64, resize="native", crops=5, equalise=rule).arrays(gradient(400, 300))
    by_hand = Preprocess(size=64, resize="native", crops=5).arrays(rule.apply(gradient(400, 300)))
    assert np.array_equal(whole, by_hand)
