import numpy as np
import pytest
from PIL import Image

from detector.data.lab import LAB_MARKS, draw_lab, make_lab
from detector.errors import DataError
from detector.labels import AI, REAL


def drawn(label: int, mark: str, seed: int, size: int = 64) -> tuple[np.ndarray, np.ndarray]:
    picture, mask = draw_lab(label, mark, np.random.default_rng(seed), size)
    return np.asarray(picture).astype(float), np.asarray(mask)


def detail(grey: np.ndarray, where: np.ndarray) -> float:
    """The mean step between neighbouring pixels inside a region."""
    return float(np.abs(np.diff(grey, axis=1))[where[:, 1:]].mean())


@pytest.mark.parametrize("mark", LAB_MARKS)
def test_only_the_planted_mark_tells_the_classes_apart(mark):
    for seed in range(10):
        real, empty = drawn(REAL, mark, seed)
        marked, mask = drawn(AI, mark, seed)
        changed = np.abs(real - marked).max(axis=2) > 0
        assert empty.max() == 0
        assert changed[mask == 255].mean() > 0.9
        assert np.abs(real - marked)[mask == 0].mean() < 1
        assert set(np.unique(mask)) == {0, 255}
        assert 0.08 < (mask == 255).mean() < 0.35


def test_a_checkerboard_is_still_there_when_the_picture_is_halved():
    for seed in range(10):
        difference = drawn(AI, "checkerboard", seed)[0] - drawn(REAL, "checkerboard", seed)[0]
        halved = np.asarray(
            Image.fromarray((difference.mean(2) + 128).astype(np.uint8)).resize((32, 32), Image.Resampling.BICUBIC)
        )
        assert np.ptp(halved.astype(int)) > 15


def test_a_smoothed_patch_has_less_detail_than_what_surrounds_it():
    for seed in range(10):
        marked, mask = drawn(AI, "smooth", seed)
        grey = marked.mean(2)
        assert detail(grey, mask == 255) < 0.6 * detail(grey, mask == 0)


def test_marks_lie_in_different_places():
    middles = {tuple(np.argwhere(drawn(AI, "smooth", seed)[1]).mean(0).astype(int) // 8) for seed in range(20)}
    assert len(middles) > 6


def test_mean_colour_does_not_give_the_class_away(tmp_path):
    make_lab(tmp_path, per_class=150, size=16)
    means = {name: colours(tmp_path / name) for name in ("real", "ai")}
    gap = np.abs(means["real"].mean(0) - means["ai"].mean(0))
    assert (gap < 3 * np.hypot(means["real"].std(0), means["ai"].std(0)) / np.sqrt(150)).all()


def colours(folder) -> np.ndarray:
    return np.array([np.asarray(Image.open(path)).mean((0, 1)) for path in sorted(folder.iterdir())])


def test_the_same_seed_makes_the_same_files_and_another_seed_others(tmp_path):
    for name, seed in (("one", 5), ("two", 5), ("three", 6)):
        make_lab(tmp_path / name, per_class=3, size=32, seed=seed)
    files = {
        name: {path.name: path.read_bytes() for path in (tmp_path / name).rglob("*.png")} for name in ("one", "two", "three")
    }
    assert files["one"] == files["two"]
    assert not set(files["one"].values()) & set(files["three"].values())


def test_names_tell_the_mark_and_every_ai_picture_has_its_mask(tmp_path):
    calls: list[tuple[int, int]] = []
    make_lab(tmp_path, per_class=4, size=32, progress=lambda *at: calls.append(at))
    names = sorted(path.name for path in (tmp_path / "ai").iterdir())
    assert names == ["checkerboard__0000.png", "checkerboard__0002.png", "smooth__0001.png", "smooth__0003.png"]
    assert sorted(path.name for path in (tmp_path / "masks").iterdir()) == names
    assert len(list((tmp_path / "real").iterdir())) == 4
    assert calls == [(done, 8) for done in range(1, 9)]
    for path in tmp_path.rglob("*.png"):
        picture = Image.open(path)
        assert (picture.size, picture.format) == ((32, 32), "PNG")
        assert picture.mode == ("L" if path.parent.name == "masks" else "RGB")


@pytest.mark.parametrize("wrong", [{"per_class": 0}, {"size": 4}])
def test_a_lab_too_small_to_carry_marks_is_refused(tmp_path, wrong):
    with pytest.raises(DataError, match="at least one picture"):
        make_lab(tmp_path / "lab", **wrong)
    assert not (tmp_path / "lab").exists()


def test_a_place_that_cannot_be_written_is_a_data_error(tmp_path):
    (tmp_path / "lab").touch()
    with pytest.raises(DataError, match="cannot be written"):
        make_lab(tmp_path / "lab", per_class=1)
