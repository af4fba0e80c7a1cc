"""Reading all evidence in a file's bytes, the strongest kind first: a signed manifest, then plain metadata."""

from detector.evidence.blocks import Blocks, blocks
from detector.evidence.c2pa import c2pa_claims
from detector.evidence.claim import Claim, short
from detector.evidence.exif import GENERATORS, exif_claims, named
from detector.evidence.generator_text import settings_claim, text_claims
from detector.evidence.iptc import iptc_claims

WARNING = "All of this can be forged, and most uploads strip it. It plays no part in the score."


def read_evidence(data: bytes) -> tuple[Claim, ...]:
    """What these bytes of a picture's file say about themselves; nothing for files that say nothing, or are no pictures."""
    found = blocks(data)
    return (
        *c2pa_claims(found, data),
        *iptc_claims(found.xmp),
        *text_claims(found.texts),
        *_other_texts(found),
        *exif_claims(found, data),
    )


def _other_texts(found: Blocks) -> list[Claim]:
    """A JPEG's comment with settings in it, and a PNG whose texts name a maker of images in no format known here."""
    claim = settings_claim(found.comment, "JPEG comment")
    if claim:
        return [claim]
    if text_claims(found.texts):
        return []
    text = " ".join(found.texts.get(key, "") for key in ("Software", "Source", "Author"))
    name = named(text, GENERATORS)
    return (
        [Claim("PNG text", f"names {name}, which makes or changes images by AI.", "ai", (("Text", short(text)),))] if name else []
    )
