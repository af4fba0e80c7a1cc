"""Copies are found by their bytes and by what they look like, and different pictures are not taken for copies."""

import hashlib
import io
import shutil
import time
from collections.abc import Callable
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from detector.data.duplicates import DISTANCE, close_pairs, conflicts, near_copies, refuse_conflicts
from detector.data.folders import scan
from detector.data.likeness import likeness
from detector.data.manifest import Item
from detector.data.scenes import draw_scene
from detector.errors import DataError
from detector.labels import AI, REAL


def scene(seed: int, size: int = 256) -> Image.Image:
    """A picture with shapes and shading, another one for each seed."""
    return Image.fromarray(np.clip(np.rint(draw_scene(np.random.default_rng(seed), size)), 0, 255).astype(np.uint8))


def item(picture: Image.Image, path: str, label: int = REAL) -> Item:
    sha256 = hashlib.sha256(picture.tobytes()).hexdigest()
    phash, look = likeness(picture)
    return Item(path, label, "", "", *picture.size, "PNG", sha256, phash, look=look)


def saved_again(picture: Image.Image, quality: int) -> Image.Image:
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=quality)
    return Image.open(buffer).convert("RGB")


COPIES: dict[str, Callable[[Image.Image], Image.Image]] = {
    "saved at quality 40": lambda picture: saved_again(picture, 40),
    "half the size": lambda picture: picture.resize((128, 128), Image.Resampling.BICUBIC),
    "three times the size": lambda picture: picture.resize((768, 768), Image.Resampling.LANCZOS),
    "another aspect": lambda picture: picture.resize((300, 240)),
    "two per cent cropped": lambda picture: picture.crop((3, 2, 253, 254)),
}


@pytest.mark.parametrize("change", COPIES)
def test_a_copy_is_found_however_it_was_saved(change):
    pictures = [scene(seed) for seed in range(6)]
    items = [item(picture, f"{at}.png") for at, picture in enumerate(pictures)]
    items += [item(COPIES[change](picture), f"{at} again.png") for at, picture in enumerate(pictures)]
    found = {group.paths for group in near_copies(items)}
    assert found == {(f"{at}.png", f"{at} again.png") for at in range(6)}


def test_different_pictures_are_no_copies():
    assert near_copies([item(scene(seed, 64), f"{seed}.png") for seed in range(80)]) == []


def test_flat_pictures_are_told_apart_by_their_brightness():
    levels = [Image.new("RGB", (64, 64), (level,) * 3) for level in (0, 0, 60, 120, 255)]
    assert [group.paths for group in near_copies([item(level, str(at)) for at, level in enumerate(levels)])] == [("0", "1")]


def test_noise_on_a_flat_ground_joins_nothing():
    rng = np.random.default_rng(0)
    grey = [Image.fromarray(rng.normal(90, 25, (32, 32, 3)).clip(0, 255).astype(np.uint8)) for _ in range(100)]
    assert near_copies([item(picture, str(at)) for at, picture in enumerate(grey)]) == []


def test_copies_of_copies_are_one_group_and_exact_ones_are_called_so():
    picture = scene(0)
    items = [item(picture, "a", REAL), item(picture, "b", AI), item(saved_again(picture, 60), "c", AI), item(scene(1), "d")]
    (group,) = near_copies(items)
    assert (group.paths, group.kind, group.labels, group.across_classes) == (("a", "b", "c"), "near", (REAL, AI, AI), True)
    (exact,) = near_copies([items[0], items[1], items[3]])
    assert (exact.paths, exact.kind) == (("a", "b"), "exact")


def test_only_the_same_file_in_both_classes_is_a_conflict():
    picture = scene(0)
    near = [item(picture, "real/a", REAL), item(saved_again(picture, 80), "ai/a", AI), item(picture, "real/b", REAL)]
    assert conflicts(near) == []
    refuse_conflicts(near)
    both = [*near, item(picture, "ai/b", AI)]
    assert [group.paths for group in conflicts(both)] == [("real/a", "real/b", "ai/b")]
    with pytest.raises(DataError, match=r"real/a and ai/b.*Data page") as caught:
        refuse_conflicts(both)
    assert "\n" not in str(caught.value)


