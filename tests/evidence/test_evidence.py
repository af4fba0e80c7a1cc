"""What files say about themselves is found by structure, said as a claim, and never harms whoever reads it."""

import io
import json
import random
import struct
import zlib

import pytest
from PIL import Image, PngImagePlugin

from detector.evidence.blocks import LARGEST, blocks
from detector.evidence.claim import LONGEST
from detector.evidence.read import read_evidence
from tests.evidence.signing import signed

SETTINGS = (
    "a lighthouse, storm\nNegative prompt: blurry\n"
    "Steps: 20, Sampler: Euler a, CFG scale: 7, Seed: 42, Size: 512x512, Model: dreamer"
)
GRAPH = {
    "1": {"class_type": "CheckpointLoaderSimple", "inputs": {"ckpt_name": "dreamer.safetensors"}},
    "2": {"class_type": "CLIPTextEncode", "inputs": {"text": "a lighthouse", "clip": ["1", 1]}},
}
XMP = (
    b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    b'<rdf:Description xmlns:e="http://iptc.org/std/Iptc4xmpExt/2008-02-29/" '
    b'e:DigitalSourceType="http://cv.iptc.org/newscodes/digitalsourcetype/%b"/></rdf:RDF></x:xmpmeta>'
)


def picture(kind: str = "JPEG", **options: object) -> bytes:
    buffer = io.BytesIO()
    Image.effect_noise((64, 48), 60).convert("RGB").save(buffer, kind, **options)
    return buffer.getvalue()


def png(**texts: str) -> bytes:
    info = PngImagePlugin.PngInfo()
    for key, text in texts.items():
        info.add_itxt(key, text, zip=True) if len(text) > 40 else info.add_text(key, text)
    return picture("PNG", pnginfo=info)


def exif(tags: dict[int, object], camera: dict[int, object] | None = None) -> Image.Exif:
    made = Image.Exif()
    made.update(tags)
    made.get_ifd(0x8769).update(camera or {})
    return made


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_file_that_says_nothing_makes_no_claim(kind: str):
    assert read_evidence(picture(kind)) == ()


def test_stable_diffusion_settings_are_found_with_model_and_prompt():
    (claim,) = read_evidence(png(parameters=SETTINGS))
    assert claim.points_to == "ai"
    assert dict(claim.details) | {"Prompt": "a lighthouse, storm", "Model": "dreamer", "Seed": "42"} == dict(claim.details)


def test_the_same_settings_are_found_in_the_exif_of_a_jpeg_and_of_a_webp():
    comment = exif({}, {0x9286: b"UNICODE\0" + SETTINGS.encode("utf-16-be")})
    for kind in ("JPEG", "WEBP"):
        (claim,) = read_evidence(picture(kind, exif=comment))
        assert dict(claim.details)["Model"] == "dreamer"


def test_a_comfyui_graph_names_its_models_and_texts():
    (claim,) = read_evidence(png(prompt=json.dumps(GRAPH), workflow=json.dumps({"nodes": [{}]})))
    assert dict(claim.details) == {"Nodes": "2", "Models": "dreamer.safetensors", "Texts": "a lighthouse"}


@pytest.mark.parametrize(
    ("texts", "word"),
    [
        ({"invokeai_metadata": json.dumps({"positive_prompt": "a lighthouse", "model": {"name": "m"}})}, "InvokeAI"),
        ({"Software": "NovelAI", "Comment": json.dumps({"prompt": "a lighthouse", "steps": 28})}, "NovelAI"),
        ({"Description": "a lighthouse --v 6 Job ID: 0a1b2c3d-0000-4000-8000-0123456789ab"}, "Midjourney"),
        ({"Software": "Midjourney v9"}, "midjourney"),
    ],
)
def test_other_makers_of_images_are_named(texts: dict[str, str], word: str):
    (claim,) = read_evidence(png(**texts))
    assert word in claim.says
    assert claim.points_to == "ai"


@pytest.mark.parametrize(
    ("kind", "points_to"), [(b"trainedAlgorithmicMedia", "ai"), (b"digitalCapture", "camera"), (b"digitalArt", "")]
)
@pytest.mark.parametrize("form", ["JPEG", "WEBP"])
def test_the_digital_source_type_is_read(kind: bytes, points_to: str, form: str):
    (claim,) = read_evidence(picture(form, xmp=XMP % kind))
    assert claim.points_to == points_to


