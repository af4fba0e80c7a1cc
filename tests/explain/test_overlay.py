import subprocess
import sys

import numpy as np
import pytest
from PIL import Image, ImageChops

from detector.explain.overlay import CAPTION_WIDTH, PALETTES, SIGNED, caption_under, colourise, for_ai, overlay, resize_map
from detector.labels import AI, REAL

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


def lab(rgb: np.ndarray) -> np.ndarray:
    """CIELAB of sRGB triples (IEC 61966-2-1, white D65)."""
    share = rgb / 255
    linear = np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)
    to_xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
    cubes = np.cbrt(linear @ to_xyz.T / to_xyz.sum(axis=1))
    return np.stack([116 * cubes[:, 1] - 16, 500 * (cubes[:, 0] - cubes[:, 1]), 200 * (cubes[:, 1] - cubes[:, 2])], axis=1)


def dichromat(rgb: np.ndarray) -> np.ndarray:
    """The colours as eyes without red cones see them (Viénot, Brettel and Mollon 1999)."""
    linear = (rgb / 255) ** 2.2
    seen = linear @ np.array([[0.11238, 0.88762, 0], [0.11238, 0.88762, 0], [0.00401, -0.00401, 1]]).T
    return 255 * seen.clip(0, 1) ** (1 / 2.2)


def signed_colours() -> np.ndarray:
    return np.asarray(colourise(np.linspace(-1, 1, 257, dtype=np.float32)[None], SIGNED))[0].astype(float)


def test_the_signed_palette_is_even_on_both_sides_and_white_between():
    colours = lab(signed_colours())
    assert np.abs(colours[128, 1:]).max() < 1.5 and colours[128, 0] > 95
    for side in (colours[:128], colours[129:]):
        steps = np.linalg.norm(np.diff(side[::16], axis=0), axis=1)
        assert steps.min() > 0.8 * steps.max()
    assert colours[0, 0] == pytest.approx(colours[-1, 0], abs=1), "neither side may look stronger than the other"


def test_the_two_signs_stay_apart_to_colour_blind_eyes():
    seen = lab(dichromat(signed_colours()))
    assert np.linalg.norm(seen[0] - seen[-1]) > 60
    assert np.linalg.norm(seen[64] - seen[192]) > 30


def test_evidence_for_ai_is_orange_and_for_real_blue_whichever_label_was_explained(picture):
    grey = Image.new("RGB", picture.size, (128, 128, 128))
    for label, sign in ((AI, 1), (REAL, -1)):
        for_label = sign * (spot(1, 1) - spot(4, 4))
        pixels = np.asarray(overlay(grey, for_ai(for_label, label), WHOLE, 1.0, SIGNED)).astype(int)
        red, _, blue = pixels[15, 22]
        assert red > blue + 60
        assert (pixels[45, 67:80, 2] - pixels[45, 67:80, 0]).max() > 60


def test_without_colour_stripes_tell_evidence_for_real_from_evidence_for_ai():
    grey = Image.new("RGB", (600, 600), (128, 128, 128))
    halves = np.ones((8, 8), np.float32)
    halves[:, :4] = -1
    light = np.asarray(overlay(grey, halves, (0, 0, 600, 600), 1.0, SIGNED).convert("L")).astype(int)
    assert light[100:500, 20:200].std() > 10
    assert light[100:500, 400:580].std() < 1


def test_half_the_evidence_takes_half_the_colour_on_either_side(picture):
    signs = np.zeros((1, 4), np.float32)
    signs[0] = 1, 0.5, -0.5, -1
    white = Image.new("RGB", (400, 100), (246, 246, 246))
    laid = np.asarray(overlay(white, signs, (0, 0, 400, 100), 1.0, SIGNED)).astype(float)
    far = np.abs(laid - 246).sum(axis=2)
    assert far[:, :20].mean() > 1.5 * far[:, 120:140].mean() > 1.5 * far[:, 195:205].mean()


def test_an_unsigned_palette_leaves_negative_evidence_out(picture):
    heat = spot(1, 4) - spot(4, 1)
    assert overlay(picture, heat, WHOLE, 0.8).tobytes() == overlay(picture, np.maximum(heat, 0), WHOLE, 0.8).tobytes()
    assert overlay(picture, -spot(4, 1), WHOLE, 0.8).tobytes() == picture.tobytes()


def test_a_resized_signed_map_keeps_its_bounds():
    grown = resize_map(np.random.default_rng(1).choice([-2.0, 1.0], (7, 5)).astype(np.float32), (100, 140))
    assert grown.min() == pytest.approx(-2)
    assert grown.max() == pytest.approx(1)


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
