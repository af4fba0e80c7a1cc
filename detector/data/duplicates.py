"""Duplicates: pictures that are the same file or look the same, found by their hashes. Opens no picture."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from detector.data.manifest import Item
from detector.errors import DataError
from detector.labels import AI, REAL

DISTANCE: Final = 8
"""Bits in which the perceptual hashes of near-copies may differ; measured in docs/decisions/0007."""
UNLIKE: Final = 0.3
"""How far the looks of near-copies may be apart, as a share of their contrast: correlations from about 0.95 upwards."""

_NOISE = 2.0  # grey levels that saving a picture again may add, which would be a large share of a flat picture's contrast
_LOOK = 64  # bytes
_AT_ONCE = 2**20  # comparisons at once: bounds memory to some tens of megabytes
_MANY = 5_000  # pairs held before they are merged, so that those which are joined by then are not looked at again

Bits = NDArray[np.uint64]
Indices = NDArray[np.intp]


@dataclass(frozen=True)
class CopyGroup:
    """Two pictures or more that are copies of each other: `exact` if all are the same file, `near` if they look the same.

    `labels` are those of the paths, in the same order.
    """

    paths: tuple[str, ...]
    kind: Literal["exact", "near"]
    labels: tuple[int, ...]

    @property
    def across_classes(self) -> bool:
        """Whether copies lie in both classes."""
        return len(set(self.labels)) > 1


def exact_copies(items: Iterable[Item]) -> list[CopyGroup]:
    """The files that are there more than once, by their bytes."""
    same: dict[str, list[Item]] = defaultdict(list)
    for item in items:
        same[item.sha256].append(item)
    return [_group(copies) for copies in same.values() if len(copies) > 1]


def conflicts(items: Iterable[Item]) -> list[CopyGroup]:
    """The files that are there as real and as AI-generated: one of the two is wrong."""
    return [group for group in exact_copies(items) if group.across_classes]


def refuse_conflicts(items: Iterable[Item]) -> None:
    """Raises DataError when a file is in both classes, for only a person can say where it belongs."""
    found = conflicts(items)
    if found:
        real, ai = (found[0].paths[found[0].labels.index(label)] for label in (REAL, AI))
        times = f"{len(found):,} files are" if len(found) > 1 else "One file is"
        raise DataError(
            f"{times} in both classes, such as {real} and {ai}: say which class is right on the Data page, under Copies, "
            "or delete the wrong one."
        )


def near_copies(items: Sequence[Item], distance: int = DISTANCE) -> list[CopyGroup]:
    """Every group of exact or near-copies, ordered by their first picture; copies of copies belong to one group.

    Two pictures are near-copies when their perceptual hashes differ in at most `distance` bits and their looks agree. Pictures
    without a hash (of manifests of older runs) have exact copies only. 100,000 pictures take some seconds.
    """
    first = {item.sha256: item for item in items}
    hashed = [sha256 for sha256, item in first.items() if item.phash and len(item.look) == 2 * _LOOK]
    hashes = np.array([int(first[sha256].phash, 16) for sha256 in hashed], np.uint64)
    looks = np.frombuffer(bytes.fromhex("".join(first[sha256].look for sha256 in hashed)), np.uint8).reshape(-1, _LOOK)
    component = {sha256: f"near {at}" for sha256, at in zip(hashed, _components(hashes, looks, distance), strict=True)}
    together: dict[str, list[Item]] = defaultdict(list)
    for item in items:
        together[component.get(item.sha256, item.sha256)].append(item)
    return [_group(copies) for copies in together.values() if len(copies) > 1]


def _group(copies: list[Item]) -> CopyGroup:
    kind: Literal["exact", "near"] = "exact" if len({item.sha256 for item in copies}) == 1 else "near"
    return CopyGroup(tuple(item.path for item in copies), kind, tuple(item.label for item in copies))


def _components(hashes: Bits, looks: NDArray[np.uint8], distance: int) -> list[int]:
    """A number for each picture, the same for pictures that a chain of near-copies joins."""
    component = np.arange(len(hashes))
    held: list[Indices] = []
    for pairs in close_pairs(hashes, distance, component):
        held.append(pairs[:, alike(looks, *pairs)])
        if sum(part.shape[1] for part in held) > _MANY:
            _merge(component, held)
            held = []
    _merge(component, held)
    return [int(at) for at in component]


def _merge(component: Indices, held: list[Indices]) -> None:
    """Number the components anew, those that the pairs join alike."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    if held:
        left, right = component[np.concatenate(held, axis=1)]
        graph = coo_array((np.ones(len(left), np.int8), (left, right)), shape=(len(component), len(component)))
        component[:] = connected_components(graph, directed=False)[1][component]


def close_pairs(hashes: Bits, distance: int, component: Indices) -> Iterator[Indices]:
    """Pairs of indices (2, n) of hashes that differ in at most `distance` bits, each pair at least once, in small portions.

    Of `distance` + 1 bands of bits, two such hashes share at least one (the pigeonhole principle): only hashes that do are
    compared. Pairs that `component` already joins, also while this runs, are left out.
    """
    edges = np.linspace(0, 64, distance + 2).astype(int)
    for at, (low, high) in enumerate(pairwise(edges)):
        earlier = [_mask(*ends) for ends in pairwise(edges[: at + 1])]
        band = (hashes >> np.uint64(low)) & np.uint64(2 ** int(high - low) - 1)
        order = np.argsort(band, kind="stable")
        for bucket in np.split(order, np.flatnonzero(np.diff(band[order])) + 1):
            rows = max(_AT_ONCE // len(bucket), 1) if len(bucket) else 1
            for start in range(0, len(bucket) - 1, rows):
                if (component[bucket[start:]] == component[bucket[start]]).all():
                    break
                yield from _within(hashes, bucket[start : start + rows], bucket[start:], distance, component, earlier)


def _mask(low: int, high: int) -> np.uint64:
    """The bits from `low` up to `high`."""
    return np.uint64((1 << int(high)) - (1 << int(low)))


def _within(
    hashes: Bits, rows: Indices, others: Indices, distance: int, component: Indices, earlier: Sequence[np.uint64]
) -> Iterator[Indices]:
    """The close pairs of `rows` with `others`, which begin with the rows themselves, that share none of the earlier bands."""
    near = np.triu(np.bitwise_count(hashes[rows, None] ^ hashes[others]) <= distance, 1)
    for row in np.flatnonzero(near.any(axis=1)):
        found = others[near[row]]
        found = found[component[found] != component[rows[row]]]
        for mask in earlier:
            found = found[(hashes[found] ^ hashes[rows[row]]) & mask != 0]
        if len(found):
            yield np.stack([np.full_like(found, rows[row]), found])


def alike(looks: NDArray[np.uint8], left: Indices, right: Indices) -> NDArray[np.bool_]:
    """Whether the looks of each pair agree: their difference is small beside the contrast of the flatter one."""
    one, other = looks[left].astype(np.float32), looks[right].astype(np.float32)
    difference = np.sqrt(((one - other) ** 2).mean(axis=1))
    contrast = np.minimum(one.std(axis=1), other.std(axis=1))
    return np.asarray(difference <= UNLIKE * contrast + _NOISE)
