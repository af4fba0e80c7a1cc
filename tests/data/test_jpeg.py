"""The quick JPEG decoder gives what Pillow gives, to the bit, and leaves the rest to Pillow."""

import io

import numpy as np
import pytest
from PIL import Image

from detector.data.images import open_image
from detector.data.jpeg import quick_jpeg


def _jpeg(mode: str = "RGB", size: tuple[int, int] = (37, 23), **how: object) -> bytes:
    pixels = np.random.default_rng(0).integers(0, 256, (size[1], size[0], 3), np.uint8)
    smooth = Image.fromarray(pixels).resize((size[0] * 3, size[1] * 3), Image.Resampling.BICUBIC)
    buffer = io.BytesIO()
    smooth.convert(mode).save(buffer, "JPEG", **how)
    return buffer.getvalue()


def _quick(data: bytes) -> Image.Image | None:
    return quick_jpeg(Image.open(io.BytesIO(data)), data)


@pytest.mark.parametrize("quality", [20, 75, 100])
@pytest.mark.parametrize("subsampling", ["4:4:4", "4:2:2", "4:2:0"])
@pytest.mark.parametrize("progressive", [False, True])
@pytest.mark.parametrize("size", [(1, 1), (37, 23)])
def test_a_colour_jpeg_is_equal_to_pillows_to_the_bit(quality, subsampling, progressive, size):
    data = _jpeg(size=size, quality=quality, subsampling=subsampling, progressive=progressive)
    quick = _quick(data)
    assert quick is not None
    assert np.array_equal(np.asarray(quick), np.asarray(Image.open(io.BytesIO(data))))


def test_a_grey_jpeg_is_equal_to_pillows_as_rgb():
    data = _jpeg("L")
    quick = _quick(data)
    assert quick is not None
    assert np.array_equal(np.asarray(quick), np.asarray(Image.open(io.BytesIO(data)).convert("RGB")))


def test_cmyk_other_formats_and_damaged_files_are_left_to_pillow():
    png = io.BytesIO()
    Image.new("RGB", (8, 8)).save(png, "PNG")
    whole = _jpeg()
    assert _quick(_jpeg("CMYK")) is None
    assert _quick(png.getvalue()) is None
    assert _quick(whole[: len(whole) // 2]) is None


def test_a_turned_jpeg_is_upright_whichever_decoder_reads_it():
    exif = Image.Exif()
    exif[0x0112] = 6
    assert open_image(_jpeg(exif=exif)).size == (69, 111)
    assert open_image(_jpeg("CMYK", exif=exif)).size == (69, 111)
