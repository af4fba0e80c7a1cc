import subprocess
import sys

import numpy as np
import pytest
from PIL import Image, ImageChops

from detector.explain.overlay import CAPTION_WIDTH, PALETTES, caption_under, colourise, overlay, resize_map

WHOLE = (0, 0, 90, 60)


@pytest.fixture
def picture() -> Image.Image:
    return Image.fromarray(np.random.default_rng(0).integers(0, 256, (60, 90, 3), dtype=np.uint8))


def spot(row: int, column: int, side: int = 6) -> np.ndarray:
    heat = np.zeros((side, side), np.float32)
    heat[row, column] = 5.0
    return heat


def changed(one: Image.Image, other: Image.Image) -> np.ndarray:
    """How much each pixel differs, 0 to 255."""
    return np.asarray(ImageChops.difference(one, other)).max(axis=2)


def test_the_colour_lies_where_the_map_is_hot(picture):
    difference = changed(overlay(picture, spot(1, 4), WHOLE, 0.8), picture)
    rows, columns = np.nonzero(difference > 40)
    assert abs(rows.mean() - 15) < 4
    assert abs(columns.mean() - 67) < 5
    assert difference[:, :30].max() == 0


def test_the_map_fills_the_part_that_the_network_saw_and_the_rest_is_dimmed(picture):
    result = overlay(picture, spot(0, 0), (15, 0, 75, 60), 1.0)
    difference = changed(result, picture)
    assert difference[3, 18] > 40
    np.testing.assert_array_less(np.asarray(result)[:, :15].mean(), np.asarray(picture)[:, :15].mean() * 0.7)
    assert difference[40:, 40:75].max() == 0


@pytest.mark.parametrize("box", [WHOLE, (15, 0, 75, 60)])
def test_without_opacity_or_heat_the_picture_comes_back(picture, box):
    assert overlay(picture, spot(2, 2), box, 0.0).tobytes() == picture.tobytes()
    assert overlay(picture, np.zeros((7, 7), np.float32), box, 0.7).tobytes() == picture.tobytes()


def test_more_opacity_changes_more(picture):
    amounts = [changed(overlay(picture, spot(3, 3), WHOLE, opacity), picture).mean() for opacity in (0.2, 0.5, 1.0)]
    assert amounts[0] < amounts[1] < amounts[2]


def test_an_overlay_leaves_its_picture_and_map_alone(picture):
    heat, before = spot(2, 2), picture.tobytes()
    overlay(picture, heat, WHOLE, 0.5)
    assert picture.tobytes() == before
    np.testing.assert_array_equal(heat, spot(2, 2))


def test_a_map_of_one_cell_and_a_grey_picture_are_no_trouble(picture):
    result = overlay(picture.convert("L"), np.ones((1, 1), np.float32), WHOLE, 0.5)
    assert (result.mode, result.size) == ("RGB", (90, 60))


def test_a_resized_map_stays_between_zero_and_its_peak():
    grown = resize_map(np.random.default_rng(1).random((7, 5), dtype=np.float32).round(), (100, 140))
    assert grown.shape == (140, 100)
    assert grown.min() >= 0
    assert grown.max() <= 1
    assert np.abs(np.diff(grown, axis=0)).max() < 0.2, "steps of the features' grid must not show"


@pytest.mark.parametrize("palette", PALETTES)
def test_a_palette_grows_lighter_from_cold_to_hot(palette):
    light = np.asarray(colourise(np.linspace(0, 1, 256, dtype=np.float32)[None], palette).convert("L"))[0].astype(int)
    assert light[-1] - light[0] > 150
    assert np.diff(light).min() >= -1


def test_a_caption_is_added_below_and_the_picture_is_kept(picture):
    wide = picture.resize((600, 400))
    captioned = caption_under(wide, "Inconclusive: this detector cannot tell.")
    assert captioned.crop((0, 0, 600, 400)).tobytes() == wide.tobytes()
    assert captioned.height > 400
    assert np.asarray(captioned.convert("L"))[400:].min() < 60


def test_a_long_caption_is_wrapped_inside_its_margins(picture):
    short, long = caption_under(picture, "Short."), caption_under(picture, "a fairly long sentence " * 20 + "x" * 200)
    assert long.width == CAPTION_WIDTH
    assert long.height > short.height + 100
    strip = np.asarray(long.convert("L"))[picture.height :]
    assert strip[:, :6].min() == strip[:, -6:].min() == 255
    assert strip[-5:].min() == 255


def test_every_line_of_a_caption_gets_its_own_line(picture):
    heights = [caption_under(picture, "\n".join(["line"] * count)).height for count in (1, 2, 3)]
    assert heights[0] < heights[1] < heights[2]


def test_overlays_need_no_network_library():
    code = "import sys, detector.explain.overlay, detector.explain.methods; print({'torch', 'matplotlib'} & set(sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "set()"
