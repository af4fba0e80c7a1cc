"""What a file's EXIF says: a camera's name and settings, the software that wrote it, a generator's traces."""

import io
import logging
import re

from PIL import Image

from detector.evidence.blocks import Blocks
from detector.evidence.claim import Claim, pairs, short
from detector.evidence.generator_text import settings_claim, text_claims

SOURCE = "EXIF"
GENERATORS = (
    "midjourney", "dall-e", "dall·e", "dalle", "stable diffusion", "stablediffusion", "comfyui", "invokeai", "novelai", "firefly",
    "imagen", "ideogram", "leonardo.ai", "flux", "dreamstudio", "openai", "chatgpt", "gemini", "nightcafe", "automatic1111",
    "fooocus",
)  # fmt: skip
"""Names that makers of images write of themselves."""
EDITORS = ("photoshop", "gimp", "lightroom", "affinity", "snapseed", "picsart", "pixelmator", "canva", "faceapp", "paint.net")

_CAMERA_IFD = 0x8769
_MAKE, _MODEL, _SOFTWARE, _DATE, _DESCRIPTION = 0x010F, 0x0110, 0x0131, 0x0132, 0x010E
_TAKEN, _EXPOSURE, _F_NUMBER, _ISO, _LENS, _COMMENT = 0x9003, 0x829A, 0x829D, 0x8827, 0xA434, 0x9286

logger = logging.getLogger(__name__)


def exif_claims(found: Blocks, data: bytes) -> list[Claim]:
    """Claims in a file's EXIF; broken EXIF makes none."""
    try:
        exif = _exif(found, data)
        main, camera = dict(exif), dict(exif.get_ifd(_CAMERA_IFD))
    except Exception:  # a metadata parser raises as many kinds of errors as a decoder
        logger.debug("unreadable EXIF", exc_info=True)
        return []
    words = {tag: short(main[tag]) for tag in (_MAKE, _MODEL, _SOFTWARE, _DATE) if tag in main}
    comment = _comment(camera.get(_COMMENT))
    generated = settings_claim(comment, SOURCE) or settings_claim(str(main.get(_DESCRIPTION, "")), SOURCE)
    # ComfyUI writes its graph into tags made for the camera's name, with the graph's name before it
    labelled = dict(_labelled(str(main.get(tag, ""))) for tag in (_MAKE, _MODEL, _DESCRIPTION))
    claims = [generated] if generated else text_claims(labelled, SOURCE)
    if claims:
        return claims
    software = words.get(_SOFTWARE, "")
    if name := named(software, GENERATORS):
        claims.append(Claim(SOURCE, f"names {name}, which makes or changes images by AI.", "ai", pairs(("Software", software))))
    if _MAKE in words or _MODEL in words:
        claims.append(_camera(words, camera))
    elif named(software, EDITORS):
        claims.append(Claim(SOURCE, "was saved by an image editor.", "edited", pairs(("Software", software))))
    elif software and not claims:
        claims.append(Claim(SOURCE, "names the software that wrote it.", "", pairs(("Software", software))))
    return claims


def named(text: str, names: tuple[str, ...]) -> str:
    """The first of the names that stands in a text as a word of its own, "" where none does."""
    low = text.lower()
    return next((name for name in names if re.search(rf"(?<!\w){re.escape(name)}(?!\w)", low)), "")


def _camera(words: dict[int, str], camera: dict[int, object]) -> Claim:
    details = pairs(
        ("Camera", f"{words.get(_MAKE, '')} {words.get(_MODEL, '')}".strip()),
        ("Lens", camera.get(_LENS)),
        ("Taken", camera.get(_TAKEN, words.get(_DATE))),
        ("Exposure", f"{camera[_EXPOSURE]} s" if _EXPOSURE in camera else ""),
        ("Aperture", f"f/{camera[_F_NUMBER]}" if _F_NUMBER in camera else ""),
        ("ISO", camera.get(_ISO)),
        ("Software", words.get(_SOFTWARE)),
    )
    return Claim(SOURCE, "says that a camera took it.", "camera", details)


def _exif(found: Blocks, data: bytes) -> Image.Exif:
    if found.exif:
        exif = Image.Exif()
        exif.load(found.exif)
        return exif
    if found.format != "image/avif":
        return Image.Exif()
    with Image.open(io.BytesIO(data), formats=("AVIF",)) as image:
        return image.getexif()


def _comment(value: object) -> str:
    """The text of a UserComment, whose first eight bytes name its alphabet."""
    if not isinstance(value, bytes):
        return str(value or "")
    code, body = value[:8], value[8:]
    if code.startswith(b"UNICODE"):
        return body.decode("utf-16-be" if body[:1] == b"\0" else "utf-16-le", "replace")
    return body.decode("utf-8", "replace")


def _labelled(text: str) -> tuple[str, str]:
    """("workflow", "{…}") of "Workflow:{…}"."""
    label, _, rest = text.partition(":")
    return label.strip().lower(), rest
