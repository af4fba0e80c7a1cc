import io
import os
import struct
import threading
import warnings
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from detector.data import images
from detector.data.images import image_facts, open_image, sha256_of, thumbnail
from detector.errors import ImageError


def encoded(image: Image.Image, format: str, **options) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, format, **options)
    return buffer.getvalue()


def noise(size: int = 64) -> Image.Image:
    return Image.fromarray(np.random.default_rng(0).integers(0, 256, (size, size, 3), np.uint8))


def png_that_claims(width: int, height: int) -> bytes:
    """A PNG of a few bytes whose header announces this size."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 100)) + chunk(b"IEND", b"")


def refusal(source: Path | bytes) -> str:
    with pytest.raises(ImageError) as caught:
        open_image(source)
    message = str(caught.value)
    assert "\n" not in message
    assert len(message) < 200
    return message


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "BMP", "GIF", "TIFF", "AVIF"])
def test_every_named_format_opens_as_rgb(format, tmp_path):
    path = tmp_path / "picture.jpg"
    path.write_bytes(encoded(Image.new("RGB", (40, 30), (200, 100, 50)), format))
    picture = open_image(path)
    assert (picture.mode, picture.size) == ("RGB", (40, 30))
    assert np.abs(np.asarray(picture).astype(int) - (200, 100, 50)).max() <= 6
    assert image_facts(path).format == format


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "GIF", "TIFF"])
def test_a_truncated_file_gives_one_clear_line(format):
    data = encoded(noise(), format)
    assert "damaged or cut short" in refusal(data[: len(data) // 2])


def test_a_png_is_refused_wherever_its_pixels_are_cut():
    data = encoded(noise(16), "PNG")
    for end in range(1, len(data) - 24):  # behind them only checksums and the end mark
        refusal(data[:end])


def test_flipped_bytes_never_raise_anything_but_an_image_error():
    rng = np.random.default_rng(1)
    refused = 0
    for format in ("JPEG", "PNG", "WEBP", "GIF", "TIFF", "BMP"):
        whole = np.frombuffer(encoded(noise(24), format), np.uint8)
        for _ in range(40):
            data = whole.copy()
            data[rng.integers(0, len(data), 8)] = rng.integers(0, 256, 8)
            try:
                assert open_image(data.tobytes()).mode == "RGB"
            except ImageError:
                refused += 1
    assert refused > 40


def test_a_text_file_named_jpg_is_no_picture(tmp_path):
    path = tmp_path / "notes.jpg"
    path.write_text("This is no picture.")
    assert refusal(path).startswith("notes.jpg is no picture in a known format")


def test_a_format_that_would_start_another_program_is_not_tried():
    postscript = b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n%%EndComments\nshowpage\n"
    assert "no picture in a known format" in refusal(postscript)


def test_an_empty_file_a_folder_and_a_missing_file_say_so(tmp_path):
    (tmp_path / "empty.png").touch()
    (tmp_path / "folder.png").mkdir()
    assert "is empty" in refusal(tmp_path / "empty.png")
    assert "is a folder" in refusal(tmp_path / "folder.png")
    assert "is not there" in refusal(tmp_path / "missing.png")
    assert "is empty" in refusal(b"")


def test_a_line_break_in_a_name_does_not_break_the_message(tmp_path):
    assert refusal(tmp_path / "two\nlines.png").startswith("two lines.png is not there")


def test_a_pipe_is_refused_and_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe.png")
    assert "not a regular file" in refusal(tmp_path / "pipe.png")


def test_a_path_the_system_refuses_is_an_image_error(tmp_path):
    (tmp_path / "file").touch()
    assert "cannot be read" in refusal(tmp_path / "file" / "below.png")
    assert "cannot be read" in refusal(tmp_path / ("x" * 300 + ".png"))


def test_a_file_over_the_limit_is_refused_before_it_is_read(tmp_path):
    path = tmp_path / "large.png"
    with path.open("wb") as file:
        file.truncate(images.MAX_FILE_BYTES + 1)
    assert "at most 200 MB" in refusal(path)


@pytest.mark.parametrize("side", [10_001, 13_000, 60_000])
def test_a_decompression_bomb_is_refused_by_its_header(side):
    assert "at most 100 million" in refusal(png_that_claims(side, side))


def test_no_warning_leaks_from_a_picture_pillow_warns_about():
    exif = b"Exif\0\0MM\0*\0\0\0\x08\0\x05\x01\x12\0\x03\0\0\xff\xff"
    broken_exif = encoded(noise(), "JPEG", exif=exif)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert open_image(broken_exif).size == (64, 64)
        refusal(png_that_claims(9_900, 9_900))  # under our limit, over the size at which Pillow warns


def test_decoding_in_threads_leaves_the_warning_filters_as_they_were():
    before = list(warnings.filters)
    data = encoded(noise(), "PNG")
    threads = [threading.Thread(target=lambda: [open_image(data) for _ in range(50)]) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert list(warnings.filters) == before


@pytest.mark.parametrize("format", ["PNG", "TIFF"])
def test_sixteen_bit_grey_keeps_its_brightness(format):
    deep = Image.fromarray(np.array([[0, 257 * 64], [257 * 128, 65535]], np.uint16))
    assert np.asarray(open_image(encoded(deep, format)))[..., 0].tolist() == [[0, 64], [128, 255]]


def test_a_dark_sixteen_bit_picture_stays_dark():
    deep = Image.fromarray(np.full((4, 4), 200, np.uint16))
    assert np.asarray(open_image(encoded(deep, "PNG"))).max() == 1


@pytest.mark.parametrize(("values", "expected"), [([0.0, 0.5, 1.0], [0, 128, 255]), ([0.0, 100.0, 255.0], [0, 100, 255])])
def test_floating_point_grey_is_read_by_its_range(values, expected):
    tiff = encoded(Image.fromarray(np.array([values], np.float32)), "TIFF")
    assert np.asarray(open_image(tiff))[0, :, 1].tolist() == expected


def test_not_a_number_becomes_black():
    tiff = encoded(Image.fromarray(np.array([[np.nan, 1.0]], np.float32)), "TIFF")
    assert np.asarray(open_image(tiff))[0, :, 0].tolist() == [0, 255]


def test_a_cmyk_jpeg_keeps_its_colour():
    cmyk = encoded(Image.new("RGB", (16, 16), (250, 20, 20)).convert("CMYK"), "JPEG", quality=95)
    red, green, blue = np.asarray(open_image(cmyk))[8, 8].astype(int)
    assert red > 220
    assert max(green, blue) < 50


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P"])
def test_transparent_parts_turn_white(mode):
    layer = Image.new("RGBA", (8, 8), (0, 0, 0, 0))
    layer.paste((0, 0, 0, 255), (0, 0, 4, 8))
    pixels = np.asarray(open_image(encoded(layer.convert(mode), "PNG")))
    assert pixels[:, :4].max() == 0
    assert pixels[:, 4:].min() == 255


def test_half_transparent_black_over_white_is_grey():
    pixels = np.asarray(open_image(encoded(Image.new("RGBA", (4, 4), (0, 0, 0, 128)), "PNG")))
    assert abs(int(pixels[0, 0, 0]) - 127) <= 1


def test_an_animation_shows_its_first_frame():
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "blue")]
    data = encoded(frames[0], "GIF", save_all=True, append_images=frames[1:])
    assert open_image(data).getpixel((4, 4)) == (255, 0, 0)


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("format", ["JPEG", "PNG", "TIFF", "WEBP"])
def test_exif_orientation_turns_the_picture_upright(orientation, format, tmp_path):
    upright = Image.new("RGB", (48, 32), "white")
    upright.paste("black", (0, 0, 16, 16))
    undo = {2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}  # the transposition that the orientation asks to be undone
    stored = upright.transpose(Image.Transpose(undo[orientation])) if orientation in undo else upright
    exif = Image.Exif()
    exif[0x0112] = orientation
    path = tmp_path / "photo"
    path.write_bytes(encoded(stored, format, exif=exif))
    picture = open_image(path)
    assert picture.size == (48, 32)
    assert picture.getpixel((4, 4))[0] < 60
    assert min(picture.getpixel(corner)[0] for corner in [(44, 4), (4, 28), (44, 28)]) > 200
    assert (image_facts(path).width, image_facts(path).height) == (48, 32)


def test_metadata_does_not_follow_the_picture():
    exif = Image.Exif()
    exif[0x010E] = "private"
    assert open_image(encoded(noise(), "JPEG", exif=exif, comment=b"private")).info == {}


def test_facts_and_hash_tell_of_the_same_bytes(tmp_path):
    path = tmp_path / "a.png"
    path.write_bytes(encoded(noise(10), "PNG"))
    assert image_facts(path).sha256 == sha256_of(path) == sha256_of(path.read_bytes())
    with pytest.raises(ImageError):
        sha256_of(tmp_path / "b.png")


def test_a_thumbnail_is_a_small_jpeg_and_never_an_enlargement():
    wide = Image.open(io.BytesIO(thumbnail(Image.new("RGB", (2000, 500)), 512)))
    assert (wide.format, wide.size) == ("JPEG", (512, 128))
    assert Image.open(io.BytesIO(thumbnail(Image.new("RGB", (30, 20))))).size == (30, 20)