def test_pictures_without_hashes_still_have_exact_copies():
    old = [Item(path, REAL, "", "", 8, 8, "PNG", sha256) for path, sha256 in (("a", "1"), ("b", "2"), ("c", "1"))]
    assert [group.paths for group in near_copies(old)] == [("a", "c")]
    assert near_copies([]) == []


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("distance", [0, 1, 7, DISTANCE])
def test_every_close_pair_is_found_that_a_double_loop_finds(seed, distance):
    rng = np.random.default_rng(seed)
    base = rng.integers(0, 2**64, 60, np.uint64)
    flips = [np.bitwise_or.reduce(np.uint64(1) << rng.choice(64, count, False).astype(np.uint64)) for count in range(1, 13)]
    hashes = np.concatenate([base, *(base[:10] ^ flip for flip in flips), base[:5]])
    slow = {(i, j) for i, j in combinations(range(len(hashes)), 2) if (int(hashes[i]) ^ int(hashes[j])).bit_count() <= distance}
    pairs = np.concatenate(list(close_pairs(hashes, distance, np.arange(len(hashes)))), axis=1)
    fast = {(int(i), int(j)) for i, j in np.sort(pairs, axis=0).T}
    assert fast == slow and len(slow) >= 5


def test_ten_thousand_hashes_take_no_time():
    rng = np.random.default_rng(0)
    looks = rng.integers(0, 256, (10_000, 64), np.uint8)
    hashes = rng.integers(0, 2**64, 10_000, np.uint64)
    items = [
        Item(str(at), REAL, "", "", 8, 8, "PNG", str(at), f"{hashes[at]:016x}", look=looks[at].tobytes().hex())
        for at in range(10_000)
    ]
    start = time.process_time()
    assert near_copies(items) == []
    assert time.process_time() - start < 5  # 0.2 s on two cores; a double loop takes a minute


def test_ten_thousand_copies_of_one_picture_are_one_group_and_take_no_time():
    phash, look = likeness(scene(0))
    items = [Item(str(at), REAL, "", "", 8, 8, "PNG", str(at), phash, look=look) for at in range(10_000)]
    start = time.process_time()
    assert [len(group.paths) for group in near_copies(items)] == [10_000]
    assert time.process_time() - start < 20


def test_a_large_picture_has_about_the_hash_it_has_when_small():
    large, small = likeness(scene(3, 600)), likeness(scene(3, 600).resize((128, 128), Image.Resampling.LANCZOS))
    assert (int(large[0], 16) ^ int(small[0], 16)).bit_count() <= 4
    assert len(large[0]) == 16 and len(large[1]) == 128


@pytest.mark.parametrize("size", [(1, 1), (3, 200), (2000, 40)])
def test_odd_shapes_have_a_likeness_too(size):
    phash, look = likeness(Image.new("RGB", size, "red"))
    assert (len(phash), len(look)) == (16, 128)


def test_a_scan_finds_copies_and_facts_of_an_older_version_are_read_again(tmp_path, workspace):
    for label, start in (("real", 0), ("ai", 5)):
        (tmp_path / "set" / label).mkdir(parents=True)
        for at in range(3):
            scene(start + at).save(tmp_path / "set" / label / f"{at}.png")
    scene(0).save(tmp_path / "set/real/again.jpg", quality=70)
    first = scan(tmp_path / "set")
    assert [group.paths for group in near_copies(first.items)] == [("real/0.png", "real/again.jpg")]
    (cache,) = (workspace / "cache" / "manifests").glob("*.json")
    cache.write_text(cache.read_text().replace('"phash"', '"older"'))
    assert scan(tmp_path / "set") == first


def test_the_lab_has_no_copies(tmp_path):
    from detector.data.lab import make_lab

    make_lab(tmp_path / "lab", per_class=20)
    shutil.rmtree(tmp_path / "lab" / "masks")
    assert near_copies(scan(Path(tmp_path, "lab")).items) == []
