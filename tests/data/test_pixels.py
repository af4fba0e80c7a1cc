import hashlib
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from detector.data.equalise import Equalise
from detector.data.folders import scan
from detector.data.images import open_image
from detector.data.manifest import Manifest
from detector.data.pixels import load_pixels
from detector.data.preprocess import Preprocess
from detector.errors import DataError, ImageError
from detector.home import cache_folder

SMALL = Preprocess(size=12, crop_pct=0.75)


@pytest.fixture
def manifest(tmp_path, write_image) -> Manifest:
    for number in range(4):
        write_image(tmp_path / f"set/real/{number}.png", (40 + number, 30))
        write_image(tmp_path / f"set/ai/{number}.jpg", (30, 40))
    return scan(tmp_path / "set")


def kept() -> list:
    return sorted((cache_folder() / "pixels").glob("*.npy"))


def load(manifest: Manifest) -> np.ndarray:
    return np.array(load_pixels(manifest, manifest.items, SMALL))


@pytest.mark.parametrize("resize", ["squash", "shorter", "native"])
def test_pixels_are_the_canvases_of_the_preprocessing_in_the_order_of_the_items(manifest, resize):
    preprocess = replace(SMALL, resize=resize)
    items = manifest.items[::-1]
    pixels = load_pixels(manifest, items, preprocess)
    assert (pixels.shape, pixels.dtype) == ((8, 16, 16, 3), np.uint8)
    for item, canvas in zip(items, pixels, strict=True):
        assert np.array_equal(canvas, np.asarray(preprocess.canvas(open_image(manifest.path(item)))))


def test_pixels_lie_on_disk_and_cannot_be_changed_by_mistake(manifest):
    pixels = load_pixels(manifest, manifest.items, SMALL)
    assert isinstance(pixels, np.memmap)
    with pytest.raises(ValueError, match="read-only"):
        pixels[0] = 0


def test_pictures_are_decoded_once(manifest):
    calls: list[tuple[int, int]] = []
    first = np.array(load_pixels(manifest, manifest.items, SMALL, lambda *at: calls.append(at)))
    assert calls == [(done, 8) for done in range(1, 9)]
    for item in manifest.items:
        manifest.path(item).unlink()
    assert np.array_equal(load_pixels(manifest, manifest.items, SMALL, lambda *at: calls.append(at)), first)
    assert len(calls) == 8


def test_another_order_canvas_or_content_has_pixels_of_its_own(manifest):
    load(manifest)
    load_pixels(manifest, manifest.items[::-1], SMALL)
    load_pixels(manifest, manifest.items, replace(SMALL, size=8))
    Image.new("RGB", (20, 20), "red").save(manifest.path(manifest.items[0]))
    changed = scan(manifest.root)
    load_pixels(changed, changed.items, SMALL)
    assert len(kept()) == 4
    load_pixels(manifest, manifest.items, replace(SMALL, mean=(0.0, 0.0, 0.0)))  # normalising comes later
    assert len(kept()) == 4
    load_pixels(changed, changed.items, replace(SMALL, equalise=Equalise("crop", 24)))
    assert len(kept()) == 5


@pytest.mark.parametrize("damage", [lambda data: data[:-100], lambda data: data[:20], lambda data: b"", lambda data: b"x" * 500])
def test_damaged_pixels_are_made_anew(manifest, damage):
    first = load(manifest)
    (path,) = kept()
    path.write_bytes(damage(path.read_bytes()))
    assert np.array_equal(load(manifest), first)


def test_a_picture_that_broke_since_the_scan_is_named_and_leaves_nothing_half_written(manifest):
    manifest.path(manifest.items[3]).write_bytes(b"no picture")
    with pytest.raises(ImageError, match=r"3\.jpg"):
        load(manifest)
    assert [path for path in (cache_folder() / "pixels").iterdir() if path.suffix != ".lock"] == []


def test_a_picture_that_another_one_replaced_since_the_scan_is_named_and_not_taken_for_it(manifest):
    Image.new("RGB", (30, 40), "red").save(manifest.path(manifest.items[1]))
    with pytest.raises(ImageError, match=r"has changed since the data set was read"):
        load(manifest)
    assert kept() == []
    assert load(scan(manifest.root)).shape == (8, 16, 16, 3)


def test_a_cache_that_cannot_be_written_is_a_data_error(manifest):
    (cache_folder() / "pixels").touch()
    with pytest.raises(DataError, match="free space"):
        load(manifest)


def test_no_items_make_an_empty_array(manifest):
    assert load_pixels(manifest, (), SMALL).shape == (0, 16, 16, 3)


def test_two_processes_may_ask_for_the_same_pixels_at_once(manifest, both_print):
    program = (
        "import sys, hashlib; from pathlib import Path; from detector.data.folders import scan; "
        "from detector.data.pixels import load_pixels; from detector.data.preprocess import Preprocess; "
        "found = scan(Path(sys.argv[1])); pixels = load_pixels(found, found.items, Preprocess(size=12, crop_pct=0.75)); "
        "print(hashlib.sha256(pixels.tobytes()).hexdigest())"
    )
    printed = both_print(program, str(manifest.root))
    assert len(kept()) == 1
    assert printed == [hashlib.sha256(load(manifest).tobytes()).hexdigest()] * 2


def test_wide_pictures_with_exif_are_turned_before_they_are_cut(tmp_path, write_image):
    exif = Image.Exif()
    exif[0x0112] = 6
    for name in ("real", "ai"):
        (tmp_path / "turned" / name).mkdir(parents=True)
        half = Image.new("RGB", (64, 64), "black")
        half.paste("white", (0, 0, 32, 64))
        half.save(tmp_path / "turned" / name / f"{name}.png", exif=exif)
    manifest = scan(tmp_path / "turned")
    pixels = load_pixels(manifest, manifest.items, SMALL)
    assert pixels[0, 2].min() > 200
    assert pixels[0, 13].max() < 50