def test_a_camera_an_editor_and_a_generator_are_told_apart_in_exif():
    camera = read_evidence(picture(exif=exif({0x010F: "Canon", 0x0110: "EOS 5D"}, {0x829D: 2.8, 0x8827: 400})))
    editor = read_evidence(picture(exif=exif({0x0131: "Adobe Photoshop 26.0"})))
    maker = read_evidence(picture(exif=exif({0x0131: "Stable Diffusion"})))
    other = read_evidence(picture(exif=exif({0x0131: "influxdb 2"})))
    assert [each[0].points_to for each in (camera, editor, maker, other)] == ["camera", "edited", "ai", ""]
    assert dict(camera[0].details)["Camera"] == "Canon EOS 5D"


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_signed_manifest_is_checked_against_the_picture(kind: str):
    data = signed(picture(kind), kind)
    (claim,) = read_evidence(data)
    assert claim.points_to == "ai"
    assert "signature fits the picture; who stands behind it is not checked" in claim.says
    assert dict(claim.details)["Made with"] == "Imaginer 2.0"
    assert "Test house" in dict(claim.details)["Signed in the name of"]


def test_a_manifest_on_a_changed_picture_is_said_not_to_fit_and_points_nowhere():
    data = bytearray(signed(picture("PNG"), "PNG"))
    data[-40] ^= 255  # in the pixels
    (claim,) = read_evidence(bytes(data))
    assert "does not fit" in claim.says
    assert claim.points_to == ""


def test_a_manifest_that_is_cut_off_is_damaged_and_no_more():
    data = signed(picture(), "JPEG")
    place = data.index(b"jumb")
    broken = data[: place + 200] + bytes(400) + data[place + 600 :]
    assert all(claim.points_to == "" for claim in read_evidence(broken))


def test_a_text_that_unpacks_to_many_megabytes_stays_small():
    bomb = zlib.compress(bytes(16 << 20), 9)
    body = b"parameters\0\0" + bomb
    chunk = struct.pack(">I", len(body)) + b"zTXt" + body + struct.pack(">I", zlib.crc32(b"zTXt" + body))
    data = picture("PNG")
    found = blocks(data[:33] + chunk + data[33:])
    assert len(found.texts["parameters"]) == LARGEST


def test_entities_in_xmp_are_not_expanded():
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><x CreatorTool="midjourney">&b;</x>'
    assert read_evidence(picture(xmp=bomb)) == ()
    assert read_evidence(picture(xmp=bomb.decode().encode("utf-16"))) == ()


def test_deep_json_and_long_texts_are_survived():
    assert read_evidence(png(prompt="{" + '"a":{' * 50_000)) == ()
    (claim,) = read_evidence(png(parameters="x" * 50_000 + "\nSteps: 20, Sampler: Euler"))
    assert len(dict(claim.details)["Prompt"]) == LONGEST


def test_control_letters_do_not_reach_a_page():
    (claim,) = read_evidence(picture(exif=exif({0x010F: "Ca\x1b[31mnon\nX"})))
    assert dict(claim.details)["Camera"].isprintable()


@pytest.mark.filterwarnings("ignore::UserWarning")  # Pillow's, of damaged EXIF
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_whatever_bytes_are_damaged_reading_never_fails(kind: str):
    made = exif({0x010F: "Canon", 0x0131: "GIMP"}, {0x9286: b"ASCII\0\0\0" + SETTINGS.encode()})
    whole = picture(kind, exif=made)
    assert read_evidence(whole)
    chance = random.Random(0)
    for number in range(300):
        data = bytearray(whole)
        for _ in range(chance.randint(1, 20)):
            data[chance.randrange(min(len(data), 1500))] = chance.randrange(256)
        read_evidence(bytes(data[: chance.randrange(len(data))] if number % 3 == 0 else data))


@pytest.mark.parametrize("data", [b"", b"\xff\xd8", b"\x89PNG\r\n\x1a\n", b"RIFF\0\0\0\0WEBP", b"\0\0\0\x08ftyp", b"hello" * 100])
def test_files_that_are_no_pictures_say_nothing(data: bytes):
    assert read_evidence(data) == ()
