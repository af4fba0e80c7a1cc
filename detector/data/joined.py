"""Several data sets as one: each below its name, groups and generators kept apart. Where they lie is `specs`' business."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

from detector.data.folders import open_data
from detector.data.groups import with_copies
from detector.data.manifest import Item, Manifest, Problem
from detector.data.specs import name_of, parts_of, root_of
from detector.errors import DataError
from detector.labels import AI


def open_joined(spec: str, progress: Callable[[int, int], None] | None = None) -> Manifest:
    """All pictures of the sets in `spec`, their paths starting with the set's name; `open_data` calls it.

    AI pictures of no known generator get the set's name as theirs. Near-copies across sets share a group. Splits that the sets
    carry are kept only where all of them carry some, or one set alone would be all the test. Raises DataError as `open_data`
    does, and for a set named twice.
    """
    found = [open_data(part, progress) for part in parts_of(spec)]
    ((place, times),) = Counter(manifest.root for manifest in found).most_common(1)
    if times > 1:
        raise DataError(f"{place.name} is named twice: name every data set once.")
    names = _names(name_of(part) for part in parts_of(spec))
    root = root_of(spec)
    _link(root, dict(zip(names, (manifest.root for manifest in found), strict=True)))
    divided = all(any(item.split for item in manifest.items) for manifest in found)
    items = [_below(name, item, divided) for name, manifest in zip(names, found, strict=True) for item in manifest.items]
    problems = [
        Problem(f"{name}/{problem.path}", problem.reason)
        for name, manifest in zip(names, found, strict=True)
        for problem in manifest.problems
    ]
    return with_copies(Manifest(root, tuple(items), tuple(problems)))


def _names(names: Iterable[str]) -> list[str]:
    """The sets' names, numbered where one comes again."""
    seen: Counter[str] = Counter()
    found = []
    for name in names:
        seen[name] += 1
        found.append(name if seen[name] == 1 else f"{name}-{seen[name]}")
    return found


def _below(name: str, item: Item, divided: bool) -> Item:
    generator = item.generator or (name if item.label == AI else "")
    group = f"{name}/{item.group}" if item.group else ""
    return replace(item, path=f"{name}/{item.path}", generator=generator, group=group, split=item.split if divided else "")


def _link(root: Path, places: dict[str, Path]) -> None:
    """Make `root` a folder with a link to each set, so that root / path is a picture's file wherever its set lies."""
    try:
        root.mkdir(parents=True, exist_ok=True)
        for name, place in places.items():
            link = root / name
            if link.is_symlink() and link.readlink() != place.resolve():
                link.unlink()
            if not link.exists():
                link.symlink_to(place.resolve(), target_is_directory=True)
    except FileExistsError:
        return  # another process made it this moment
    except OSError as error:
        raise DataError(f"{root} cannot hold links to the data sets ({error.strerror}): put them into one folder.") from error
