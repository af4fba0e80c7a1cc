"""Download: a public data set from the Hub into the workspace, shard by shard, so that a break costs one shard at most.

Shards and pictures wait in the cache; the set appears in the workspace once it is complete.
"""

import errno
import shutil
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from detector.data.catalog import PublicSet
from detector.data.hub import Shard, endpoint_in_use, fetch_shard, list_shards
from detector.data.shards import extract
from detector.data.staging import check_space, free_name, staged
from detector.errors import DataError, UserError
from detector.files import read_json, write_json
from detector.home import cache_folder
from detector.labels import AI, LABEL_WORDS, REAL


@dataclass(frozen=True)
class Step:
    """How far a download is: bytes come and to come at most, files done and in all, pictures written."""

    bytes: int
    of_bytes: int
    files: int
    of_files: int
    images: int


def fetch(
    public: PublicSet,
    name: str = "",
    most: int | None = None,
    progress: Callable[[Step], None] | None = None,
    endpoint: str = "",
) -> Path:
    """Fetch a set of the catalogue into the workspace as `name`, at most `most` images of each class and split.

    Returns its folder. After a break the same call goes on where it was. Raises DataError in one line when there is no
    connection, when the set has to be had by hand, or when it is being fetched already; what has come by then is kept.
    """
    if public.hub is None:
        raise DataError(f"{public.title} cannot be fetched from here. {public.by_hand}")
    target, endpoint = free_name(name or public.name), endpoint_in_use(endpoint)
    work = download_folder(public)
    work.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(work.with_suffix(".lock"), timeout=0):
            _fetch_shards(public, work, most, endpoint, progress or (lambda step: None))
            _appear(work / "pictures", target)
            shutil.rmtree(work, ignore_errors=True)
    except Timeout as error:
        raise DataError(f"{public.title} is being fetched already: wait until that is done.") from error
    except OSError as error:
        raise DataError(f"The workspace cannot be written ({error.strerror}): make room, then fetch again to go on.") from error
    return target


def download_folder(public: PublicSet) -> Path:
    """Where a download waits until it is complete."""
    return cache_folder() / "downloads" / public.name


def begun(public: PublicSet) -> int:
    """How many pictures of a download that was broken off are here."""
    return sum(sum(counts) for counts in _read_state(download_folder(public)).get("done", {}).values())


def discard_begun(public: PublicSet) -> None:
    """Give up a download that was broken off."""
    shutil.rmtree(download_folder(public), ignore_errors=True)


def _appear(pictures: Path, target: Path) -> None:
    """The set in the workspace, in one step."""
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        pictures.rename(target)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        with staged(target) as folder:  # the cache lies on another disk
            shutil.copytree(pictures, folder, dirs_exist_ok=True)


def _fetch_shards(public: PublicSet, work: Path, most: int | None, endpoint: str, progress: Callable[[Step], None]) -> None:
    """Fetch and unpack whatever is not done yet, and note each shard that is."""
    table = public.hub
    assert table is not None
    state = _state(work, table.repository, most)
    commit, shards = list_shards(table.repository, endpoint, state["commit"])
    state["commit"] = commit
    done: dict[str, list[int]] = state["done"]
    largest = max(shard.size for shard in shards)
    check_space(2 * largest if most else largest + sum(shard.size for shard in shards if shard.path not in done))
    come = sum(shard.size for shard in shards if shard.path in done)
    total = sum(shard.size for shard in shards)

    def told(more: int = 0) -> None:
        nonlocal come
        come += more
        progress(Step(min(come, total), total, len(done), len(shards), sum(sum(counts) for counts in done.values())))

    told()
    for number, shard in _in_turn(shards):
        room = _room(shard, shards, done, most)
        if shard.path in done or (room is not None and not any(room.values())):
            continue
        before = come
        file = work / f"{number:05}.parquet"
        fetch_shard(table.repository, commit, shard, file, endpoint, told)
        come = before + shard.size
        try:
            found = extract(file, shard.path, table, work / "pictures" / shard.split, f"{number:05}", room)
        finally:
            file.unlink(missing_ok=True)
        done[shard.path] = [found.written[REAL], found.written[AI]]
        write_json(work / "state.json", state)
        told()
    written = [sum(counts[label] for counts in done.values()) for label in (REAL, AI)]
    if not all(written):
        lacking = LABEL_WORDS[written.index(0)]
        raise DataError(f"{public.title} held no {lacking} images where they are looked for: it has changed and is not used.")


def _in_turn(shards: list[Shard]) -> Iterable[tuple[int, Shard]]:
    """The shards with their numbers, from both ends by turns: many sets are sorted by class, and a few images need both."""
    numbered = list(enumerate(shards))
    while numbered:
        yield numbered.pop(0)
        if numbered:
            yield numbered.pop()


def _room(shard: Shard, shards: list[Shard], done: dict[str, list[int]], most: int | None) -> dict[int, int] | None:
    """How many images of each label its split still takes, or None for all."""
    if most is None:
        return None
    split = Counter[int]()
    for other in shards:
        if other.split == shard.split and other.path in done:
            split.update({REAL: done[other.path][0], AI: done[other.path][1]})
    return {label: max(0, most - split[label]) for label in (REAL, AI)}


def _state(work: Path, repository: str, most: int | None) -> dict[str, Any]:
    """What an earlier try has done; it starts anew where that wanted something else."""
    state = _read_state(work)
    if (state.get("repository"), state.get("most")) != (repository, most):
        shutil.rmtree(work / "pictures", ignore_errors=True)
        state = {"repository": repository, "most": most, "commit": "", "done": {}}
    (work / "pictures").mkdir(exist_ok=True)
    return state


def _read_state(work: Path) -> dict[str, Any]:
    try:
        state = read_json(work / "state.json")
        known = isinstance(state["commit"], str) and all(len(counts) == 2 for counts in state["done"].values())
        return state if known else {}
    except (UserError, KeyError, TypeError, AttributeError):
        return {}
