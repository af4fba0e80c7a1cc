"""Archive entries: which files of a zip are wanted, and which refuse it. Looks at names and headers only."""

import re
import stat
import unicodedata
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final

from detector.data.images import IMAGE_SUFFIXES
from detector.errors import DataError

MAX_ENTRIES: Final = 50_000
MAX_DEPTH: Final = 10
MAX_NAME_BYTES: Final = 200
TABLE: Final = "metadata.csv"

_ARCHIVES = frozenset({".zip", ".rar", ".7z", ".tar", ".gz", ".tgz", ".bz2", ".xz", ".zst", ".cbz", ".jar"})
_RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\..*)?", re.IGNORECASE)  # devices on Windows, in any folder
_JOINERS = "\u200c\u200d"  # format characters that ordinary names do have: Persian ones, and emoji
_ENCRYPTED = 0x1 | 0x40 | 0x2000
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # the others may ask for gigabytes of memory


@dataclass(frozen=True)
class Entry:
    """A file of the zip that is to be written: its path below the folder, and its record."""

    path: str
    info: zipfile.ZipInfo

    @property
    def shown(self) -> str:
        """The name for a message."""
        return shown(self.path)


def wanted_entries(infos: Sequence[zipfile.ZipInfo]) -> list[Entry]:
    """The pictures and tables among the files of a zip; raises DataError, in one line, for anything that is an attack or odd."""
    if len(infos) > MAX_ENTRIES:
        raise DataError(f"The zip lists {len(infos):,} files; at most {MAX_ENTRIES:,} are unpacked: divide it into smaller ones.")
    wanted: list[Entry] = []
    files: dict[str, str] = {}
    folders: dict[str, str] = {}
    for info in infos:
        path = _checked_path(info)
        _check_kind(info, path)
        _check_collisions(path, info.is_dir(), files, folders)
        if not info.is_dir() and _is_wanted(path):
            wanted.append(Entry(path, info))
    if not any(not entry.path.lower().endswith(TABLE) for entry in wanted):
        raise DataError("The zip holds no pictures: it should hold a folder named real and one named ai with pictures in them.")
    return wanted


def shown(path: str) -> str:
    """A name from outside as a message may carry it: on one line, short, and without what could turn the line around."""
    text = path if len(path) <= 60 else f"{path[:30]} … {path[-25:]}"
    return ascii(text) if any(not char.isprintable() for char in text) else f"“{text}”"


def _checked_path(info: zipfile.ZipInfo) -> str:
    """The entry's path; raises DataError unless each of its parts is an ordinary name."""
    raw = info.orig_filename
    if "\0" in raw or "\0" in info.filename:
        raise DataError(f"The zip holds a name with a zero byte, {shown(raw)}: it is made to deceive and refused.")
    path = _decoded(info)
    if "\\" in path or "\\" in raw:
        raise DataError(f"The zip separates folders by backslashes, {shown(path)}: make it again with another program.")
    if path.startswith("/") or re.match("[A-Za-z]:", path):
        raise DataError(f"The zip holds an absolute path, {shown(path)}, which would leave its folder: it is refused.")
    parts = path.removesuffix("/").split("/")
    if ".." in parts:
        raise DataError(f"The zip holds the path {shown(path)}, which would leave its folder: it is refused.")
    if len(parts) > MAX_DEPTH:
        raise DataError(f"The zip has folders more than {MAX_DEPTH} deep, {shown(path)}: make it again with fewer.")
    for part in parts:
        odd = _oddity(part)
        if odd:
            raise DataError(f"The zip holds {shown(path)}, a name {odd}: rename it and make the zip again.")
    return "/".join(parts)


def _decoded(info: zipfile.ZipInfo) -> str:
    """The name; many programs write UTF-8 without saying so, which zipfile then takes for the old PC characters."""
    if info.flag_bits & 0x800:
        return info.filename
    try:
        return info.filename.encode("cp437").decode("utf-8")
    except UnicodeError:
        return info.filename


def _oddity(part: str) -> str:
    """What is wrong with one part of a path, or ""."""
    if part in ("", "."):
        return "with an empty part"
    if any(_is_invisible(char) for char in part):
        return "with invisible or control characters"
    if ":" in part:
        return "with a colon"
    if part.endswith((".", " ")) or part.startswith(" "):
        return "that begins with a space, or ends with one or a dot"
    if _RESERVED.fullmatch(part):
        return "that stands for a device on Windows"
    try:
        return "that is too long" if len(part.encode()) > MAX_NAME_BYTES else ""
    except UnicodeEncodeError:
        return "that is no valid Unicode"


def _is_invisible(char: str) -> bool:
    """Controls, line ends, marks of writing direction and the like, which make a name read as another."""
    return unicodedata.category(char) in ("Cc", "Cf", "Cs", "Zl", "Zp") and char not in _JOINERS


def _check_kind(info: zipfile.ZipInfo, path: str) -> None:
    kind = stat.S_IFMT(info.external_attr >> 16)
    if kind == stat.S_IFLNK:
        raise DataError(f"The zip holds a link, {shown(path)}, which could point anywhere: put the picture itself into it.")
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR) or (kind == stat.S_IFDIR and not info.is_dir()):
        raise DataError(f"The zip holds {shown(path)}, which is no ordinary file: leave it out.")
    if info.flag_bits & _ENCRYPTED:
        raise DataError("The zip is encrypted: make it again without a password.")
    if PurePosixPath(path).suffix.lower() in _ARCHIVES:
        raise DataError(f"The zip holds another archive, {shown(path)}: unpack that one first.")
    if not info.is_dir() and info.compress_type not in _METHODS:
        raise DataError(f"The zip packs {shown(path)} in an unusual way: make it again with the usual one, deflate.")


def _check_collisions(path: str, is_folder: bool, files: dict[str, str], folders: dict[str, str]) -> None:
    """Refuse names that are one and the same on some computers: on those, one file would overwrite the other."""
    parts = path.split("/")
    for end in range(1, len(parts) + 1):
        part, last = "/".join(parts[:end]), end == len(parts)
        key = unicodedata.normalize("NFC", unicodedata.normalize("NFKC", part).casefold())
        is_file = last and not is_folder
        clash = files.get(key) or (folders.get(key) if is_file or folders.get(key) != part else None)
        if clash == part:
            raise DataError(f"The zip holds {shown(part)} twice: make it again with each file once.")
        if clash:
            raise DataError(f"The zip holds {shown(part)} and {shown(clash)}, one name on some computers: rename one of them.")
        (files if is_file else folders)[key] = part


def _is_wanted(path: str) -> bool:
    parts = PurePosixPath(path).parts
    hidden = any(part.startswith(".") or part == "__MACOSX" for part in parts)
    return not hidden and (PurePosixPath(path).suffix.lower() in IMAGE_SUFFIXES or parts[-1].lower() == TABLE)
