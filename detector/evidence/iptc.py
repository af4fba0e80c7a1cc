"""What a file's XMP says of its origin: IPTC's digital source type, and the tool that made it."""

import io
from xml.etree import ElementTree

from detector.evidence.claim import Claim, PointsTo, pairs, short
from detector.evidence.exif import GENERATORS, named

SOURCE = "IPTC, in XMP"
MOST_ELEMENTS = 20_000

SOURCE_TYPES: dict[str, tuple[str, PointsTo]] = {
    "trainedAlgorithmicMedia": ("says that a trained model made it.", "ai"),
    "compositeWithTrainedAlgorithmicMedia": ("says that a trained model made a part of it.", "ai"),
    "algorithmicallyEnhanced": ("says that an algorithm enhanced it.", "edited"),
    "algorithmicMedia": ("says that an algorithm made it, without training.", ""),
    "compositeSynthetic": ("says that it is composed, with parts made by a computer.", "edited"),
    "compositeCapture": ("says that it is composed of several photographs.", "edited"),
    "composite": ("says that it is composed of several pictures.", "edited"),
    "humanEdits": ("says that a person edited it.", "edited"),
    "digitalCreation": ("says that a person made it with a computer.", ""),
    "digitalArt": ("says that a person made it with a computer.", ""),
    "virtualRecording": ("says that it records a virtual world.", ""),
    "screenCapture": ("says that it is a picture of a screen.", ""),
    "computationalCapture": ("says that a camera took it and computed the picture.", "camera"),
    "digitalCapture": ("says that a camera took it.", "camera"),
    "negativeFilm": ("says that it was scanned from film.", "camera"),
    "positiveFilm": ("says that it was scanned from film.", "camera"),
    "print": ("says that it was scanned from paper.", "camera"),
}
"""Of IPTC's terms for a digital source: the sentence, and where it points. https://cv.iptc.org/newscodes/digitalsourcetype"""


def iptc_claims(xmp: bytes) -> list[Claim]:
    """Claims in an XMP packet; a damaged one, or one that defines entities, makes none."""
    values = _values(xmp)
    kind = values.get("DigitalSourceType", "").rstrip("/").rpartition("/")[2]
    tool, credit = values.get("CreatorTool", ""), values.get("Credit", "")
    details = pairs(("Digital source type", kind), ("Tool", tool), ("Credit", credit), ("System", values.get("AISystemUsed")))
    if kind in SOURCE_TYPES:
        says, points_to = SOURCE_TYPES[kind]
        return [Claim(SOURCE, says, points_to, details)]
    if name := named(f"{tool} {credit} {values.get('AISystemUsed', '')}", (*GENERATORS, "google ai")):
        return [Claim(SOURCE, f"names {name}, which makes or changes images by AI.", "ai", details)]
    return []


def _values(xmp: bytes) -> dict[str, str]:
    """The text of the properties that tell of the origin, by their names without the namespace."""
    packet = xmp.strip(b"\0 \r\n")
    # entities can grow without bound, and in another encoding they could hide
    if not packet or b"\0" in packet or b"<!DOCTYPE" in packet or b"<!ENTITY" in packet:
        return {}
    wanted = {"DigitalSourceType", "CreatorTool", "Credit", "AISystemUsed"}
    found: dict[str, str] = {}
    events = ElementTree.iterparse(io.BytesIO(packet), ("start", "end"))
    try:
        for number, (event, element) in enumerate(events):
            if number > MOST_ELEMENTS:
                break
            given = {**element.attrib, element.tag: element.text or ""} if event == "end" else element.attrib
            for name, value in given.items():
                plain = str(name).rpartition("}")[2]
                if plain in wanted and str(value).strip():
                    found.setdefault(plain, short(value))
            if event == "end":
                element.clear()
    except (ElementTree.ParseError, ValueError, LookupError):  # of what was read until then, the rest is kept
        pass
    return found
