import numpy as np
import pytest
from PIL import Image

from detector.data.preprocess import Preprocess
from detector.data.transforms import Augmentation, augment

CANVAS = np.asarray(
    Image.fromarray(np.random.default_rng(0).integers(0, 256, (6, 6, 3), np.uint8)).resize((40, 40), Image.Resampling.BICUBIC)
)
EVERYTHING = Augmentation(True, True, 15.0, 0.5, 0.05, True, 1.0)


def run(augmentation: Augmentation, seed: int, size: int = 32, canvas: np.ndarray = CANVAS) -> np.ndarray:
    return augment(canvas, size, augmentation, np.random.default_rng(seed))


def outcomes(augmentation: Augmentation, size: int = 40, seeds: int = 40) -> set[bytes]:
    return {run(augmentation, seed, size).tobytes() for seed in range(seeds)}


def difference(a: np.ndarray, b: np.ndarray) -> float:
    return float(np.abs(a.astype(float) - b.astype(float)).mean())


def test_without_augmentation_it_is_the_view_of_the_preprocessing():
    preprocess = Preprocess(size=32, crop_pct=0.8)
    view = preprocess.array(Image.fromarray(CANVAS))
    assert all(np.array_equal(run(Augmentation(), seed), view) for seed in range(5))


@pytest.mark.parametrize(
    "augmentation",
    [
        EVERYTHING,
        Augmentation(horizontal_flip=True),
        Augmentation(vertical_flip=True),
        Augmentation(rotation=180.0),
        Augmentation(random_crop=0.05),
        Augmentation(noise=0.1),
        Augmentation(jpeg=True),
        Augmentation(blur=2.0),
    ],
)
def test_the_same_seed_gives_the_same_picture_of_the_size_asked_for(augmentation):
    before = CANVAS.copy()
    for seed in range(10):
        first, second = run(augmentation, seed), run(augmentation, seed)
        assert np.array_equal(first, second)
        assert (first.shape, first.dtype, first.flags.writeable) == ((32, 32, 3), np.uint8, True)
    assert len(outcomes(augmentation)) > 1
    assert np.array_equal(CANVAS, before)


def test_flips_give_the_mirrored_picture_half_of_the_time():
    assert outcomes(Augmentation(horizontal_flip=True)) == {CANVAS.tobytes(), CANVAS[:, ::-1].tobytes()}
    assert outcomes(Augmentation(vertical_flip=True)) == {CANVAS.tobytes(), CANVAS[::-1].tobytes()}
    same = sum(np.array_equal(run(Augmentation(horizontal_flip=True), seed, 40), CANVAS) for seed in range(200))
    assert 70 < same < 130


def test_a_larger_canvas_is_cut_at_every_place():
    canvas = np.zeros((10, 10, 3), np.uint8)
    canvas[..., 0], canvas[..., 1] = np.indices((10, 10))
    corners = {tuple(run(Augmentation(jpeg=True), seed, 8, canvas)[0, 0, :2]) for seed in range(200) if seed_without_jpeg(seed)}
    assert corners == {(row, column) for row in range(3) for column in range(3)}


def seed_without_jpeg(seed: int) -> bool:
    """Whether the coin after the two numbers of the place leaves the picture unsaved."""
    rng = np.random.default_rng(seed)
    rng.integers(0, 3, 2)
    return rng.random() >= 0.5


def test_rotation_stays_within_its_angle_and_leaves_no_black_corners():
    white = np.full((40, 40, 3), 255, np.uint8)
    bar = white.copy()
    bar[18:22] = 0
    for seed in range(30):
        assert run(Augmentation(rotation=15.0), seed, 40, white).min() == 255
        turned = run(Augmentation(rotation=15.0), seed, 40, bar)[..., 0]
        rise = np.argmin(turned[:, 35]) - np.argmin(turned[:, 5])
        assert abs(np.degrees(np.arctan(rise / 30))) < 18
    rises = [int(np.argmin(run(Augmentation(rotation=15.0), seed, 40, bar)[:, 35, 0])) for seed in range(30)]
    assert np.ptp(rises) > 4


def test_a_random_crop_shows_at_least_its_share_of_the_area():
    x, y = np.meshgrid(np.linspace(0, 255, 40), np.linspace(0, 255, 40))
    canvas = np.stack([x, y, x], axis=-1).astype(np.uint8)
    shares = []
    for seed in range(60):
        crop = run(Augmentation(random_crop=0.4), seed, 32, canvas).astype(float)
        shares.append(np.ptp(crop[..., 0]) * np.ptp(crop[..., 1]) / 255**2)
    assert min(shares) > 0.33
    assert max(shares) > 0.8
    assert np.std(shares) > 0.1


def test_noise_has_the_deviation_asked_for():
    grey = np.full((64, 64, 3), 128, np.uint8)
    for seed in range(5):
        noisy = run(Augmentation(noise=0.1), seed, 64, grey).astype(float)
        assert noisy.std() == pytest.approx(25.5, rel=0.05)
        assert noisy.mean() == pytest.approx(128, abs=1)


def test_noise_does_not_wrap_around_at_black_and_white():
    for level in (0, 255):
        flat = np.full((32, 32, 3), level, np.uint8)
        assert difference(run(Augmentation(noise=0.05), 0, 32, flat), flat) < 15


def test_blur_takes_detail_away_and_jpeg_changes_little():
    noise = np.random.default_rng(1).integers(0, 256, (40, 40, 3), np.uint8)
    blurred = [run(Augmentation(blur=2.0), seed, 40, noise).std() for seed in range(30)]
    assert min(blurred) < 0.5 * noise.std()
    changed = [difference(run(Augmentation(jpeg=True), seed, 40), CANVAS) for seed in range(30)]
    assert 8 < sum(change > 0 for change in changed) < 22
    assert max(changed) < 12
