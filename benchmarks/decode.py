"""JPEG decoders side by side: `python -m benchmarks.decode [DIR]`.

Prints the processor's milliseconds a picture of Pillow, OpenCV and, where it is installed, simplejpeg, and how many pictures
come out bit for bit as `open_image` has them. What docs/decisions/0008 relies on. Without DIR the pictures are
made by code: every chroma subsampling, baseline and progressive, grey and CMYK, turned by EXIF, odd sizes.
"""

import io
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFile

from detector.data.images import image_files, open_image

ImageFile.MAXBLOCK = 2**24  # a progressive JPEG of noise does not fit Pillow's usual buffer
SIDES = (256, 512, 1024, 3000)
ROUNDS = 15
Decoder = Callable[[bytes], NDArray[np.uint8]]


def main() -> None:
    """Compare on the pictures of a folder or on made ones; then time four sizes."""
    decoders = {"open_image": as_we_do, "Pillow, no checks": by_pillow, "OpenCV": by_opencv, **simplejpeg()}
    pictures = in_folder(Path(sys.argv[1])) if len(sys.argv) > 1 else dict(made())
    print(f"{'bit for bit as open_image':<28}" + "".join(f"{name:>20}" for name in decoders))
    for kind, files in pictures.items():
        same = [f"{sum(equal(decode, data) for data in files)} of {len(files)}" for decode in decoders.values()]
        print(f"{kind:<28}" + "".join(f"{cell:>20}" for cell in same))
    half = [data[: len(data) // 2] for files in pictures.values() for data in files[:1]]
    said = [f"{sum(refuses(decode, data) for data in half)} of {len(half)}" for decode in decoders.values()]
    print(f"{'cut in half: refused':<28}" + "".join(f"{cell:>20}" for cell in said))
    print(f"\n{'ms a picture':<28}" + "".join(f"{name:>20}" for name in decoders))
    for side in SIDES:
        data = jpeg(photo(side, side), quality=85)
        print(f"{f'{side} × {side}':<28}" + "".join(f"{milliseconds(decode, data):>20.2f}" for decode in decoders.values()))


def as_we_do(data: bytes) -> NDArray[np.uint8]:
    return np.asarray(open_image(data))


def by_pillow(data: bytes) -> NDArray[np.uint8]:
    return np.asarray(Image.open(io.BytesIO(data)))


def by_opencv(data: bytes) -> NDArray[np.uint8]:
    return cv2.cvtColor(cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR), cv2.COLOR_BGR2RGB)


def simplejpeg() -> dict[str, Decoder]:
    """simplejpeg's decoder if it is installed: `pip install simplejpeg==1.9.0`."""
    try:
        from simplejpeg import decode_jpeg
    except ModuleNotFoundError:
        return {}
    return {"simplejpeg": lambda data: decode_jpeg(data, colorspace="RGB", fastdct=False, fastupsample=False)}


def equal(decode: Decoder, data: bytes) -> bool:
    """Whether a decoder gives what `open_image` gives; one that refuses the file does not."""
    try:
        return np.array_equal(decode(data), as_we_do(data))
    except ValueError:
        return False


def refuses(decode: Decoder, data: bytes) -> bool:
    """Whether a decoder says that the file is damaged, and does not fill in what is missing."""
    try:
        decode(data)
    except (ValueError, OSError, cv2.error):
        return True
    return False


def milliseconds(decode: Decoder, data: bytes) -> float:
    """The median over some calls, of this thread's own processor time."""
    calls = max(2, 1_000_000 // len(data))
    took = []
    for _ in range(ROUNDS):
        start = time.thread_time()
        for _ in range(calls):
            decode(data)
        took.append((time.thread_time() - start) / calls)
    return 1000 * median(took)


def in_folder(folder: Path) -> dict[str, list[bytes]]:
    """The JPEG files of a folder."""
    return {folder.name: [file.read_bytes() for file in image_files(folder) if file.suffix.lower() in (".jpg", ".jpeg")]}


def made() -> Iterator[tuple[str, list[bytes]]]:
    """Pictures made by code, by kind."""
    sizes = [(256, 256), (257, 131), (16, 17), (33, 2), (1, 1), (640, 481)]
    for name, subsampling in (("4:4:4", 0), ("4:2:2", 1), ("4:2:0", 2)):
        for kind, progressive in (("baseline", False), ("progressive", True)):
            options = {"subsampling": subsampling, "progressive": progressive}
            yield f"{name} {kind}", [jpeg(photo(*size), quality=q, **options) for size in sizes for q in (30, 75, 100)]
    yield "grey", [jpeg(photo(*size).convert("L"), quality=80) for size in sizes]
    yield "CMYK", [jpeg(photo(*size).convert("CMYK"), quality=80) for size in sizes]
    turned = []
    for orientation in range(2, 9):
        exif = Image.Exif()
        exif[0x0112] = orientation
        turned.append(jpeg(photo(64, 48), quality=80, exif=exif))
    yield "turned by EXIF", turned


def photo(width: int, height: int) -> Image.Image:
    """Smooth waves of colour under noise, which compress about as a photo does."""
    y, x = np.mgrid[0:height, 0:width]
    waves = np.stack([128 + 100 * np.sin(x / 17 + y / 9), 128 + 90 * np.cos(x / 23), 128 + 80 * np.sin(y / 11)], axis=-1)
    noise = np.random.default_rng(width * height).normal(0, 15, waves.shape)
    return Image.fromarray(np.clip(waves + noise, 0, 255).astype(np.uint8))


def jpeg(image: Image.Image, **options: object) -> bytes:
    """The picture as a JPEG file."""
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", **options)
    return buffer.getvalue()


if __name__ == "__main__":
    main()
