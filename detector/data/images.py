"""Pictures from files nobody has checked: safe decoding to RGB, facts, thumbnails. Knows nothing of labels or networks."""

import hashlib
import io
import logging
import os
import stat
import threading
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from detector.data.jpeg import quick_jpeg
from detector.data.likeness import likeness
from detector.errors import ImageError

MAX_PIXELS: Final = 100_000_000
MAX_FILE_BYTES: Final = 200 * 2**20
IMAGE_SUFFIXES: Final = frozenset({".jpg", ".jpeg", ".jfif", ".png", ".webp", ".bmp", ".gif", ".tif", ".tiff", ".avif"})

# Named, so that Pillow never tries a format that starts another program (EPS) or reaches out of the file.
_FORMATS = ("JPEG", "PNG", "WEBP", "BMP", "GIF", "TIFF", "AVIF")
_EXIF_ORIENTATION = 0x0112
_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}

logger = logging.getLogger(__name__)


class _Silence:
    """Holds Pillow's warnings back while any thread decodes.

    `warnings.catch_warnings` alone is not for threads: two that overlap may leave the filters changed for good.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._inside = 0
        self._caught = warnings.catch_warnings()

    def __enter__(self) -> None:
        with self._lock:
            if self._inside == 0:
                self._caught = warnings.catch_warnings()
                self._caught.__enter__()
                warnings.simplefilter("ignore")
            self._inside += 1

    def __exit__(self, *raised: object) -> None:
        with self._lock:
            self._inside -= 1
            if self._inside == 0:
                self._caught.__exit__(None, None, None)


_silence = _Silence()


@dataclass(frozen=True)
class ImageFacts:
    """What a file says of itself: size in pixels as seen (upright), Pillow's name of its real format, hash of its bytes.

    `phash` and `look` say what the picture looks like (`detector.data.likeness`).
    """

    width: int
    height: int
    format: str
    sha256: str
    phash: str
    look: str


def open_image(source: Path | bytes, sha256: str = "") -> Image.Image:
    """The picture in a file as RGB: upright, over white where it is transparent, the first frame where it moves.

    Raises ImageError, in one line, for anything that is not a whole picture of at most MAX_PIXELS in MAX_FILE_BYTES, and for
    one that does not have the hash `sha256`, where that is known.
    """
    data, name = _read(source), _name(source)
    if sha256 and hashlib.sha256(data).hexdigest() != sha256:
        raise ImageError(f"{name} has changed since the data set was read: open the data set again.")
    return _decode(data, name)[0]


def image_facts(path: Path) -> ImageFacts:
    """Size, format and hashes of a file; raises ImageError as `open_image` does, since it decodes the picture to be sure."""
    data = _read(path)
    image, kind = _decode(data, _name(path))
    return ImageFacts(image.width, image.height, kind, hashlib.sha256(data).hexdigest(), *likeness(image))


def file_bytes(path: Path) -> bytes:
    """A picture file's bytes, not decoded; raises ImageError for what is no file, is empty or too large, or cannot be read."""
    return _read(path)


def sha256_of(source: Path | bytes) -> str:
    """The SHA-256 of a file's bytes, in hex; raises ImageError when the file cannot be read."""
    return hashlib.sha256(_read(source)).hexdigest()


def thumbnail(image: Image.Image, side: int = 512) -> bytes:
    """A JPEG of the RGB picture whose longer side is at most `side` pixels."""
    small = image.copy()
    small.thumbnail((side, side), Image.Resampling.LANCZOS)
    buffer = io.BytesIO()
    small.save(buffer, "JPEG", quality=88)
    return buffer.getvalue()


def image_files(folder: Path) -> list[Path]:
    """Every file below the folder that is named like a picture, sorted; hidden files and folders are left out.

    Linked folders are followed, each real folder once.
    """
    found: list[Path] = []
    seen: set[str] = set()
    for here, folders, files in os.walk(folder, followlinks=True, onerror=lambda error: logger.warning("left out: %s", error)):
        real = os.path.realpath(here)
        folders[:] = [] if real in seen else [name for name in folders if not name.startswith(".") and name != "__MACOSX"]
        if real not in seen:
            found += [Path(here, name) for name in files if _is_picture_name(name)]
        seen.add(real)
    return sorted(found)


def _is_picture_name(name: str) -> bool:
    return not name.startswith(".") and Path(name).suffix.lower() in IMAGE_SUFFIXES


def _name(source: Path | bytes) -> str:
    """The file's name for a message: on one line, and not longer than the message."""
    name = " ".join(source.name.split()) if isinstance(source, Path) else "This file"
    return name if len(name) <= 80 else f"{name[:79]}…"


