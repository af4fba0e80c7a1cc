"""Novelty: far-away features are told, near ones named, and the bank is small, honest and refused when damaged."""

from pathlib import Path

import numpy as np
import pytest

from detector.errors import WeightsError
from detector.evaluation.novelty import FILE, MOST, fit_bank, read_bank, resemblance


def features(n: int, seed: int, away: float = 0.0, width: int = 40) -> np.ndarray:
    """Two classes that differ in a dozen features; `away` moves all of them along another."""
    random = np.random.default_rng(seed)
    rows = random.normal(0, 1, (n, width)) * np.linspace(3, 0.2, width)
    rows[:, :12] += 8 * (np.arange(n) % 2)[:, None]
    rows[:, 15] += away
    return rows.astype(np.float32)


def names(n: int) -> list[tuple[int, str, str]]:
    return [(i % 2, ("dalle", "midjourney")[i // 2 % 2] if i % 2 else "", f"{('real', 'ai')[i % 2]}/ä{i}.png") for i in range(n)]


@pytest.fixture(scope="module")
def bank():
    found = fit_bank(features(400, 0), names(400), features(200, 1))
    assert found
    return found


def share_novel(bank, rows: np.ndarray) -> float:
    return float(np.mean([bank.is_novel(near) for near in bank.nearest(rows)]))


def test_one_ordinary_picture_in_a_hundred_is_called_unlike_and_far_ones_are(bank):
    assert share_novel(bank, features(1000, 2)) < 0.04
    assert share_novel(bank, features(100, 3, away=40)) == 1.0


def test_the_nearest_training_pictures_are_of_its_kind(bank):
    near = bank.nearest(features(40, 4))
    right = [np.mean([each.label == place % 2 for each in own]) for place, own in enumerate(near)]
    assert np.mean(right) > 0.9
    assert all(own[0].distance <= own[-1].distance for own in near)


def test_a_training_picture_is_its_own_nearest(bank):
    (near,) = bank.nearest(features(400, 0)[7:8])
    assert near[0].path == "ai/ä7.png"
    assert near[0].distance < 0.1  # 16-bit numbers are kept


def test_resemblance_counts_classes_and_generators(bank):
    said = resemblance(bank.nearest(features(400, 0)[1:2])[0])
    assert "AI-generated (" in said
    assert "dalle" in said or "midjourney" in said


def test_a_bank_survives_its_file_and_stays_below_three_megabytes(tmp_path: Path):
    many = fit_bank(features(2100, 0, width=1500), names(2100), features(50, 1, width=1500))
    assert many and len(many.points) == MOST
    many.save(tmp_path)
    assert (tmp_path / FILE).stat().st_size < 3_000_000
    again, rows = read_bank(tmp_path), features(5, 2, width=1500)
    assert again and again.names == many.names
    assert [[each.path for each in own] for own in again.nearest(rows)] == [[e.path for e in own] for own in many.nearest(rows)]


def test_features_that_never_vary_do_no_harm():
    rows = features(100, 0)
    rows[:, 3] = 7.0
    valid = features(30, 1)
    valid[:, 3] = 7.0
    found = fit_bank(rows, names(100), valid)
    assert found and np.isfinite(found.points).all()


def test_too_few_pictures_make_no_bank_and_a_folder_without_one_has_none(tmp_path: Path):
    assert fit_bank(features(49, 0), names(49), features(20, 1)) is None
    assert fit_bank(features(60, 0), names(60), features(19, 1)) is None
    assert read_bank(tmp_path) is None


def test_a_bank_of_other_weights_and_a_damaged_one_are_refused(bank, tmp_path: Path):
    with pytest.raises(WeightsError, match="other weights"):
        bank.nearest(np.zeros((1, 12), np.float32))
    bank.save(tmp_path)
    whole = (tmp_path / FILE).read_bytes()
    for damage in (whole[:500], b"", whole.replace(b'"points"', b'"pints__"')):
        (tmp_path / FILE).write_bytes(damage)
        with pytest.raises(WeightsError, match="calibrate the detector again, or delete"):
            read_bank(tmp_path)
