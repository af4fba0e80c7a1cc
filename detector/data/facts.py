"""Facts of files, remembered: a file that has not changed since an earlier scan is not read again."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import asdict, fields
from functools import partial
from hashlib import sha256
from pathlib import Path

from detector.data.images import ImageFacts, image_facts
from detector.data.manifest import Problem
from detector.data.parallel import in_order
from detector.errors import ImageError, UserError
from detector.files import read_json, write_json
from detector.home import cache_folder

_Known = dict[str, tuple[str, ImageFacts]]  # path: what its file looked like then, and the facts

_COMPLETE = {field.name for field in fields(ImageFacts)}  # an entry of an older version lacks some, and its file is read again

logger = logging.getLogger(__name__)


def facts_of(
    root: Path, paths: Sequence[str], progress: Callable[[int, int], None] | None = None
) -> tuple[dict[str, ImageFacts], list[Problem]]:
    """The facts of every readable file among `paths` below `root`, in their order, and a problem for each of the others.

    `progress(done, total)` is called after each file that had to be read.
    """
    cache = cache_folder() / "manifests" / f"{sha256(str(root).encode()).hexdigest()[:24]}.json"
    known = _read_cache(cache)
    stamps = {path: _stamp(root / path) for path in paths}
    unchanged = {path: known[path] for path in paths if path in known and known[path][0] == stamps[path]}
    fresh = [path for path in paths if path not in unchanged]
    current, problems = dict(unchanged), []
    for done, (path, found) in enumerate(zip(fresh, in_order(partial(_read, root), fresh), strict=True), len(unchanged) + 1):
        if isinstance(found, ImageFacts):
            current[path] = stamps[path], found
        else:
            problems.append(Problem(path, found))
        if progress:
            progress(done, len(paths))
    if current != known:
        _write_cache(cache, current)
    return {path: current[path][1] for path in paths if path in current}, problems


def _read(root: Path, path: str) -> ImageFacts | str:
    """The facts, or why there are none."""
    try:
        return image_facts(root / path)
    except ImageError as error:
        return str(error)


def _stamp(file: Path) -> str:
    """What changes when a file is written to; empty for one that is gone, which is then read and reported."""
    try:
        status = file.stat()
    except OSError:
        return ""
    return f"{status.st_size}:{status.st_mtime_ns}"


def _read_cache(cache: Path) -> _Known:
    if not cache.exists():
        return {}
    try:
        kept = read_json(cache).items()
        return {path: (stamp, ImageFacts(**facts)) for path, (stamp, facts) in kept if facts.keys() >= _COMPLETE}
    except (UserError, AttributeError, TypeError, ValueError) as error:
        logger.warning("the cache of an earlier scan is damaged and made anew: %s", error)
        return {}


def _write_cache(cache: Path, known: _Known) -> None:
    try:
        write_json(cache, {path: [stamp, asdict(facts)] for path, (stamp, facts) in known.items()})
    except OSError as error:
        logger.warning("the facts of this scan cannot be kept for the next one: %s", error)