def _read(source: Path | bytes) -> bytes:
    """The file's bytes; raises ImageError before reading anything too large or not a regular file."""
    name = _name(source)
    if isinstance(source, bytes):
        _check_size(name, len(source))
        return source
    try:
        status = source.stat()
        if stat.S_ISDIR(status.st_mode):
            raise ImageError(f"{name} is a folder: choose a picture in it.")
        if not stat.S_ISREG(status.st_mode):  # reading a pipe or a device could wait for ever
            raise ImageError(f"{name} is not a regular file: choose a picture.")
        _check_size(name, status.st_size)
        return source.read_bytes()
    except FileNotFoundError as error:
        raise ImageError(f"{name} is not there: check its place and name.") from error
    except OSError as error:
        raise ImageError(f"{name} cannot be read ({error.strerror}): check its permissions.") from error


def _check_size(name: str, size: int) -> None:
    if size == 0:
        raise ImageError(f"{name} is empty (0 bytes): copy or download it again.")
    if size > MAX_FILE_BYTES:
        raise ImageError(f"{name} has {size / 2**20:.0f} MB; at most {MAX_FILE_BYTES // 2**20} MB are read: save it smaller.")


def _decode(data: bytes, name: str) -> tuple[Image.Image, str]:
    """The RGB picture in these bytes, and the name of their format."""
    try:
        with _silence, Image.open(io.BytesIO(data), formats=_FORMATS) as image:
            kind = image.format or ""
            pixels = image.width * image.height
            if pixels <= MAX_PIXELS:  # known from the header: a decompression bomb is never unpacked
                quick = quick_jpeg(image, data)
                if quick is not None:
                    return _turned(quick, _orientation(image)), kind
                image.load()  # which may turn a TIFF, and then says so in its EXIF
                return _rgb(_turned(image, _orientation(image))), kind
    except UnidentifiedImageError as error:
        raise ImageError(f"{name} is no picture in a known format: use JPEG, PNG, WebP, AVIF, GIF, BMP or TIFF.") from error
    except Image.DecompressionBombError as error:
        raise ImageError(
            f"{name} has too many pixels: at most {MAX_PIXELS // 10**6} million are read, so scale it down."
        ) from error
    except Exception as error:  # at damaged bytes the decoders raise OSError, SyntaxError, struct.error, zlib.error and more
        logger.debug("%s cannot be decoded", name, exc_info=True)
        raise ImageError(f"{name} is damaged or cut short: copy it again, or leave it out.") from error
    raise ImageError(
        f"{name} has {pixels / 1e6:.0f} million pixels; at most {MAX_PIXELS // 10**6} million are read, so scale it down."
    )


def _orientation(image: Image.Image) -> int | None:
    """How the camera was held, by EXIF; broken EXIF does not make a picture unreadable."""
    try:
        return image.getexif().get(_EXIF_ORIENTATION)
    except Exception:  # a decoder's metadata parser raises as many kinds as the decoder
        logger.debug("unreadable EXIF", exc_info=True)
        return None


def _turned(image: Image.Image, orientation: int | None) -> Image.Image:
    """The picture upright."""
    return image.transpose(_UPRIGHT[orientation]) if orientation in _UPRIGHT else image


def _rgb(image: Image.Image) -> Image.Image:
    """Any of Pillow's modes as 8-bit RGB over white, without metadata."""
    if image.mode.startswith("I") or image.mode == "F":
        image = Image.fromarray(_eight_bit(np.asarray(image)))
    elif image.has_transparency_data:
        layer = image.convert("RGBA")
        image = Image.alpha_composite(Image.new("RGBA", layer.size, "white"), layer)
    rgb = image.convert("RGB")
    rgb.info = {}  # an old palette's transparency or a profile would follow the picture into files saved from it
    return rgb


def _eight_bit(values: NDArray[Any]) -> NDArray[np.uint8]:
    """Deep grey values as uint8, by the range their type or their largest value implies: 1, 8, 16 or 32 bits."""
    values = np.nan_to_num(values.astype(np.float64), posinf=0.0, neginf=0.0) if values.dtype.kind == "f" else values
    largest = float(values.max())
    if values.dtype.kind == "u" or 255 < largest <= 65535:
        full = 65535.0
    elif values.dtype.kind == "f" and largest <= 1:
        full = 1.0
    else:
        full = 255.0 if largest <= 255 else 2.0**31 - 1
    return np.clip(np.rint(values * (255.0 / full)), 0, 255).astype(np.uint8)
