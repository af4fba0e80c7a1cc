"""Pixels: a data set decoded once into one memory-mapped array of canvases, so that an epoch reads no image file."""

from collections.abc import Callable, Sequence
from hashlib import sha256
from pathlib import Path

import numpy as np
from filelock import FileLock
from numpy.typing import NDArray

from detector.data.images import open_image
from detector.data.manifest import Item, Manifest
from detector.data.parallel import in_order
from detector.data.pixel_store import read_pixels, reserve
from detector.data.preprocess import Preprocess
from detector.errors import DataError
from detector.home import cache_folder


def load_pixels(
    manifest: Manifest, items: Sequence[Item], preprocess: Preprocess, progress: Callable[[int, int], None] | None = None
) -> NDArray[np.uint8]:
    """The canvases of the items in their order: uint8 (N, C, C, 3) with C = preprocess.canvas_size, read-only, on disk.

    They are kept in the cache under the files' hashes and the preprocessing; a second process waits while a first one makes
    them. `progress(done, total)` is called as pictures are decoded. Raises ImageError for a picture that can no longer be read or
    is not the one that was scanned, DataError when there is not enough room.
    """
    side = preprocess.canvas_size
    shape = (len(items), side, side, 3)
    if not items:
        return np.empty(shape, np.uint8)
    path = cache_folder() / "pixels" / f"{_key(items, preprocess)}.npy"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(path.with_suffix(".lock")):
            pixels = read_pixels(path, shape)
            if pixels is None:
                _write(path, shape, manifest, items, preprocess, progress)
                pixels = read_pixels(path, shape)
    except OSError as error:
        needed = int(np.prod(shape)) / 2**20
        raise DataError(f"{path.parent} cannot take {needed:.0f} MB of pixels ({error.strerror}): free space there.") from error
    if pixels is None:
        raise DataError(f"{path} was changed while it was read: start again.")
    return pixels


def _key(items: Sequence[Item], preprocess: Preprocess) -> str:
    """Names the content: which files in which order, and what makes their canvases. Mean and deviation come later."""
    rule = preprocess.equalise.key() if preprocess.equalise else ""
    digest = sha256(f"{preprocess.canvas_size} {preprocess.resize} {preprocess.interpolation} {rule}\n".encode())
    for item in items:
        digest.update(item.sha256.encode())
    return digest.hexdigest()[:32]


def _write(
    path: Path,
    shape: tuple[int, ...],
    manifest: Manifest,
    items: Sequence[Item],
    preprocess: Preprocess,
    progress: Callable[[int, int], None] | None,
) -> None:
    """Decode every item into a .npy file; written in a row and not through a map, where a full disk would kill the process."""

    def canvas(item: Item) -> bytes:
        return preprocess.canvas(open_image(manifest.path(item), item.sha256)).tobytes()

    with reserve(path, shape) as file:
        for done, data in enumerate(in_order(canvas, items), 1):
            file.write(data)
            if progress:
                progress(done, len(items))
