import numpy as np
import pytest
from PIL import Image

from detector.errors import UserError
from detector.evaluation.perturbations import KINDS, UNTOUCHED, chosen_kinds, cropped, key_of, resized, screenshot


def blots(size: tuple[int, int] = (120, 80), seed: int = 0) -> Image.Image:
    few = np.random.default_rng(seed).integers(30, 220, (8, 8, 3), dtype=np.uint8)
    return Image.fromarray(few).resize(size, Image.Resampling.BICUBIC)


def distance(first: Image.Image, second: Image.Image) -> float:
    return float(np.abs(np.asarray(first, float) - np.asarray(second.resize(first.size), float)).mean())


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_picture_always_gives_the_same_one_and_is_not_touched(kind: str) -> None:
    image = blots()
    before = np.asarray(image).copy()
    for strength in KINDS[kind].strengths:
        first, second = (KINDS[kind].change(image, strength) for _ in range(2))
        assert first.mode == "RGB" and np.array_equal(np.asarray(first), np.asarray(second))
    assert np.array_equal(np.asarray(image), before)


@pytest.mark.parametrize("kind", ["jpeg", "blur", "noise", "darker", "brighter", "contrast"])
def test_the_strongest_changes_more_than_the_mildest(kind: str) -> None:
    image, strengths = KINDS["noise"].change(blots(), 0.05), KINDS[kind].strengths  # a blur needs something to smooth
    assert (
        distance(image, KINDS[kind].change(image, strengths[-1])) > distance(image, KINDS[kind].change(image, strengths[0])) > 0
    )


@pytest.mark.parametrize("kind", KINDS)
def test_strengths_are_in_order_and_whole_steps_and_survive_one_pixel(kind: str) -> None:
    each = KINDS[kind]
    assert list(each.strengths) in (sorted(each.strengths), sorted(each.strengths, reverse=True))
    for strength in each.strengths:
        assert strength / each.step == pytest.approx(round(strength / each.step))
        assert float(each.shown(strength)) == pytest.approx(strength)
        assert min(each.change(Image.new("RGB", (1, 1), "red"), strength).size) >= 1


def test_resizing_leaves_the_picture_small_and_cropping_keeps_its_pixels() -> None:
    image = blots((120, 80))
    assert resized(image, 0.5).size == (60, 40)
    half = cropped(image, 0.5)
    assert half.size == (60, 40)
    assert np.array_equal(np.asarray(half), np.asarray(image)[20:60, 30:90])


def test_a_screenshot_loses_a_strip_and_gains_some_page() -> None:
    shown = np.asarray(screenshot(blots((120, 80)), 480))
    margin = 5
    assert shown.shape == (320 - margin + 2 * margin, 480 - margin + 2 * margin, 3)
    assert shown[-4:, :, :].mean() > 245 and shown[:, -4:, :].mean() > 245  # white right and below, but for JPEG


def test_grains_of_noise_stay_at_their_places() -> None:
    grey = Image.new("RGB", (32, 32), (128, 128, 128))
    weak, strong = (np.asarray(KINDS["noise"].change(grey, strength), float) - 128 for strength in (0.02, 0.04))
    assert np.corrcoef(weak.ravel(), strong.ravel())[0, 1] > 0.98


def test_kinds_are_chosen_by_name_in_the_tables_order() -> None:
    assert chosen_kinds("blur, jpeg") == ("jpeg", "blur")
    assert chosen_kinds("") == tuple(KINDS)
    with pytest.raises(UserError, match="no perturbation 'fog'"):
        chosen_kinds("jpeg,fog")


def test_keys_tell_all_strengths_apart() -> None:
    keys = [key_of(kind, strength) for kind, each in KINDS.items() for strength in each.strengths]
    assert len(set(keys)) == len(keys) and UNTOUCHED not in keys


def test_a_strength_is_said_in_a_sentence() -> None:
    assert KINDS["jpeg"].where(62) == "at JPEG quality 62"
    assert KINDS["resize"].where(0.5) == "at 0.50 of its size"
