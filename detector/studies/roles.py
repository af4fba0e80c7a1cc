"""Roles: what a study needs pictures of, filled by folders that a person names. Links files together; opens no picture."""

import hashlib
import os
import shutil
import tempfile
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatch
from itertools import count
from pathlib import Path

from detector.data.images import image_files, sha256_of
from detector.data.names import labels_of, split_of
from detector.errors import DataError, UserError
from detector.home import data_folder
from detector.labels import LABEL_WORDS

ROLES = {
    "avatar": "characters in one drawn style, such as manga",
    "castle": "castles in a fantasy style",
    "car": "sports cars",
    "mixed": "several genres together; without it, all of avatar, castle, car, faces and web that are given",
    "faces": "portraits",
    "web": "a small mixed set, such as people, animals and scenery",
    "other": "like web, with pictures of another generator: to test on, never to train on",
    "tiny": "32-pixel pictures, such as a benchmark's",
}
_IN_THE_UNION = ("avatar", "castle", "car", "faces", "web")
_PATTERNS = "::"


@dataclass(frozen=True)
class Part:
    """Images of one folder: those whose file name matches one of `patterns` (all without any) and no `!pattern`."""

    folder: Path
    patterns: tuple[str, ...] = ()

    def files(self) -> dict[str, Path]:
        """The pictures by their path below the folder, with /."""
        wanted = [pattern for pattern in self.patterns if not pattern.startswith("!")]
        unwanted = [pattern[1:] for pattern in self.patterns if pattern.startswith("!")]

        def matches(name: str) -> bool:
            hit = not wanted or any(fnmatch(name, pattern) for pattern in wanted)
            return hit and not any(fnmatch(name, pattern) for pattern in unwanted)

        files = {file.relative_to(self.folder).as_posix(): file for file in image_files(self.folder) if matches(file.name)}
        return {path: file for path, file in files.items() if labels_of(path.split("/")[:-1])}

    @property
    def shown(self) -> str:
        """How it would be given on the command line, without where on this machine it lies."""
        return self.folder.name + (_PATTERNS + ",".join(self.patterns) if self.patterns else "")


@dataclass(frozen=True)
class RoleData:
    """A folder to train or test on, and how many files were left out of it because they are in both classes."""

    folder: Path
    left_out: int = 0


Roles = Mapping[str, tuple[Part, ...]]


def parse_roles(words: Iterable[str]) -> dict[str, tuple[Part, ...]]:
    """Roles from words like `faces=FOLDER` or `avatar=FOLDER::human__*,*pixiv*`; a role named twice takes both folders.

    Raises UserError for an unknown role or a folder that is not there.
    """
    roles: dict[str, tuple[Part, ...]] = {}
    for word in words:
        name, equals, rest = word.partition("=")
        folder, _, patterns = rest.partition(_PATTERNS)
        if not equals or not folder.strip():
            raise UserError(f"A role is given as NAME=FOLDER, like faces=photos/faces (it is {word!r}).")
        if name not in ROLES:
            raise UserError(f"There is no role {name!r}. Known roles: {', '.join(ROLES)}.")
        path = Path(folder.strip()).expanduser().resolve()
        if not path.is_dir():
            raise DataError(f"{path} is not a folder: give role {name} a folder with one sub-folder a class, real and ai.")
        part = Part(path, tuple(pattern.strip() for pattern in patterns.split(",") if pattern.strip()))
        roles[name] = (*roles.get(name, ()), part)
    return roles


def with_union(roles: Roles) -> dict[str, tuple[Part, ...]]:
    """The roles, and `mixed` as the union of the genres where nobody gave it and there are at least two."""
    genres = [name for name in _IN_THE_UNION if name in roles]
    if "mixed" in roles or len(genres) < 2:
        return dict(roles)
    return {**roles, "mixed": tuple(dict.fromkeys(part for name in genres for part in roles[name]))}


