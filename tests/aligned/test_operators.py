"""Operators that make a real picture anew."""

import numpy as np
import pytest
from PIL import Image

from detector.aligned.operators import LARGEST_SIDE, OPERATORS, regenerate
from detector.errors import UserError


def photo(side: tuple[int, int] = (96, 72), seed: int = 0) -> Image.Image:
    """A picture with soft shapes and grain."""
    draw = np.random.default_rng(seed)
    coarse = Image.fromarray(draw.integers(0, 256, (6, 8, 3), dtype=np.uint8)).resize(side, Image.Resampling.BICUBIC)
    grain = draw.normal(0, 8, (side[1], side[0], 3))
    return Image.fromarray(np.clip(np.asarray(coarse) + grain, 0, 255).astype(np.uint8))


@pytest.mark.parametrize("name", OPERATORS)
def test_an_operator_keeps_the_content_and_changes_the_grain(name: str) -> None:
    before = photo()
    after = regenerate(before, name, np.random.default_rng(1))
    assert max(abs(a - b) for a, b in zip(before.size, after.size, strict=True)) <= 8
    same = np.asarray(before.resize((12, 9), Image.Resampling.BOX)).astype(float)
    other = np.asarray(after.resize((12, 9), Image.Resampling.BOX)).astype(float)
    assert np.corrcoef(same.ravel(), other.ravel())[0, 1] > 0.9
    assert (np.asarray(after.resize(before.size)) != np.asarray(before)).mean() > 0.05


@pytest.mark.parametrize("name", OPERATORS)
def test_the_same_draw_makes_the_same_picture(name: str) -> None:
    first, second = (regenerate(photo(), name, np.random.default_rng(7)) for _ in range(2))
    assert np.array_equal(np.asarray(first), np.asarray(second))


def test_pasting_in_leaves_the_rest_as_it_was() -> None:
    before = photo((160, 160))
    after = np.asarray(regenerate(before, "paste", np.random.default_rng(3))).astype(int)
    changed = np.abs(after - np.asarray(before).astype(int)).max(axis=2) > 0
    assert 0.02 < changed.mean() < 0.8


def test_large_pictures_are_worked_on_at_a_bounded_size() -> None:
    assert min(regenerate(photo((1200, 900)), "checkerboard", np.random.default_rng(0)).size) <= LARGEST_SIDE


def test_pictures_smaller_than_a_block_come_through() -> None:
    for name in OPERATORS:
        assert regenerate(photo((5, 3)), name, np.random.default_rng(0)).size[0] >= 2


def test_an_unknown_operator_is_named_with_those_there_are() -> None:
    with pytest.raises(UserError, match="srgan"):
        regenerate(photo(), "magic", np.random.default_rng(0))
