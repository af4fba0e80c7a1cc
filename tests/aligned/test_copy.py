"""Data sets of real pictures and their matched fakes."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from detector.aligned.copy import write_aligned
from detector.aligned.networks import AUTOENCODERS
from detector.aligned.train import train_autoencoder
from detector.data.equalise import Equalise
from detector.data.folders import open_data
from detector.errors import DataError
from detector.labels import AI, REAL
from tests.aligned.test_operators import photo

RULE = Equalise("resize", 64)


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    """Six real pictures of different formats and one AI-generated one."""
    folder = tmp_path / "photos"
    (folder / "real").mkdir(parents=True)
    (folder / "ai").mkdir()
    for i in range(6):
        photo((80 + i, 70), i).save(folder / "real" / f"p{i}.{'png' if i % 2 else 'jpg'}")
    photo((64, 64), 99).save(folder / "ai" / "sd__x.png")
    return folder


def test_each_real_picture_gets_one_fake_that_is_alike_in_everything_else(photos: Path, tmp_path: Path) -> None:
    problems = write_aligned(open_data(str(photos)), ["upconv", "checkerboard"], RULE, tmp_path / "matched")
    made = open_data(str(tmp_path / "matched"))
    assert problems == () and len(made.items) == 12
    assert {item.label for item in made.items} == {REAL, AI}
    assert {item.generator for item in made.items if item.label == AI} <= {"upconv", "checkerboard"}
    assert {(item.width, item.height, item.format) for item in made.items} == {(64, 64, "JPEG")}


def test_a_picture_and_its_fake_share_a_group(photos: Path, tmp_path: Path) -> None:
    write_aligned(open_data(str(photos)), ["upconv"], RULE, tmp_path / "matched")
    items = open_data(str(tmp_path / "matched")).items
    groups = {item.group for item in items}
    assert len(groups) == 6
    assert all({item.label for item in items if item.group == group} == {REAL, AI} for group in groups)


def test_a_broken_picture_is_named_and_the_rest_goes_on(photos: Path, tmp_path: Path) -> None:
    manifest = open_data(str(photos))
    (photos / "real" / "p0.jpg").write_bytes(b"not a picture")
    problems = write_aligned(manifest, ["checkerboard"], RULE, tmp_path / "matched")
    assert [problem.path for problem in problems] == ["real/p0.jpg"]
    assert len(open_data(str(tmp_path / "matched")).items) == 10


def test_a_name_that_is_taken_is_refused_before_any_work(photos: Path, tmp_path: Path) -> None:
    (tmp_path / "matched").mkdir()
    with pytest.raises(DataError, match="already"):
        write_aligned(open_data(str(photos)), ["upconv"], RULE, tmp_path / "matched")


@pytest.mark.parametrize("names", [["magic"], []])
def test_unknown_operators_are_refused(photos: Path, tmp_path: Path, names: list[str]) -> None:
    with pytest.raises(DataError, match="choose from"):
        write_aligned(open_data(str(photos)), names, RULE, tmp_path / "matched")
    assert not (tmp_path / "matched").exists()


def test_an_autoencoder_learns_to_draw_pictures_again(tmp_path: Path) -> None:
    file = tmp_path / "a.png"
    photo((80, 80)).save(file)
    losses: list[float] = []
    train_autoencoder(next(iter(AUTOENCODERS)), [file], 60, progress=lambda step, steps, loss: losses.append(loss))
    assert np.mean(losses[-10:]) < 0.9 * np.mean(losses[:3])


def test_an_autoencoder_needs_pictures_large_enough(tmp_path: Path) -> None:
    Image.new("RGB", (20, 20)).save(tmp_path / "small.png")
    with pytest.raises(DataError, match="64 pixels"):
        train_autoencoder(next(iter(AUTOENCODERS)), [tmp_path / "small.png"])
