"""Input checks: what a detector was not made for is said, ordinary pictures pass, and training files overrule the limits."""

import io
import json

import numpy as np
import pytest
from PIL import Image, ImageDraw

from detector.data.images import open_image
from detector.data.input_checks import check_input, objections, warnings
from detector.data.input_facts import input_facts, jpeg_quality
from detector.data.input_ranges import InputRanges, ranges_of
from detector.data.preprocess import Preprocess
from detector.errors import UserError

LOOK = Preprocess(size=224)


def photo(size: tuple[int, int] = (480, 360), seed: int = 0) -> Image.Image:
    """Soft blots with grain, as far as statistics go like a photo."""
    random = np.random.default_rng(seed)
    blots = Image.fromarray(random.integers(0, 256, (9, 12, 3), dtype=np.uint8)).resize(size, Image.Resampling.BICUBIC)
    grain = random.normal(0, 7, (size[1], size[0], 1))
    return Image.fromarray((np.asarray(blots) + grain).clip(0, 255).astype(np.uint8))


def drawing() -> Image.Image:
    image = Image.new("RGB", (400, 400), "white")
    pen = ImageDraw.Draw(image)
    pen.ellipse((60, 60, 220, 220), fill="red")
    pen.rectangle((200, 210, 380, 350), fill="blue")
    pen.line((10, 390, 390, 30), fill="black", width=4)
    return image


def file_of(image: Image.Image, kind: str = "JPEG", quality: int = 90) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **({"quality": quality} if kind == "JPEG" else {}))
    return buffer.getvalue()


def found(data: bytes, ranges: InputRanges | None = None, look: Preprocess = LOOK) -> dict[str, bool]:
    """What is found, and whether it stops a verdict."""
    return {each.kind: each.stops for each in check_input(data, open_image(data), look, ranges)}


@pytest.fixture(scope="module")
def of_photos() -> InputRanges:
    files = [file_of(photo(seed=seed)) for seed in range(12)]
    ranges = ranges_of([input_facts(data, open_image(data)) for data in files])
    assert ranges
    return ranges


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_an_ordinary_photo_passes(of_photos: InputRanges, kind: str):
    data = file_of(photo(seed=99), kind)
    assert found(data) == {}
    assert found(data, of_photos) == {}


def test_a_blank_picture_stops_a_verdict():
    assert found(file_of(Image.new("RGB", (300, 300), "grey"), "PNG")) == {"blank": True}


def test_a_picture_far_below_the_networks_input_stops_and_one_above_half_does_not():
    assert found(file_of(photo((200, 100))))["small"]
    assert "small" not in found(file_of(photo((200, 113))))
    assert "small" not in found(file_of(photo((100, 100))), look=Preprocess(size=32))


def test_small_pictures_are_no_news_to_a_detector_that_learnt_from_such():
    ranges = InputRanges(100, {"short_side": (32.0, 64.0)})
    assert "small" not in found(file_of(photo((80, 64))), ranges)
    assert found(file_of(photo((80, 20))), ranges)["small"]


@pytest.mark.parametrize(("quality", "expected"), [(15, True), (45, False), (75, None)])
def test_heavy_compression_warns_and_ruin_stops(quality: int, expected: bool | None):
    assert found(file_of(photo(), quality=quality)).get("recompressed") is expected


def test_the_traces_of_an_earlier_heavy_jpeg_are_seen_in_a_png_even_when_it_was_cut():
    ruined = open_image(file_of(photo((640, 480)), quality=8))
    assert "recompressed" in found(file_of(ruined.crop((3, 5, 603, 455)), "PNG"))


def test_the_quality_is_read_off_the_tables():
    assert [jpeg_quality(file_of(photo((64, 64)), quality=quality)) for quality in (25, 50, 75, 90, 95)] == [25, 50, 75, 90, 95]
    assert jpeg_quality(file_of(photo((64, 64)), "PNG")) is None
    assert jpeg_quality(b"\xff\xd8 not really") is None


def test_a_drawing_is_told_from_photos_only_where_photos_were_learnt_from(of_photos: InputRanges):
    data = file_of(drawing(), "PNG")
    assert found(data, of_photos)["drawing"]
    assert "drawing" not in found(data)
    facts = [input_facts(data, open_image(data))] * 20
    assert "drawing" not in found(data, ranges_of(facts))


def test_a_picture_between_wide_stripes_of_one_colour_is_taken_for_a_screenshot():
    phone = Image.new("RGB", (540, 1200), "black")
    phone.paste(photo((540, 400)), (0, 400))
    assert found(file_of(phone, "PNG"))["screenshot"]


def test_the_size_of_a_screen_only_warns_and_not_for_a_jpeg():
    assert found(file_of(photo((1366, 768)), "PNG")) == {"screenshot": False}
    assert found(file_of(photo((1366, 768)))) == {}


def test_a_long_picture_warns_with_its_proportions():
    data = file_of(photo((1400, 300)))
    (finding,) = check_input(data, open_image(data), LOOK)
    assert "4.7 times" in finding.sentence
    assert (objections((finding,)), warnings((finding,))) == ((), (finding.sentence,))


def test_ranges_survive_a_json_file_and_leave_out_what_few_files_have(of_photos: InputRanges):
    assert InputRanges.from_dict(json.loads(json.dumps(of_photos.to_dict()))) == of_photos
    facts = [input_facts(file_of(photo((64, 64), seed), "PNG"), photo((64, 64), seed)) for seed in range(3)]
    mixed = ranges_of([*facts, input_facts(file_of(photo((64, 64))), photo((64, 64)))])
    assert mixed and mixed.low("quality") is None
    assert ranges_of([]) is None


@pytest.mark.parametrize("damage", [{"n": "x"}, {"flat": [1]}, {"flat": [0.9, 0.1]}, {"flat": [float("nan"), 1]}])
def test_damaged_ranges_are_refused(of_photos: InputRanges, damage: dict[str, object]):
    with pytest.raises(UserError, match="calibrate the detector again"):
        InputRanges.from_dict(of_photos.to_dict() | damage)


@pytest.mark.parametrize("size", [(1, 1), (7, 300), (31, 31)])
def test_tiny_pictures_are_measured_without_harm(size: tuple[int, int]):
    assert "small" in found(file_of(photo(size), "PNG")) or "blank" in found(file_of(photo(size), "PNG"))