def role_data(name: str, parts: tuple[Part, ...], most: int = 0, without: tuple[Part, ...] = ()) -> RoleData:
    """The role's images: the given folder if that is all it is, else a folder of links in the workspace.

    Each file counts once, however many parts it is in; those of `without` do not, nor those that are in both classes. `most`
    images a class at most are taken where it is not 0, spread evenly by the names' hash. A folder of links is made once, and anew
    under another name when a file is added or changed. Raises DataError when a class is empty.
    """
    files: dict[Path, str] = {}
    left_out = {file for part in without for file in part.files().values()}
    folders: dict[Path, str] = {}
    for part in parts:
        own = folders.setdefault(part.folder, _own_name(part.folder.name, set(folders.values())))
        for path, file in part.files().items():
            if file not in left_out:
                files.setdefault(file, _place(own, path, alone=len(parts) == 1))
    wrong = _in_both_classes(files)
    chosen = _limited({file: path for file, path in files.items() if file not in wrong}, most)
    _check(name, parts, chosen)
    if len(parts) == 1 and not (parts[0].patterns or most or without or wrong):
        return RoleData(parts[0].folder)
    digest = hashlib.sha256()
    for file, path in sorted(chosen.items(), key=lambda pair: pair[1]):
        status = file.stat()
        digest.update(f"{path}\0{file}\0{status.st_size}\0{status.st_mtime_ns}\n".encode(errors="surrogateescape"))
    target = data_folder() / "studies" / f"{name}-{digest.hexdigest()[:8]}"
    if not target.is_dir():
        _link(chosen, target)
    return RoleData(target, len(wrong))


def _in_both_classes(files: dict[Path, str]) -> set[Path]:
    """Files whose very bytes are there as real and as AI-generated: one of the two is wrong, and nobody knows which."""
    by_size: dict[int, list[Path]] = defaultdict(list)
    for file in files:
        by_size[file.stat().st_size].append(file)
    same: dict[str, list[Path]] = defaultdict(list)
    for alike in by_size.values():
        if len({_label(files[file]) for file in alike}) > 1:
            for file in alike:
                same[sha256_of(file)].append(file)
    return {file for copies in same.values() if len({_label(files[copy]) for copy in copies}) > 1 for file in copies}


def _label(path: str) -> frozenset[int]:
    """The class of a place below the folder of its part."""
    return frozenset(labels_of(path.split("/")[1:-1]))


def _own_name(name: str, taken: Collection[str]) -> str:
    """What a part's folder of links is called: two parts may come from folders of one name."""
    if labels_of([name]) or split_of([name]):  # it would be read as the class or the split of all its pictures
        name = "part"
    return next(each for number in count(1) if (each := name if number == 1 else f"{name}-{number}") not in taken)


def _place(own: str, path: str, alone: bool) -> str:
    """Where a file goes. A joined role is split anew, as splits of one part only would leave the others without a test."""
    *above, name = path.split("/")
    if not alone:
        above = [f"was-{each}" if split_of([each]) else each for each in above]
    return "/".join((own, *above, name))


def _limited(files: dict[Path, str], most: int) -> dict[Path, str]:
    if not most:
        return files
    chosen: dict[Path, str] = {}
    for label in (0, 1):
        of_class = [(file, path) for file, path in files.items() if _label(path) == {label}]
        of_class.sort(key=lambda pair: hashlib.sha256(os.fsencode(pair[1])).digest())
        chosen.update(of_class[:most])
    return chosen


def _check(name: str, parts: tuple[Part, ...], files: dict[Path, str]) -> None:
    found = {label for path in files.values() for label in _label(path)}
    missing = [word for label, word in enumerate(LABEL_WORDS) if label not in found]
    if missing:
        given = " and ".join(part.shown for part in parts)
        raise DataError(f"Role {name} ({given}) holds no {' and no '.join(missing)} pictures: check the folder and the pattern.")


def _link(files: dict[Path, str], target: Path) -> None:
    """Make the folder in one step: hard links where the file system allows, else symbolic ones, else copies."""
    target.parent.mkdir(parents=True, exist_ok=True)
    made = Path(tempfile.mkdtemp(dir=target.parent, prefix=f".{target.name}."))
    try:
        for file, path in files.items():
            place = made / path
            place.parent.mkdir(parents=True, exist_ok=True)
            _link_file(file, place)
        made.chmod(0o755)
        made.rename(target)
    finally:
        shutil.rmtree(made, ignore_errors=True)


def _link_file(file: Path, place: Path) -> None:
    for way in (os.link, os.symlink):
        try:
            way(file, place)
            return
        except OSError:
            continue
    shutil.copyfile(file, place)
