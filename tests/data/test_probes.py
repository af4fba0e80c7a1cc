import io

import numpy as np
import pytest
from PIL import Image, PngImagePlugin

from detector.data.drivers import drivers
from detector.data.probes import colour, metadata, shape, spectrum, thumbnail
from detector.data.probes.feature import Feature, Row

NOISE = Image.fromarray(np.random.default_rng(0).integers(0, 256, (60, 80, 3), np.uint8))


def stored(image: Image.Image = NOISE, kind: str = "JPEG", **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def told(data: bytes) -> dict[str, float]:
    """The metadata features by their words."""
    return dict(zip((feature.words for feature in metadata.FEATURES), metadata.features(data).tolist(), strict=True))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "BMP", "GIF", "TIFF"])
def test_a_file_is_of_one_format(kind: str):
    found = told(stored(kind=kind))
    assert [words for words, value in found.items() if words.endswith(" files") and "progressive" not in words and value] == [
        f"are {kind} files"
    ]


@pytest.mark.parametrize("quality", [30, 50, 75, 95])
def test_the_quality_of_a_jpeg_is_read_off_its_tables(quality: int):
    found = told(stored(quality=quality))
    assert found["JPEG quality (estimated)"] == pytest.approx(quality, abs=1)
    assert found["JPEG quality of the colours (estimated)"] == pytest.approx(quality, abs=1)


def test_a_png_has_no_quality_and_a_grey_jpeg_none_of_its_colours():
    assert np.isnan(told(stored(kind="PNG"))["JPEG quality (estimated)"])
    grey = told(stored(NOISE.convert("L")))
    assert np.isnan(grey["JPEG quality of the colours (estimated)"]) and not np.isnan(grey["JPEG quality (estimated)"])


@pytest.mark.parametrize(("option", "words"), enumerate(("4:4:4", "4:2:2", "4:2:0")))
def test_the_sampling_of_colours_is_read_off_the_header(option: int, words: str):
    found = told(stored(subsampling=option))
    assert [key for key, value in found.items() if key.startswith("store colour") and value] == [f"store colour as {words}"]


def test_what_programs_and_cameras_leave_in_a_file_is_seen():
    exif = Image.Exif()
    exif[0x010F] = "A camera"
    text = PngImagePlugin.PngInfo()
    text.add_text("parameters", "a cat, 20 steps")
    assert told(stored(exif=exif))["carry EXIF data"] and not told(stored())["carry EXIF data"]
    assert told(stored(progressive=True))["are progressive JPEG files"] and not told(stored())["are progressive JPEG files"]
    assert told(stored(kind="PNG", pnginfo=text))["carry text that a program left"]
    assert not told(stored(kind="PNG", dpi=(72, 72)))["carry text that a program left"]
    assert told(stored(icc_profile=b"profile"))["carry a colour profile"]
    assert told(stored())["bytes a pixel"] == pytest.approx(len(stored()) / 4800)


def test_metadata_of_something_else_is_an_error_and_no_row():
    with pytest.raises(OSError):
        metadata.features(b"no picture")


@pytest.mark.parametrize(
    "image", [NOISE, Image.new("RGB", (1, 1)), Image.new("RGB", (3, 900), "white"), NOISE.resize((700, 500))]
)
def test_every_probe_gives_a_number_for_each_of_its_features_whatever_the_size(image: Image.Image):
    rows: dict[tuple[Feature, ...], Row] = {
        shape.FEATURES: shape.features(*image.size),
        thumbnail.FEATURES: thumbnail.features(image),
        colour.FEATURES: colour.features(image),
        spectrum.FEATURES: spectrum.features(image),
    }
    for features, row in rows.items():
        assert row.shape == (len(features),) and row.dtype == np.float32 and np.isfinite(row).all()


def test_colours_are_named_by_what_they_are():
    for name, words in (("red", "share of red"), ("lime", "share of green"), ("blue", "share of blue")):
        row = dict(zip((each.words for each in colour.FEATURES), colour.features(Image.new("RGB", (20, 20), name)), strict=True))
        assert row[words] == pytest.approx(1)


def test_fine_grain_shows_at_the_fine_end_of_the_spectrum():
    steps = np.indices((128, 128)).sum(0)
    for period in (2.6, 7.0):
        wave = 128 + 80 * np.sin(2 * np.pi * steps / (period * 2**0.5))
        row = spectrum.features(Image.fromarray(np.repeat(wave.astype(np.uint8)[..., None], 3, 2)))
        assert row.argmax() == int(2 * spectrum.BINS / period)


def test_a_driver_is_told_with_its_shares_and_one_of_a_family():
    features = (Feature("are PNG files", "share", "format"), Feature("are JPEG files", "share", "format"))
    labels = np.arange(400) % 2
    png = np.where(np.arange(400) < 8, 1 - labels, labels).astype(np.float32)
    (said,) = drivers(features, np.stack([png, 1 - png], 1), labels)
    assert said in (
        "98 % of the AI-generated pictures are PNG files, 2 % of the real ones.",
        "2 % of the AI-generated pictures are JPEG files, 98 % of the real ones.",
    )


def test_an_amount_between_two_halves_of_the_other_class_is_told_too():
    random, labels = np.random.default_rng(0), np.arange(400) % 2
    width = np.where(labels == 1, 512.0, random.choice([300.0, 900.0], 400)).astype(np.float32)
    (said,) = drivers((Feature("width in pixels", "amount", "size", 0),), width[:, None], labels)
    assert said.startswith("Width in pixels: median 512 (512 to 512) in AI-generated pictures")


def test_a_gap_that_may_well_be_chance_is_not_told():
    random, labels = np.random.default_rng(0), np.arange(100) % 2
    rows = random.normal(size=(100, 5)).astype(np.float32)
    assert drivers(tuple(Feature(f"number {n}", "amount", str(n)) for n in range(5)), rows, labels) == ()
