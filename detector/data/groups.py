"""Groups: pictures that belong together, so that no test picture has a twin that was trained on. Opens no picture."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace

from detector.data.different import without_told_apart
from detector.data.duplicates import near_copies
from detector.data.manifest import Item, Manifest
from detector.data.sources import named_sets, table_sets


def with_groups(manifest: Manifest) -> Manifest:
    """The manifest in which pictures that must not straddle splits share a group, within and across classes; others have none.

    Together belong exact and near-copies, quarters of a collage, and pictures of one prompt or source where names or a table in
    the root tell. Groups that the items carry already stay together.
    """
    told, problems = table_sets(manifest.root, manifest.items)
    grouped = with_copies(manifest, [*told.items(), *named_sets(manifest.items).items()])
    return replace(grouped, problems=(*manifest.problems, *problems))


def with_copies(manifest: Manifest, more: Iterable[tuple[str, Sequence[str]]] = ()) -> Manifest:
    """The manifest in which near-copies, groups that items carry, and `more` named sets of paths share a group."""
    items = manifest.items
    copies = without_told_apart(manifest, near_copies(items))
    carried: dict[str, list[str]] = defaultdict(list)
    for item in items:
        if item.group:
            carried[item.group].append(item.path)
    return replace(manifest, items=_joined(items, [*(("", group.paths) for group in copies), *carried.items(), *more]))


def _joined(items: Sequence[Item], sets: Iterable[tuple[str, Sequence[str]]]) -> tuple[Item, ...]:
    """The items with a group for each named set of paths; sets that overlap become one.

    A group bears the first of its sets' names, which stays when pictures are added. Where none has a name, it is the lowest hash
    of its files, so that exact copies are divided like the one picture they are.
    """
    above = {item.path: item.path for item in items}

    def root(path: str) -> str:
        while above[path] != path:
            above[path] = path = above[above[path]]
        return path

    named: list[tuple[str, str]] = []
    for name, paths in sets:
        for path in paths[1:]:
            above[root(path)] = root(paths[0])
        named.append((name, paths[0]))
    members: dict[str, list[str]] = defaultdict(list)
    for item in items:
        members[root(item.path)].append(item.sha256)
    names = {at: min(hashes) for at, hashes in members.items() if len(hashes) > 1}
    for name, path in sorted(named, reverse=True):
        if name and root(path) in names:
            names[root(path)] = name
    return tuple(replace(item, group=names.get(root(item.path), "")) for item in items)
