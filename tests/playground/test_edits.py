import numpy as np
import pytest
from PIL import Image

from detector.evaluation.perturbations import KINDS
from detector.playground.edits import SIDE, brushed, edited, pasted, working_copy
from detector.playground.masks import covered, feathered, in_pixels, mask_of
from detector.playground.steps import FILLS, WHOLE, Brush, Change, Crop, Paste, Stroke

SIZE = (120, 80)


def scene() -> Image.Image:
    """A grey ground with a red square in it."""
    pixels = np.random.default_rng(0).normal(120, 6, (SIZE[1], SIZE[0], 3)).clip(0, 255).astype(np.uint8)
    pixels[30:50, 40:70] = (255, 0, 0)
    return Image.fromarray(pixels)


def no_source(key: str) -> Image.Image:
    raise AssertionError(key)


SQUARE = (333, 375, 584, 625)  # the red square in thousandths


@pytest.mark.parametrize("fill", FILLS)
def test_nothing_of_what_was_brushed_away_is_left(fill: str) -> None:
    after = np.asarray(edited(scene(), Brush(fill, boxes=(SQUARE,)), no_source)).astype(int)
    assert (after[30:50, 40:70, 0] - after[30:50, 40:70, 1]).max() < 120  # red no more
    assert abs(after[30:50, 40:70].mean() - 120) < 12


@pytest.mark.parametrize("fill", FILLS)
def test_far_from_the_brush_not_a_pixel_changes_and_it_is_the_same_every_time(fill: str) -> None:
    step = Brush(fill, (Stroke(100, ((200, 200), (300, 300))),))
    before, after = scene(), edited(scene(), step, no_source)
    far = np.asarray(mask_of(step, SIZE).resize((12, 8), Image.Resampling.BOX).resize(SIZE, Image.Resampling.NEAREST)) == 0
    far[:, :50] = False
    assert np.array_equal(np.asarray(before)[far], np.asarray(after)[far])
    assert np.array_equal(np.asarray(after), np.asarray(edited(scene(), step, no_source)))


@pytest.mark.parametrize("fill", FILLS)
def test_even_the_whole_picture_can_be_brushed_away(fill: str) -> None:
    assert edited(scene(), Brush(fill, boxes=(WHOLE,)), no_source).size == SIZE


def test_a_brush_that_covers_nothing_changes_nothing() -> None:
    assert np.array_equal(np.asarray(brushed(scene(), Image.new("L", SIZE), "mean")), np.asarray(scene()))


def test_the_surroundings_are_drawn_in_from_near() -> None:
    pixels = np.zeros((80, 120, 3), np.uint8)
    pixels[:, 60:] = 200
    after = np.asarray(
        brushed(Image.fromarray(pixels), mask_of(Brush("mean", boxes=((0, 400, 100, 600),)), SIZE), "surroundings")
    )
    assert after[40, 3].max() < 30  # black like its side of the picture, not the mean of both
    assert (
        np.asarray(brushed(Image.fromarray(pixels), mask_of(Brush("mean", boxes=((0, 400, 100, 600),)), SIZE), "mean"))[40, 3, 0]
        > 80
    )


def test_a_stroke_covers_a_line_as_wide_as_its_brush() -> None:
    mask = np.asarray(mask_of(Brush("mean", (Stroke(50, ((250, 500), (750, 500))),)), (200, 100)))
    assert mask[50, 50] == mask[50, 100] == mask[50, 150] == 255
    assert mask[50, 10] == 0 and mask[60, 100] == 0
    assert mask[:, 100].sum() / 255 == pytest.approx(10, abs=2)


def test_the_share_that_is_covered_is_told() -> None:
    assert covered(mask_of(Brush("mean", boxes=((0, 0, 500, 500),)), (100, 100))) == pytest.approx(0.25, abs=0.01)


def test_a_pasted_part_fills_its_box_and_leaves_the_rest() -> None:
    source = Image.new("RGB", (30, 30), "blue")
    after = np.asarray(pasted(scene(), source, WHOLE, (500, 500, 1000, 1000), 0))
    assert (after[40:, 60:] == (0, 0, 255)).all()
    assert np.array_equal(after[:40], np.asarray(scene())[:40])


def test_a_soft_edge_fades() -> None:
    mask = np.asarray(feathered((40, 20), 0.25)).astype(int)
    assert mask[10, 20] == 255 and mask[0, 20] < 60 and mask[2, 20] > mask[0, 20]
    assert (np.asarray(feathered((40, 20), 0)) == 255).all()


def test_a_paste_asks_for_the_picture_it_names() -> None:
    asked = []

    def source_of(key: str) -> Image.Image:
        asked.append(key)
        return Image.new("RGB", (9, 9), "white")

    after = edited(scene(), Paste("sample:china", WHOLE, (0, 0, 100, 100), 0), source_of)
    assert asked == ["sample:china"] and np.asarray(after)[0, 0].tolist() == [255, 255, 255]


def test_crop_keeps_its_box_and_never_nothing() -> None:
    assert edited(scene(), Crop((0, 0, 500, 500)), no_source).size == (60, 40)
    assert edited(Image.new("RGB", (3, 3)), Crop((0, 0, 1, 1)), no_source).size == (1, 1)
    assert in_pixels((999, 999, 1000, 1000), (2, 2)) == (1, 1, 2, 2)


def test_a_change_is_the_very_one_of_the_robustness_test() -> None:
    after = edited(scene(), Change("jpeg", 50), no_source)
    assert np.array_equal(np.asarray(after), np.asarray(KINDS["jpeg"].change(scene(), 50)))


def test_only_large_pictures_are_shrunk() -> None:
    image = scene()
    assert working_copy(image) is image
    assert working_copy(Image.new("RGB", (3 * SIDE, SIDE))).size == (SIDE, round(SIDE / 3))


def test_no_edit_writes_to_the_picture_it_is_given() -> None:
    image, before = scene(), np.asarray(scene())
    for step in (Brush("mean", boxes=(SQUARE,)), Crop(SQUARE), Change("noise", 0.04), Paste("x", WHOLE, SQUARE, 100)):
        edited(image, step, lambda _: Image.new("RGB", (9, 9)))
    assert np.array_equal(np.asarray(image), before)
