"""Specs: the words by which data is asked for, such as a folder or several with commas between them. Opens nothing."""

import hashlib
from pathlib import Path

from detector.home import cache_folder, data_folder

LAB = "lab"


def place_of(spec: str) -> Path:
    """The folder or file that one name means: a bare name is a set in the workspace, if there is one of that name."""
    named = data_folder() / spec
    is_name = Path(spec).name == spec and not spec.startswith((".", "~"))
    return named if is_name and named.is_dir() else Path(spec).expanduser()


def parts_of(spec: str) -> list[str]:
    """The sets that are asked for together; a place whose own name has a comma is one."""
    if "," not in spec or place_of(spec).exists():
        return [spec]
    return [part.strip() for part in spec.split(",") if part.strip()]


def absolute(spec: str) -> str:
    """The same places by their whole paths, since workers start elsewhere; `lab` stays."""
    return ",".join(part if part == LAB else str(place_of(part).resolve()) for part in parts_of(spec))


def data_title(spec: str) -> str:
    """The sets' names without the folders above them, which are nobody else's business."""
    return "+".join(name_of(part) for part in parts_of(spec))


def name_of(part: str) -> str:
    """The name of one set: that of its folder or table."""
    return Path(part).name or part


def root_of(spec: str) -> Path:
    """The folder that paths of the data's pictures start from; of several sets one with a link to each (see `joined`)."""
    if spec == LAB:
        return data_folder() / LAB
    if len(parts_of(spec)) == 1:
        return place_of(spec)
    digest = hashlib.sha256(absolute(spec).encode()).hexdigest()[:16]
    return cache_folder() / "joined" / digest / data_title(spec)[:80]
