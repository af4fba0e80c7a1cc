"""Groups: pictures that belong together, so that no test picture has a twin that was trained on. Opens no picture."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace

from detector.data.duplicates import near_copies
from detector.data.manifest import Item, Manifest


def with_groups(manifest: Manifest) -> Manifest:
    """The manifest in which pictures that must not straddle splits share a group; the others have none."""
    sets = [group.paths for group in near_copies(manifest.items)]
    return replace(manifest, items=_joined(manifest.items, sets))


def _joined(items: Sequence[Item], sets: Iterable[Sequence[str]]) -> tuple[Item, ...]:
    """The items with a group for each set of paths; sets that overlap become one.

    A group is named by the lowest hash of its files, so that exact copies are divided like one picture.
    """
    parent = {item.path: item.path for item in items}

    def root(path: str) -> str:
        while parent[path] != path:
            parent[path] = path = parent[parent[path]]
        return path

    for paths in sets:
        for path in paths[1:]:
            parent[root(path)] = root(paths[0])
    members: dict[str, list[Item]] = defaultdict(list)
    for item in items:
        members[root(item.path)].append(item)
    names = {at: min(item.sha256 for item in group) for at, group in members.items() if len(group) > 1}
    return tuple(replace(item, group=names.get(root(item.path), "")) for item in items)
