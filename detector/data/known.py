"""Known sets: the data sets at hand. The lab, those in the workspace, and folders and tables opened lately. Opens no picture."""

import hashlib
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from filelock import FileLock

from detector.data.images import image_files
from detector.data.staging import discard
from detector.errors import DataError, UserError
from detector.files import read_json, write_json
from detector.home import checked_name, data_folder, notes_folder

MOST_RECENT: Final = 20
LAB: Final = "lab"

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class KnownSet:
    """A data set at hand: its name, the spec that opens it, a title for lists, and when it was last opened (0 if never).

    `kind` says whose it is: made by the app, in the workspace (may be renamed and deleted), or elsewhere on the computer.
    `there` is False for a folder or table that has gone.
    """

    name: str
    spec: str
    title: str
    last_opened: float
    kind: Literal["lab", "own", "folder", "table"]
    there: bool = True


def list_sets() -> list[KnownSet]:
    """The lab, then the sets in the workspace by name, then folders and tables opened lately, the latest first."""
    opened = _read()
    own = [KnownSet(path.name, str(path), path.name, opened.pop(str(path), 0.0), "own") for path in _own_folders()]
    lab = KnownSet(LAB, LAB, "Lab pictures, made by code", opened.pop(LAB, 0.0), "lab")
    inside = data_folder()
    recent = [_recent(spec, when) for spec, when in opened.items() if not Path(spec).is_relative_to(inside)]
    return [lab, *own, *sorted(recent, key=lambda found: -found.last_opened)]


def find_set(spec: str) -> KnownSet | None:
    """The set at hand that this spec opens, or None."""
    wanted = normalised(spec)
    return next((found for found in list_sets() if found.spec == wanted), None)


def normalised(spec: str) -> str:
    """The one way to write a spec: lab, or the absolute path; a bare name of a set in the workspace is that set."""
    text = spec.strip()
    if text in ("", LAB):
        return text
    if text in {path.name for path in _own_folders()}:
        return str(data_folder() / text)
    try:
        return str(Path(text).expanduser().resolve())
    except (RuntimeError, ValueError):  # a ~name without such a user, or a zero byte
        return text


def address_of(spec: str) -> str:
    """The shortest way to write a spec, for links: the name of a set in the workspace, else the spec itself."""
    path = Path(spec)
    return path.name if path.name in {own.name for own in _own_folders()} and path == data_folder() / path.name else spec


def remember(spec: str) -> None:
    """Note that this set was opened now; the sets opened longest ago are forgotten beyond `MOST_RECENT`."""
    _change(lambda opened: opened | {normalised(spec): time.time()})


def forget(spec: str) -> None:
    """Take a folder or table off the list; nothing else happens to it."""
    gone = normalised(spec)
    _change(lambda opened: {known: when for known, when in opened.items() if known != gone})


def stamp_of(spec: str) -> str:
    """What changes when a set's pictures or the decisions about them do; of a table, when the table itself does.

    It costs a look at every file's size and time, so about a hundredth of a second for a thousand pictures.
    """
    place = data_folder() / LAB if spec == LAB else Path(normalised(spec))
    decided = [path for path in notes_folder().glob("*/*") if path.suffix != ".lock" and path.parent.name != "audits"]
    digest = hashlib.sha256()
    for path in (*_files_of(place), place / "metadata.csv", *sorted(decided)):
        try:
            status = path.stat()
        except (OSError, ValueError):
            continue
        digest.update(f"{path}\0{status.st_size}\0{status.st_mtime_ns}\n".encode(errors="backslashreplace"))
    return digest.hexdigest()


def _files_of(place: Path) -> list[Path]:
    try:
        return image_files(place) if place.is_dir() else [place]
    except OSError:  # a name too long to be one
        return []


def rename_set(name: str, new: str) -> None:
    """Give a set in the workspace another name; raises UserError where there is none, or the name is bad or taken."""
    source, target = _own(name), data_folder() / checked_name(new)
    if target.exists() or new.lower() in {path.name.lower() for path in _own_folders() if path != source} | {LAB}:
        raise UserError(f"There is a data set named {new} already: choose another name.")
    source.rename(target)
    forget(str(source))


def delete_set(name: str) -> None:
    """Delete a set in the workspace with all its pictures; raises DataError where there is none."""
    folder = _own(name)
    discard(folder)
    forget(str(folder))


def _own(name: str) -> Path:
    if name not in {path.name for path in _own_folders()}:
        raise DataError(f"There is no data set named {name[:80]} in the workspace: it may have been deleted already.")
    return data_folder() / name


def _own_folders() -> list[Path]:
    """Folders of data in the workspace, but the lab's; a dot in front marks one that is being made or deleted."""
    try:
        found = [path for path in data_folder().iterdir() if path.is_dir()]
    except OSError:
        return []
    return sorted(path for path in found if not path.name.startswith(".") and path.name != LAB)


def _recent(spec: str, when: float) -> KnownSet:
    path = Path(spec)
    is_table = path.suffix.lower() == ".csv"
    there = path.is_file() if is_table else path.is_dir()
    return KnownSet(path.name or spec, spec, spec, when, "table" if is_table else "folder", there)


def _file() -> Path:
    return notes_folder() / "opened.json"


def _read() -> dict[str, float]:
    """When each set was last opened, by its spec; a damaged note is as good as none."""
    if not _file().exists():
        return {}
    try:
        return {str(spec): float(when) for spec, when in read_json(_file()).items()}
    except (UserError, TypeError, ValueError) as error:
        logger.warning("the note of sets opened lately is damaged and made anew: %s", error)
        return {}


def _change(edit: Callable[[dict[str, float]], dict[str, float]]) -> None:
    """Change the note: two tabs may open sets at the same moment. A workspace that cannot be written keeps no note."""
    try:
        _file().parent.mkdir(parents=True, exist_ok=True)
        with FileLock(_file().with_suffix(".lock")):
            latest = sorted(edit(_read()).items(), key=lambda entry: -entry[1])[:MOST_RECENT]
            write_json(_file(), dict(latest))
    except OSError as error:
        logger.warning("sets opened lately cannot be noted: %s", error)
