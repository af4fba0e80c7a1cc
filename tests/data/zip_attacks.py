"""Zips that attack, each with what its refusal says. `python -m tests.data.zip_attacks` tries them all and prints a table."""

import io
import os
import stat
import struct
import sys
import tempfile
import warnings
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

from PIL import Image


def jpeg(level: int = 0) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (16, 16), (level, 90, 90)).save(buffer, "JPEG")
    return buffer.getvalue()


def good() -> dict[str, bytes]:
    return {"set/real/1.jpg": jpeg(1), "set/ai/1.jpg": jpeg(2)}


def made(more: dict[str, bytes] | None = None, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip of two good pictures and of these files."""
    buffer = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(buffer, "w", method) as archive:
        warnings.simplefilter("ignore")  # names that occur twice
        for name, content in {**good(), **(more or {})}.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def named(raw: str, stand_in: str) -> bytes:
    """A zip with a name that zipfile would not write: the stand-in of equal length is replaced in the bytes."""
    assert len(raw.encode()) == len(stand_in)
    return made({stand_in: jpeg(3)}).replace(stand_in.encode(), raw.encode())


def of_kind(mode: int, content: bytes = b"/etc/passwd") -> bytes:
    """A zip with an entry that is no ordinary file."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, picture in good().items():
            archive.writestr(name, picture)
        info = zipfile.ZipInfo("set/real/2.jpg")
        info.create_system, info.external_attr = 3, (mode | 0o644) << 16
        archive.writestr(info, content)
    return buffer.getvalue()


def invalid_utf8() -> bytes:
    return made({"set/real/ää.jpg": jpeg(3)}).replace("ää".encode(), b"\xff\xfe\xff\xfe")


def patched(field: int, value: int) -> bytes:
    """A zip whose list of files holds another 32-bit value at this place of its last record."""
    data = bytearray(made())
    struct.pack_into("<L", data, data.rfind(b"PK\x01\x02") + field, value)
    return bytes(data)


def encrypted() -> bytes:
    data = bytearray(made())
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.rfind(mark) + place
        struct.pack_into("<H", data, at, struct.unpack_from("<H", data, at)[0] | 1)
    return bytes(data)


def lying_bomb() -> bytes:
    """A file that says it has 1,000 bytes and is 1,000 times larger, as a reader of headers would not notice."""
    data = bytearray(made({"zz/real/bomb.jpg": bytes(2_000_000)}))
    for mark, place in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        struct.pack_into("<L", data, data.rfind(mark) + place, 1000)
    return bytes(data)


def overlapping() -> bytes:
    """Many entries that share one packed file, after David Fifield's bomb: each points to the same place."""
    buffer = io.BytesIO()
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    content = bytes(50_000_000)
    packed = packer.compress(content) + packer.flush()
    name, crc = b"real/0.jpg", zlib.crc32(content)
    sizes = struct.pack("<LLL", crc, len(packed), len(content))
    buffer.write(
        b"PK\x03\x04" + struct.pack("<HHHHH", 20, 0, 8, 0, 33) + sizes + struct.pack("<HH", len(name), 0) + name + packed
    )
    start = buffer.tell()
    for _ in range(200):
        record = struct.pack("<HHHHHH", 20, 20, 0, 8, 0, 33) + sizes + struct.pack("<HHHHHLL", len(name), 0, 0, 0, 0, 0, 0)
        buffer.write(b"PK\x01\x02" + record + name)
    size = buffer.tell() - start
    buffer.write(b"PK\x05\x06" + struct.pack("<HHHHLLH", 0, 0, 200, 200, size, start, 0))
    return buffer.getvalue()


def many(count: int) -> bytes:
    """A zip of this many empty files."""
    return made({f"real/{index}.jpg": b"" for index in range(count)}, zipfile.ZIP_STORED)


def huge_directory() -> bytes:
    """An end record that announces a list of two gigabytes."""
    data = bytearray(made())
    struct.pack_into("<L", data, data.rfind(b"PK\x05\x06") + 12, 2**31)
    return bytes(data)


def damaged() -> bytes:
    data = bytearray(made({"set/real/2.jpg": os.urandom(5000)}, zipfile.ZIP_STORED))
    data[data.rfind(b"PK\x01\x02") - 2000] ^= 0xFF
    return bytes(data)


ATTACKS: dict[str, tuple[Callable[[], bytes], str]] = {
    "path traversal": (lambda: made({"../../evil.jpg": jpeg()}), "leave its folder"),
    "traversal inside": (lambda: made({"set/real/../../../evil.jpg": jpeg()}), "leave its folder"),
    "absolute path": (lambda: made({"/tmp/evil.jpg": jpeg()}), "absolute path"),
    "drive letter": (lambda: made({"C:/evil.jpg": jpeg()}), "absolute path"),
    "backslashes": (lambda: named("set\\..\\..\\evil.jpg", "set0..0..0evil.jpg"), "backslashes"),
    "zero byte in a name": (lambda: named("set/real/a.jpg\0.jpg", "set/real/a.jpg0.jpg"), "zero byte"),
    "symbolic link": (lambda: of_kind(stat.S_IFLNK), "link"),
    "device": (lambda: of_kind(stat.S_IFBLK, b""), "no ordinary file"),
    "named pipe": (lambda: of_kind(stat.S_IFIFO, b""), "no ordinary file"),
    "file that says it is a folder": (lambda: of_kind(stat.S_IFDIR, jpeg()), "no ordinary file"),
    "bomb: one file": (lambda: made({"real/bomb.jpg": bytes(30_000_000)}), "times its size"),
    "bomb: many files": (lambda: made({f"real/{i}.jpg": bytes(1_000_000) for i in range(80)}), "times its size"),
    "bomb: shared data": (overlapping, "twice"),
    "bomb with a lying header": (lying_bomb, "damaged or not what it says"),
    "file of 4 GB by its header": (lambda: patched(24, 2**32 - 2), "times its size"),
    "100,000 entries": (lambda: many(100_000), "at most 50,000"),
    "a list of 2 GB": (huge_directory, "too many files"),
    "nested zip": (lambda: made({"set/more.zip": made()}), "another archive"),
    "zip named like a picture": (lambda: made({"set/real/2.jpg": made()}, zipfile.ZIP_STORED), "disguised"),
    "encrypted": (encrypted, "encrypted"),
    "unusual packing": (lambda: made(method=zipfile.ZIP_LZMA), "unusual way"),
    "names that differ in case": (lambda: made({"set/real/A.jpg": jpeg(), "set/real/a.jpg": jpeg()}), "one name"),
    "names that differ in accents": (lambda: made({"real/\u00e9.jpg": jpeg(), "real/e\u0301.jpg": jpeg()}), "one name"),
    "a name twice": (lambda: overlapping_names(), "twice"),
    "folder and file of one name": (lambda: made({"set/real/1.jpg/2.jpg": jpeg()}), "twice"),
    "reserved name": (lambda: made({"set/real/CON.jpg": jpeg()}), "device on Windows"),
    "very long name": (lambda: made({f"set/real/{'x' * 300}.jpg": jpeg()}), "too long"),
    "very deep folders": (lambda: made({"d/" * 40 + "1.jpg": jpeg()}), "deep"),
    "control characters": (lambda: made({"set/real/a\x1b[2Jb.jpg": jpeg()}), "invisible or control"),
    "line end in a name": (lambda: made({"set/real/a\nb.jpg": jpeg()}), "invisible or control"),
    "right-to-left mark": (lambda: made({"set/real/a\u202egpj.jpg": jpeg()}), "invisible or control"),
    "trailing dot": (lambda: made({"set/real./a.jpg": jpeg()}), "ends with one or a dot"),
    "colon (hidden stream)": (lambda: made({"set/real/a.jpg:evil.jpg": jpeg()}), "colon"),
    "empty part": (lambda: made({"set//a.jpg": jpeg()}), "empty part"),
    "invalid UTF-8": (invalid_utf8, "Unicode"),
    "cut short": (lambda: made()[:-30], "no zip"),
    "cut in the middle": (lambda: made()[:200] + made()[-22:], "damaged"),
    "damaged content": (damaged, "damaged"),
    "wrong place in the header": (lambda: patched(42, 7), "damaged"),
    "no zip at all": (lambda: b"GIF89a" + bytes(100), "no zip"),
    "empty file": (lambda: b"", "no zip"),
    "no pictures": (lambda: made_only({"readme.txt": b"hello", "real/run.exe": b"MZ"}), "no pictures"),
}


def overlapping_names() -> bytes:
    buffer = io.BytesIO(made())
    with warnings.catch_warnings(), zipfile.ZipFile(buffer, "a") as archive:
        warnings.simplefilter("ignore")
        archive.writestr("set/real/1.jpg", jpeg(9))
    return buffer.getvalue()


def made_only(files: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def files_below(folder: Path) -> list[Path]:
    """Everything that lies in a folder, however hidden."""
    return sorted(folder.rglob("*")) if folder.exists() else []


def main() -> int:
    """Print attack, refusal and the number of files left on disk; returns the exit status."""
    from detector.data.archive import unpack
    from detector.errors import UserError

    bad = 0
    for name, (make, _) in ATTACKS.items():
        with tempfile.TemporaryDirectory() as temporary:
            os.environ["DETECTOR_HOME"] = temporary
            try:
                unpack(io.BytesIO(make()), "attacked")
                said = "NOT REFUSED"
            except UserError as error:
                said = str(error)
            left = [path for path in files_below(Path(temporary)) if path.is_file()]
        bad += said == "NOT REFUSED" or "\n" in said or bool(left)
        print(f"{name:<32} {len(left)} left   {said}")  # noqa: T201
    print(f"{len(ATTACKS) - bad} of {len(ATTACKS)} refused in one line with nothing left on disk.")  # noqa: T201
    return int(bad > 0)


if __name__ == "__main__":
    sys.exit(main())
