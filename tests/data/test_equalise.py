import io

import numpy as np
import pytest
from PIL import Image

from detector.data.equalise import Equalise, default_side, scaled_up
from detector.data.images import open_image
from detector.data.manifest import Item
from detector.data.preprocess import Preprocess
from detector.errors import DataError
from detector.labels import AI, REAL

NOISE = np.random.default_rng(5)


def picture(width: int, height: int) -> Image.Image:
    return Image.fromarray(NOISE.integers(0, 256, (height, width, 3), np.uint8))


def gradient(width: int, height: int) -> Image.Image:
    """A picture whose red tells the column and whose green tells the row, in steps of one grey level a pixel."""
    x, y = np.meshgrid(np.arange(width), np.arange(height))
    return Image.fromarray(np.stack([x, y, 0 * x + 128], axis=-1).astype(np.uint8))


def items(*sides: int, label: int) -> list[Item]:
    return [Item(f"{label}/{n}.png", label, "", "", side, 2 * side, "PNG", f"{label}{n}") for n, side in enumerate(sides)]


def test_every_picture_becomes_one_square_whatever_it_was():
    for rule in ("crop", "resize"):
        for size in ((1, 1), (3, 200), (64, 64), (65, 64), (500, 301)):
            assert Equalise(rule, 64).apply(picture(*size)).size == (64, 64)


def test_a_crop_keeps_the_middle_pixels_and_a_resize_the_whole_height():
    assert Equalise("crop", 64).box(200, 100) == (68, 18, 132, 82)
    assert Equalise("resize", 64).box(200, 100) == (50, 0, 150, 100)
    assert Equalise("crop", 64).box(40, 30) == (5, 0, 35, 30)
    cut = np.asarray(Equalise("crop", 64, (100, 100)).apply(gradient(200, 100))).astype(int)
    assert abs(cut[32, 0, 0] - 68) <= 3 and abs(cut[32, -1, 0] - 131) <= 3


def test_the_file_is_what_apply_shows_and_the_same_picture_always_gets_the_same_one():
    rule, image = Equalise("crop", 48), picture(100, 90)
    assert rule.encode(image) == rule.encode(image.copy())
    assert np.array_equal(np.asarray(Image.open(io.BytesIO(rule.encode(image)))), np.asarray(rule.apply(image)))


def test_the_quality_follows_from_the_kept_pixels_alone_and_covers_the_range_evenly():
    rule = Equalise("crop", 16, (80, 84))
    image = picture(40, 40)
    framed = Image.new("RGB", (60, 60), "red")
    framed.paste(image, (10, 10))
    assert rule.encode(framed) == rule.encode(image)
    drawn = np.bincount([rule.encoded(picture(16, 16))[1] for _ in range(1000)], minlength=90)
    assert drawn[80:85].min() > 150 and drawn.sum() == drawn[80:85].sum()


def test_png_and_jpeg_leave_as_the_same_kind_of_jpeg_without_metadata():
    exif = Image.Exif()
    exif[0x010F] = "maker"
    image = picture(64, 64)
    image.info = {"exif": exif.tobytes(), "icc_profile": b"profile", "dpi": (300, 300), "comment": b"told"}
    for given in (image, picture(64, 64)):
        found = Image.open(io.BytesIO(Equalise("crop", 32).encode(given)))
        assert (found.format, found.mode) == ("JPEG", "RGB")
        assert not found.getexif() and not {"icc_profile", "dpi", "comment", "exif"} & set(found.info)
        assert [layer[1:3] for layer in found.layer] == [(2, 2), (1, 1), (1, 1)]  # 4:2:0
        assert "progressive" not in found.info


@pytest.mark.parametrize("rule", ["crop", "resize"])
@pytest.mark.parametrize("resize", ["squash", "shorter", "native"])
def test_the_box_of_an_equalised_view_is_the_part_of_the_original_that_it_shows(rule, resize):
    image = gradient(240, 160)
    look = Preprocess(size=40, resize=resize, crop_pct=0.8, equalise=Equalise(rule, 96, (95, 95)))
    left, top, right, bottom = look.box(240, 160)
    view = look.array(image).astype(int)
    assert abs(view[20, 0, 0] - left) <= 6 and abs(view[20, -1, 0] - right) <= 6
    assert abs(view[0, 20, 1] - top) <= 6 and abs(view[-1, 20, 1] - bottom) <= 6


def test_a_view_of_the_original_is_a_view_of_its_equalised_copy():
    rule = Equalise("resize", 64)
    look, image = Preprocess(size=32, equalise=rule), picture(90, 70)
    assert np.array_equal(look.array(image), Preprocess(size=32).array(rule.apply(image)))


def test_the_rule_goes_with_the_preprocessing_through_a_dictionary():
    look = Preprocess(size=32, equalise=Equalise("resize", 96, (60, 90)))
    assert Preprocess.from_dict(look.to_dict()) == look
    values = look.to_dict()
    values["equalise"]["qualities"] = [60, 90]  # as JSON has it
    assert Preprocess.from_dict(values) == look
    before = Preprocess(size=32).to_dict()
    assert before.pop("equalise") is None
    assert Preprocess.from_dict(before) == Preprocess(size=32)


@pytest.mark.parametrize("given", [("stretch", 64), ("crop", 4), ("crop", 9999), ("crop", 64, (0, 50)), ("crop", 64, (90, 80))])
def test_rules_out_of_bounds_are_refused(given):
    with pytest.raises(DataError, match="should"):
        Equalise(*given)


def test_the_default_side_is_one_that_nearly_all_pictures_of_both_classes_reach():
    many = [300] * 99
    assert default_side(items(40, *many, label=REAL) + items(*many, label=AI)) == 296
    assert default_side(items(*many, label=REAL) + items(*[130] * 30, label=AI)) == 128
    assert default_side(items(2000, label=REAL) + items(1024, label=AI)) == 512
    assert default_side(items(5, label=REAL)) == 8
    assert default_side([]) == 512


def test_pictures_that_have_to_be_scaled_up_are_counted():
    assert scaled_up(items(40, 64, 63, 300, label=REAL), 64) == 2


@pytest.mark.parametrize("rule", ["crop", "resize"])
def test_png_and_jpeg_of_one_photo_become_the_same_file(rule):
    photo = picture(90, 70)
    buffer = io.BytesIO()
    photo.save(buffer, "JPEG", quality=75)
    jpeg = open_image(buffer.getvalue())
    again = io.BytesIO()
    jpeg.save(again, "PNG")
    assert Equalise(rule, 64).encode(open_image(again.getvalue())) == Equalise(rule, 64).encode(jpeg)
