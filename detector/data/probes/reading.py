"""Reading: every probe's features of every picture in one pass, of which only these small rows stay in memory."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from detector.data.images import open_image
from detector.data.manifest import Item, Manifest
from detector.data.parallel import in_order
from detector.data.probes import colour, metadata, shape, spectrum, thumbnail
from detector.data.probes.feature import Feature, Row
from detector.errors import ImageError

if TYPE_CHECKING:
    from detector.data.equalise import Equalise

PROBES: dict[str, tuple[Feature, ...]] = {
    "metadata": metadata.FEATURES,
    "shape": shape.FEATURES,
    "thumbnail": thumbnail.FEATURES,
    "colour": colour.FEATURES,
    "spectrum": spectrum.FEATURES,
}
"""Each probe's features, in the order of its columns."""


@dataclass(frozen=True)
class Reading:
    """The pictures that could be read, in order, and per probe a row of features for each: (N, features) float32."""

    items: tuple[Item, ...]
    rows: dict[str, NDArray[np.float32]]


def read_features(
    manifest: Manifest,
    items: Sequence[Item],
    equalise: "Equalise | None" = None,
    progress: Callable[[int, int], None] | None = None,
) -> Reading:
    """The features of these pictures, as their files are or as they would be after `equalise`; unreadable ones are left out.

    `progress(done, total)` is called after each picture.
    """

    def read(item: Item) -> list[Row] | None:
        try:
            return _features(manifest.path(item).read_bytes(), equalise)
        except (ImageError, OSError):  # it has gone or changed since the set was opened
            return None

    kept: list[Item] = []
    parts: list[list[Row]] = []
    for done, (item, found) in enumerate(zip(items, in_order(read, items), strict=True), 1):
        if found is not None:
            kept.append(item)
            parts.append(found)
        if progress:
            progress(done, len(items))
    columns = list(zip(*parts, strict=True)) or [()] * len(PROBES)
    rows = {
        name: np.array(column, np.float32).reshape(len(kept), len(features))
        for (name, features), column in zip(PROBES.items(), columns, strict=True)
    }
    return Reading(tuple(kept), rows)


def _features(data: bytes, equalise: "Equalise | None") -> list[Row]:
    """A row a probe, in the order of PROBES, of a file's bytes."""
    image = open_image(data)
    if equalise:
        data = equalise.encode(image)
        image = open_image(data)
    return [
        metadata.features(data),
        shape.features(*image.size),
        thumbnail.features(image),
        colour.features(image),
        spectrum.features(image),
    ]
