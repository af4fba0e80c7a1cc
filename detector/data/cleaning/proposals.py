"""Proposals: what the finders found in a data set's pictures, kept by content so that no picture is looked at twice."""

import json
import logging
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

from detector.data.cleaning.view import Found, View
from detector.data.edits import Do, Edit
from detector.data.manifest import Item, Manifest
from detector.data.parallel import in_order
from detector.data.preprocess import Box
from detector.errors import ImageError
from detector.files import write_text
from detector.home import cache_folder

KINDS: Final = ("border", "strip", "collage", "screenshot", "graphic", "text", "blurred", "blank", "dark", "odd shape")
"""What can be found, in the order in which it is asked about. A crop or a split for the first three, a drop for the others."""
SURE: Final = 0.6
"""Proposals below this are mostly matters of taste; measured by `benchmarks/cleaning.py`."""

SMALLEST: Final = 48
"""Pixels: in smaller pictures a border or a seam is a guess."""

_VERSION: Final = 1  # of the finders: a change of theirs makes what is kept useless
_KEEP_EVERY: Final = 500  # pictures: what an interrupted search loses at most

_Kept = dict[str, dict[str, Found]]  # what was found in a picture, by its hash and by kind

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Proposal:
    """Something to decide about one picture: what is proposed (`do`, `boxes` as in an Edit), and why."""

    kind: str
    path: str
    sha256: str
    do: Do
    boxes: tuple[Box, ...]
    confidence: float
    why: str

    def edit(self) -> Edit:
        """What is put into the log when the proposal is accepted."""
        return Edit(self.do, self.path, self.sha256, self.boxes, why=self.kind)


def find_proposals(
    manifest: Manifest, progress: Callable[[int, int], None] | None = None, kinds: Collection[str] = KINDS
) -> list[Proposal]:
    """Every proposal for the manifest's pictures, in the order of KINDS, the surest first.

    Each picture is decoded once ever: what was found is kept by content. `progress(done, total)` is called as pictures are
    looked at; a picture that cannot be read any more gets no proposal.
    """
    kept = _read_kept(manifest.root)
    missing = [item for item in manifest.items if item.sha256 not in kept]
    for done, (item, found) in enumerate(_looked_at(manifest, missing), len(manifest.items) - len(missing) + 1):
        if found is not None:
            kept[item.sha256] = found
        if done % _KEEP_EVERY == 0:
            _write_kept(manifest.root, kept)
        if progress:
            progress(done, len(manifest.items))
    if missing:
        _write_kept(manifest.root, kept)
    return _sorted(_proposals(manifest.items, kept), kinds)


def known_proposals(manifest: Manifest, kinds: Collection[str] = KINDS) -> tuple[list[Proposal], int]:
    """The same from what is kept alone, and how many pictures were not looked at yet."""
    kept = _read_kept(manifest.root)
    missing = sum(item.sha256 not in kept for item in manifest.items)
    return _sorted(_proposals(manifest.items, kept), kinds), missing


def look(view: View) -> dict[str, Found]:
    """Everything that was found in one picture, by kind."""
    from detector.data.cleaning.borders import find_border
    from detector.data.cleaning.collage import find_collage
    from detector.data.cleaning.flags import find_flags
    from detector.data.cleaning.strips import find_strip

    found = find_flags(view)
    if "blank" in found or min(view.grey.shape) < SMALLEST:  # nothing else can be said of it
        return found
    crops = {"collage": find_collage(view), "strip": find_strip(view), "border": find_border(view)}
    return found | {kind: crop for kind, crop in crops.items() if crop}


def _looked_at(manifest: Manifest, items: list[Item]) -> Iterator[tuple[Item, dict[str, Found] | None]]:
    return zip(items, in_order(partial(_look_at, manifest), items), strict=True)


def _look_at(manifest: Manifest, item: Item) -> dict[str, Found] | None:
    """What was found in the picture, None when it cannot be read; only that is held, never the pixels."""
    from detector.data.cleaning.view import view_of
    from detector.data.images import open_image

    try:
        return look(view_of(open_image(manifest.path(item))))
    except ImageError as error:
        logger.warning("%s", error)
        return None


def _proposals(items: Iterable[Item], kept: _Kept) -> Iterator[Proposal]:
    for item in items:
        for kind, found in kept.get(item.sha256, {}).items():
            do: Do = "drop" if not found.boxes else "crop" if len(found.boxes) == 1 else "split"
            yield Proposal(kind, item.path, item.sha256, do, found.boxes, found.confidence, found.why)


def _sorted(proposals: Iterable[Proposal], kinds: Collection[str]) -> list[Proposal]:
    wanted = [proposal for proposal in proposals if proposal.kind in kinds]
    return sorted(wanted, key=lambda one: (KINDS.index(one.kind), -one.confidence, one.path))


def _file(root: Path) -> Path:
    from hashlib import sha256

    return cache_folder() / "cleaning" / f"{sha256(str(root.resolve()).encode()).hexdigest()[:24]}.json"


def _read_kept(root: Path) -> _Kept:
    try:
        stored = json.loads(_file(root).read_text(encoding="utf-8"))
        if stored["version"] != _VERSION:
            return {}
        return {sha: {kind: _found(one) for kind, one in found.items()} for sha, found in stored["found"].items()}
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        logger.warning("what was found earlier is damaged and looked for again: %s", error)
        return {}


def _found(stored: dict[str, Any]) -> Found:
    boxes = tuple((int(a), int(b), int(c), int(d)) for a, b, c, d in stored["boxes"])
    return Found(boxes, float(stored["confidence"]), str(stored["why"]))


def _write_kept(root: Path, kept: _Kept) -> None:
    found = {sha: {kind: asdict(one) for kind, one in kinds.items()} for sha, kinds in kept.items()}
    try:
        write_text(_file(root), json.dumps({"version": _VERSION, "found": found}))
    except OSError as error:
        logger.warning("what was found cannot be kept for the next time: %s", error)
