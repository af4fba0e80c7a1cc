"""What is found in made pictures, and what must not be."""

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFilter, ImageFont, ImageOps

from detector.data.cleaning.borders import find_border
from detector.data.cleaning.collage import find_collage
from detector.data.cleaning.proposals import look
from detector.data.cleaning.strips import find_strip
from detector.data.cleaning.view import view_of
from tests.data.cleaning.pictures import collage, page_of_text, scene, window, with_strip


def found(image: Image.Image) -> dict:
    return look(view_of(image))


@pytest.mark.parametrize("seed", range(8))
def test_nothing_is_found_in_an_ordinary_picture(seed: int):
    assert found(scene(seed)) == {}


@pytest.mark.parametrize("colour", ["black", "white", "#7a5c3e"])
def test_a_frame_is_cropped_to_the_pixel(colour: str):
    border = find_border(view_of(ImageOps.expand(scene(1), 12, colour)))
    assert border.boxes == ((12, 12, 332, 252),)
    assert border.confidence > 0.9


def test_a_letterbox_is_cropped_above_and_below_only():
    whole = Image.new("RGB", (320, 300))
    whole.paste(scene(1), (0, 30))
    assert find_border(view_of(whole)).boxes == ((0, 30, 320, 270),)


def test_a_large_picture_is_looked_at_reduced_and_its_crop_is_within_a_step():
    border = find_border(view_of(ImageOps.expand(scene(1, (2400, 1800)), 150, "black")))
    assert np.abs(np.array(border.boxes[0]) - (150, 150, 2550, 1950)).max() <= 3


def test_a_dark_sky_is_no_border():
    picture = np.asarray(scene(2)).astype(float)
    fade = np.clip((np.arange(240) - 60) / 80, 0, 1)[:, None, None]
    assert find_border(view_of(Image.fromarray((picture * fade).astype(np.uint8)))) is None


def test_a_portrait_before_a_black_wall_is_no_border():
    whole = Image.new("RGB", (240, 320))
    mask = Image.new("L", (240, 320))
    ImageDraw.Draw(mask).ellipse((50, 60, 190, 420), fill=255)
    whole.paste(scene(4, (240, 320)), mask=mask)
    assert find_border(view_of(whole)) is None


def test_a_strip_with_a_credit_is_cropped_off():
    strip = find_strip(view_of(with_strip()))
    assert strip.boxes == ((0, 0, 320, 240),)


def test_a_credit_in_the_corner_is_cropped_off_with_little_else():
    picture = scene(5, (480, 400))
    font = ImageFont.load_default(17)
    ImageDraw.Draw(picture).text((300, 372), "studio example", "white", font, stroke_width=1, stroke_fill="black")
    (box,) = find_strip(view_of(picture)).boxes
    assert box[:3] == (0, 0, 480)
    assert 350 <= box[3] <= 378


def test_the_colour_mark_of_a_generator_is_cropped_off():
    picture = scene(6, (512, 512))
    for place, colour in enumerate([(255, 255, 102), (66, 255, 255), (81, 218, 76), (255, 110, 60), (60, 70, 255)]):
        left = 512 - 8 * (5 - place)
        ImageDraw.Draw(picture).rectangle((left, 504, left + 7, 511), colour)
    (box,) = find_strip(view_of(picture)).boxes
    assert 500 <= box[3] <= 504


@pytest.mark.parametrize("gap", [0, 6])
def test_a_collage_is_split_in_its_four_pictures(gap: int):
    boxes = find_collage(view_of(collage(gap))).boxes
    far = 128 + gap
    assert boxes == ((0, 0, 128, 128), (far, 0, far + 128, 128), (0, far, 128, far + 128), (far, far, far + 128, far + 128))


def test_the_frame_of_a_collage_stays_outside_the_parts():
    boxes = find_collage(view_of(ImageOps.expand(collage(6), 10, "white"))).boxes
    assert boxes[0] == (10, 10, 138, 138)
    assert boxes[3] == (144, 144, 272, 272)


def test_a_horizon_in_the_middle_is_no_collage():
    whole = Image.new("RGB", (256, 256))
    whole.paste(scene(7, (256, 128)))
    whole.paste(scene(8, (256, 128)), (0, 128))
    assert find_collage(view_of(whole)) is None


def test_two_pictures_side_by_side_are_no_collage_of_four():
    whole = Image.new("RGB", (256, 128))
    whole.paste(scene(7, (128, 128)))
    whole.paste(scene(8, (128, 128)), (128, 0))
    assert find_collage(view_of(whole)) is None


def test_a_picture_out_of_focus_is_flagged_and_one_with_a_sharp_thing_is_not():
    soft = scene(9, (512, 400)).filter(ImageFilter.GaussianBlur(6))
    assert "blurred" in found(soft)
    for number in range(144):  # hard edges are half a percent of the pixels and more: a thing in focus
        left, top = 200 + 10 * (number % 12), 100 + 10 * (number // 12)
        soft.paste("white" if (number + number // 12) % 2 else "black", (left, top, left + 10, top + 10))
    assert "blurred" not in found(soft)


def test_low_contrast_is_not_taken_for_blur():
    faint = scene(9, (512, 400)).point(lambda value: 100 + value // 4)
    assert "blurred" not in found(faint)


@pytest.mark.parametrize("colour", ["black", "white", "#336699"])
def test_a_blank_picture_is_blank_and_nothing_else(colour: str):
    assert set(found(Image.new("RGB", (64, 64), colour))) == {"blank"}


def test_a_dark_picture_is_flagged():
    assert "dark" in found(scene(2).point(lambda value: value // 6))


def test_a_long_thin_picture_is_flagged():
    assert "odd shape" in found(scene(2, (700, 120)))


def test_print_a_window_and_a_drawing_are_told_apart():
    assert "text" in found(page_of_text()), found(page_of_text())
    assert "screenshot" in found(window())
    drawing = Image.new("RGB", (400, 300), "#ffcc00")
    ImageDraw.Draw(drawing).ellipse((60, 60, 200, 200), "#003366")
    ImageDraw.Draw(drawing).polygon([(220, 250), (300, 80), (380, 250)], "#cc0033")
    assert "graphic" in found(drawing)


@pytest.mark.parametrize("size", [(1, 1), (1, 300), (300, 1), (7, 5), (24, 24), (33, 2)])
def test_tiny_and_thin_pictures_break_nothing(size: tuple[int, int]):
    assert set(found(scene(1, size) if min(size) > 5 else Image.new("RGB", size, "red"))) <= {"blank", "odd shape", "graphic"}
