import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from detector.data.pixel_store import limit_bytes, read_pixels, reserve
from detector.errors import DataError
from detector.home import REPOSITORY

SHAPE = (10, 100, 100, 3)
SIZE = 300_000  # bytes of such an array


def put(path: Path, value: int = 7, when: int = 0) -> Path:
    """A whole array in the store, last used `when` seconds after 1970."""
    with reserve(path, SHAPE) as file:
        file.write(bytes([value]) * SIZE)
    if when:
        os.utime(path, (when, when))
    return path


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.name != ".store.lock")


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that may hold three arrays and a bit."""
    monkeypatch.setenv("DETECTOR_CACHE_GB", "0.001")
    return tmp_path / "pixels"


def test_what_was_written_is_read_and_cannot_be_changed(store):
    pixels = read_pixels(put(store / "a.npy"), SHAPE)
    assert pixels.shape == SHAPE and pixels.min() == pixels.max() == 7
    with pytest.raises(ValueError, match="read-only"):
        pixels[0] = 0
    assert read_pixels(store / "a.npy", (10, 100, 100, 4)) is None
    assert read_pixels(store / "b.npy", SHAPE) is None


def test_the_pixels_longest_unused_make_room(store):
    for number, name in enumerate("abc", 1):
        put(store / f"{name}.npy", when=number)
    read_pixels(store / "a.npy", SHAPE)  # and with that it is the newest
    put(store / "d.npy")
    assert names(store) == ["a.npy", "c.npy", "d.npy"]


def test_pixels_in_use_stay_and_the_next_oldest_go(store):
    for name in "abc":
        put(store / f"{name}.npy")
    held = read_pixels(store / "a.npy", SHAPE)[2:4]
    for number, name in enumerate("abc", 1):
        os.utime(store / f"{name}.npy", (number, number))
    put(store / "d.npy")
    assert names(store) == ["a.npy", "c.npy", "d.npy"]
    assert held.min() == 7
    del held
    put(store / "e.npy")
    assert names(store) == ["c.npy", "d.npy", "e.npy"]


def test_another_process_that_uses_pixels_keeps_them_until_it_is_killed(store):
    put(store / "a.npy", when=1)
    program = (
        "import sys, time; from pathlib import Path; from detector.data.pixel_store import read_pixels; "
        f"pixels = read_pixels(Path(sys.argv[1]), {SHAPE}); print('open', flush=True); time.sleep(60)"
    )
    reader = subprocess.Popen(
        [sys.executable, "-c", program, str(store / "a.npy")], cwd=REPOSITORY, stdout=subprocess.PIPE, text=True
    )
    try:
        assert reader.stdout.readline() == "open\n"
        os.utime(store / "a.npy", (1, 1))
        for name in "bcd":
            put(store / f"{name}.npy")
        assert names(store) == ["a.npy", "c.npy", "d.npy"]
    finally:
        reader.kill()
        reader.wait()
    os.utime(store / "a.npy", (1, 1))
    put(store / "e.npy")
    assert names(store) == ["c.npy", "d.npy", "e.npy"]


def test_a_set_larger_than_the_limit_is_refused_and_nothing_else_is_lost(store):
    put(store / "a.npy")
    with (
        pytest.raises(DataError, match=r"3\.0 MB as pixels, more than the 1\.0 MB .* DETECTOR_CACHE_GB"),
        reserve(store / "big.npy", (100, *SHAPE[1:])),
    ):
        pytest.fail("there is no room")
    assert names(store) == ["a.npy"]


def test_a_store_full_of_pixels_in_use_says_so(store):
    held = [read_pixels(put(store / f"{name}.npy"), SHAPE) for name in "abc"]
    with pytest.raises(DataError, match=r"other runs use 0\.9 MB of the 1\.0 MB"), reserve(store / "d.npy", SHAPE):
        pytest.fail("there is no room")
    assert names(store) == ["a.npy", "b.npy", "c.npy"] and held


def test_a_disk_without_room_is_left_as_it_was(store, monkeypatch):
    put(store / "a.npy")
    free = shutil.disk_usage(store).free
    monkeypatch.setenv("DETECTOR_CACHE_GB", "900000")
    with pytest.raises(DataError, match="to spare: free space there"), reserve(store / "big.npy", (free // 100, 10, 11, 3)):
        pytest.fail("there is no room")
    assert names(store) == ["a.npy"]


def test_a_writing_that_fails_leaves_nothing_and_one_that_was_killed_is_cleared_away(store):
    with pytest.raises(ZeroDivisionError), reserve(store / "a.npy", SHAPE) as file:
        file.write(bytes(1 // 0))
    assert names(store) == []
    (store / ".dead.123.tmp").write_bytes(bytes(900_000))
    put(store / "a.npy")
    assert names(store) == ["a.npy"]


def test_what_is_being_written_counts_and_is_not_removed(store):
    with reserve(store / "a.npy", SHAPE) as first, reserve(store / "b.npy", SHAPE) as second:
        for file in (first, second):
            file.write(np.full(SHAPE, 3, np.uint8).tobytes())
        put(store / "c.npy", when=1)
        put(store / "d.npy")
        assert [name for name in names(store) if name.endswith(".npy")] == ["d.npy"]
    assert read_pixels(store / "b.npy", SHAPE).min() == 3
    assert names(store) == ["a.npy", "b.npy", "d.npy"]


@pytest.mark.parametrize("text", ["much", "-1", "0", "nan", "inf"])
def test_a_limit_that_is_no_size_is_named(monkeypatch, text):
    monkeypatch.setenv("DETECTOR_CACHE_GB", text)
    with pytest.raises(DataError, match="DETECTOR_CACHE_GB should be"):
        limit_bytes()


def test_without_a_limit_given_it_is_twenty_gigabytes(monkeypatch):
    monkeypatch.delenv("DETECTOR_CACHE_GB", raising=False)
    assert limit_bytes() == 20_000_000_000
