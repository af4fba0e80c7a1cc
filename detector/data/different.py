"""Different: pictures that look alike to the computer and that a person told apart. Kept beside the edits of a data set."""

import hashlib
from collections.abc import Iterable
from pathlib import Path

from filelock import FileLock

from detector.data.duplicates import CopyGroup
from detector.data.manifest import Manifest
from detector.errors import UserError
from detector.files import read_json, write_json
from detector.home import notes_folder


def different_file(root: Path) -> Path:
    """Where the pictures told apart in the data set of this folder are kept."""
    return notes_folder() / "different" / f"{hashlib.sha256(str(root.resolve()).encode()).hexdigest()[:24]}.json"


def told_apart(root: Path) -> list[frozenset[str]]:
    """The groups of files (by their hashes) that are not copies of each other; none where the file is missing or damaged."""
    if not different_file(root).exists():
        return []
    try:
        return [frozenset(map(str, hashes)) for hashes in read_json(different_file(root))["different"]]
    except (UserError, KeyError, TypeError):
        return []  # a question is asked once more, which costs less than a data set that cannot be opened


def tell_apart(manifest: Manifest, paths: Iterable[str]) -> None:
    """Remember that these pictures are different ones."""
    chosen = set(paths)
    _write(manifest.root, {frozenset(item.sha256 for item in manifest.items if item.path in chosen)}, set())


def forget_different(root: Path, groups: Iterable[frozenset[str]]) -> None:
    """Take such decisions back."""
    _write(root, set(), set(groups))


def without_told_apart(manifest: Manifest, copies: Iterable[CopyGroup]) -> list[CopyGroup]:
    """The groups of copies without those in which every picture was told apart; exact copies stay."""
    copies = list(copies)
    different = told_apart(manifest.root)
    if not different:
        return copies
    hash_of = {item.path: item.sha256 for item in manifest.items}
    return [
        group
        for group in copies
        if group.kind == "exact" or not any({hash_of[path] for path in group.paths} <= hashes for hashes in different)
    ]


def _write(root: Path, new: set[frozenset[str]], gone: set[frozenset[str]]) -> None:
    file = different_file(root)
    file.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(file.with_suffix(".lock")):  # two tabs may decide at the same moment
        kept = (set(told_apart(root)) | new) - gone
        write_json(file, {"different": sorted(sorted(hashes) for hashes in kept)})
