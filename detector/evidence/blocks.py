"""Blocks: the places in a picture's file where metadata stand, found by structure and bounded in size. Decodes no picture."""

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field

LARGEST = 1 << 20  # bytes of one block, unpacked
MOST_BLOCKS = 4096
MOST_TEXTS = 64

PNG = b"\x89PNG\r\n\x1a\n"
_EXIF, _XMP = b"Exif\0\0", b"http://ns.adobe.com/xap/1.0/\0"
_C2PA_UUID = bytes.fromhex("d8fec3d61b0e483c92975828877ec481")
_XMP_UUID = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")


@dataclass
class Blocks:
    """`format` is a MIME type, "" for a file of no known kind. Texts are PNG's, by keyword; a `comment` is JPEG's."""

    format: str = ""
    exif: bytes = b""
    xmp: bytes = b""
    texts: dict[str, str] = field(default_factory=dict)
    comment: str = ""
    c2pa: bool = False


def blocks(data: bytes) -> Blocks:
    """The metadata blocks of these bytes; whatever is cut short, too large or malformed is left out."""
    if data[:2] == b"\xff\xd8":
        return _jpeg(data)
    if data[:8] == PNG:
        return _png(data)
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return _webp(data)
    if data[4:8] == b"ftyp":
        return _bmff(data)
    return Blocks()


def _jpeg(data: bytes) -> Blocks:
    found = Blocks("image/jpeg")
    place = 2
    for _ in range(MOST_BLOCKS):
        if data[place : place + 1] != b"\xff" or place + 4 > len(data):
            break
        marker, length = data[place + 1], int.from_bytes(data[place + 2 : place + 4])
        if marker == 0xFF:  # fill
            place += 1
            continue
        if marker in (0xD9, 0xDA) or length < 2:  # the end, or the picture itself
            break
        body = data[place + 4 : place + 2 + length]
        if marker == 0xE1 and body.startswith(_EXIF):
            found.exif = found.exif or body[len(_EXIF) :]
        elif marker == 0xE1 and body.startswith(_XMP):
            found.xmp = found.xmp or body[len(_XMP) :]
        elif marker == 0xEB and body[:2] == b"JP":
            found.c2pa = found.c2pa or b"c2pa" in body[:256]
        elif marker == 0xFE:
            found.comment = found.comment or _text(body)
        place += 2 + length
    return found


def _png(data: bytes) -> Blocks:
    found = Blocks("image/png")
    for kind, body in _chunks(data, 8, ">I", png=True):
        if kind == b"IEND":
            break
        if kind == b"eXIf":
            found.exif = body[:LARGEST]
        elif kind == b"caBX":
            found.c2pa = True
        elif kind in (b"tEXt", b"zTXt", b"iTXt") and len(found.texts) < MOST_TEXTS:
            key, text = _png_text(kind, body)
            if key == "XML:com.adobe.xmp":
                found.xmp = text.encode()
            elif key:
                found.texts.setdefault(key, text)
    return found


def _png_text(kind: bytes, body: bytes) -> tuple[str, str]:
    """Keyword and text of a chunk; the keyword is "" where it makes no sense."""
    key, _, rest = body.partition(b"\0")
    if not 1 <= len(key) <= 79:
        return "", ""
    name = key.decode("latin-1")
    if kind == b"tEXt":
        return name, _text(rest)
    if kind == b"zTXt":
        return name, _text(_unpacked(rest[1:]))
    packed, parts = rest[:1] == b"\1", rest[2:].split(b"\0", 2)  # language, translated keyword, text
    if len(parts) < 3:
        return "", ""
    return name, _text(_unpacked(parts[2]) if packed else parts[2])


def _webp(data: bytes) -> Blocks:
    found = Blocks("image/webp")
    for kind, body in _chunks(data, 12, "<I", png=False):
        if kind == b"EXIF":
            found.exif = body[:LARGEST].removeprefix(_EXIF)
        elif kind == b"XMP ":
            found.xmp = body[:LARGEST]
        elif kind == b"C2PA":
            found.c2pa = True
    return found


def _chunks(data: bytes, place: int, size: str, png: bool) -> Iterator[tuple[bytes, bytes]]:
    """Kind and body of each chunk of a PNG (length, kind, body, checksum) or a RIFF file (kind, length, body, padding)."""
    for _ in range(MOST_BLOCKS):
        if place + 8 > len(data):
            return
        first, second = data[place : place + 4], data[place + 4 : place + 8]
        kind, raw = (second, first) if png else (first, second)
        (length,) = struct.unpack(size, raw)
        if place + 8 + length > len(data):
            return
        yield kind, data[place + 8 : place + 8 + length]
        place += 8 + length + (4 if png else length % 2)


def _bmff(data: bytes) -> Blocks:
    """AVIF and HEIF: only boxes at the top are looked at; EXIF lies deeper, and Pillow finds it there."""
    found, place = Blocks("image/avif" if b"avi" in data[8:32] else "image/heic"), 0
    for _ in range(MOST_BLOCKS):
        if place + 8 > len(data):
            break
        length, kind = int.from_bytes(data[place : place + 4]), data[place + 4 : place + 8]
        if length < 8:  # to the end of the file, or of 64 bits: metadata come before
            break
        if kind == b"uuid":
            name, body = data[place + 8 : place + 24], data[place + 24 : place + length]
            found.c2pa = found.c2pa or name == _C2PA_UUID
            found.xmp = body[:LARGEST] if name == _XMP_UUID else found.xmp
        place += length
    return found


def _unpacked(body: bytes) -> bytes:
    """Inflated to LARGEST bytes at most, so that a small chunk cannot fill the memory."""
    try:
        return zlib.decompressobj().decompress(body, LARGEST)
    except zlib.error:
        return b""


def _text(body: bytes) -> str:
    return body[:LARGEST].decode("utf-8", "replace") if _is_utf8(body[:LARGEST]) else body[:LARGEST].decode("latin-1")


def _is_utf8(body: bytes) -> bool:
    try:
        body.decode("utf-8")
    except UnicodeDecodeError as error:
        return error.start > len(body) - 4  # cut in the middle of a letter
    return True
