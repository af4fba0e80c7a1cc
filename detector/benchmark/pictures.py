"""Pictures of the benchmark: named data sets, every file brought to one size and one JPEG compression, then perhaps changed."""

import hashlib
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import numpy as np
from PIL import Image

from detector.data.duplicates import conflicts
from detector.data.equalise import Equalise, default_side
from detector.data.folders import open_data
from detector.data.images import open_image
from detector.data.manifest import Item
from detector.data.splits import unit_of
from detector.errors import DataError
from detector.home import checked_name
from detector.labels import AI, REAL
from detector.scored import AS_IS, Change, changed

NAMES = ("faces", "art", "objects", "cifake")
"""The sets that the goals speak of; others can be measured and have no goals."""

RULE = Equalise("resize", 256, (75, 95))
TINY = 64  # pixels: a set whose pictures are smaller keeps its own side, and is learnt and tested apart from the others

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Picture:
    """One picture: what its set says of it, its file, and the rule by which every detector is shown it.

    With an `operator` it is a real picture made anew by that one: AI-generated, in the group of the real one.
    """

    data: str
    item: Item
    file: Path
    rule: Equalise
    operator: str = ""

    @property
    def label(self) -> int:
        """Real or AI-generated."""
        return AI if self.operator else self.item.label

    @property
    def generator(self) -> str:
        """What made it; "" where that is unknown, or nothing did."""
        return self.operator or self.item.generator

    @cached_property
    def sha256(self) -> str:
        """Names it: the hash of its file, or of that and the operator."""
        return hashlib.sha256(f"{self.item.sha256} {self.operator}".encode()).hexdigest() if self.operator else self.item.sha256

    @cached_property
    def unit(self) -> str:
        """What it is divided and drawn by: its group in its set, or its content, which is the same in every set."""
        return f"{self.data}/{self.item.group}" if self.item.group else unit_of(self.item)

    def encoded(self) -> bytes:
        """The JPEG file that the protocol makes of it; raises ImageError when its file has changed or gone."""
        image = open_image(self.file, self.item.sha256)
        if self.operator:
            from detector.aligned.operators import regenerate  # brings torch, which sets that are only listed do without

            image = regenerate(image, self.operator, np.random.default_rng(_draw(self)))
        return self.rule.encode(image)

    def image(self, change: Change = AS_IS) -> Image.Image:
        """What detectors are given: the equalised picture, as it is or after a change."""
        return changed(Image.open(io.BytesIO(self.encoded())).convert("RGB"), change)


@dataclass(frozen=True)
class BenchSet:
    """A named data set; sets with the same rule are learnt together."""

    name: str
    pictures: tuple[Picture, ...]
    fingerprint: str
    notes: tuple[str, ...] = ()

    @property
    def rule(self) -> Equalise:
        """How its files are made alike."""
        return self.pictures[0].rule


def open_sets(specs: Sequence[str], images: int = 0, progress: Progress | None = None) -> tuple[BenchSet, ...]:
    """The sets in "NAME=FOLDER" or by a name or folder alone; at most so many images a class, chosen by content (0: all).

    Raises DataError as `open_data` does, and where two sets would have one name.
    """
    found: dict[str, BenchSet] = {}
    for spec in specs:
        name, mark, place = spec.partition("=")
        name, place = (name.strip(), place.strip()) if mark else (Path(spec.strip()).stem, spec.strip())
        if not name or not place:
            raise DataError(f"{spec!r} names no data set: write NAME=FOLDER, such as art=pictures/art.")
        checked_name(name)  # pictures are written below it
        if name in found:
            raise DataError(f"Two data sets are called {name}: give one of them another name, NAME=FOLDER.")
        found[name] = _opened(name, place, images, progress)
    if not found:
        raise DataError("No data set is chosen: give --data NAME=FOLDER.")
    return tuple(found.values())


def remade(pictures: Sequence[Picture], operators: Sequence[str]) -> list[Picture]:
    """Each real picture made anew; operators take turns, by the pictures' contents. None without operators."""
    real = [picture for picture in pictures if picture.label == REAL] if operators else []
    return [replace(picture, operator=operators[_draw(picture) % len(operators)]) for picture in real]


def rule_of(items: Sequence[Item]) -> Equalise:
    """The one rule, or for a set of tiny pictures the same at their own side."""
    side = default_side(items)
    return RULE if side >= TINY else Equalise(RULE.rule, side, RULE.qualities)


def _draw(picture: Picture) -> int:
    """A number that belongs to the content, as in an aligned copy of the set."""
    return int(picture.item.sha256[:15], 16)


def _opened(name: str, place: str, images: int, progress: Progress | None) -> BenchSet:
    manifest = open_data(place, progress)
    unclear = {path for group in conflicts(manifest.items) for path in group.paths}
    items = sorted(manifest.items, key=lambda item: (item.sha256, item.path))
    once = list({item.sha256: replace(item, split="") for item in items if item.path not in unclear}.values())
    notes = [f"{name}: {len(unclear)} files lie in both classes and are left out."] if unclear else []
    if images:
        notes.append(f"{name}: a trial on at most {images} pictures a class, not the whole set.")
        kept = [[item for item in once if item.label == label][:images] for label in (REAL, AI)]
        once = [*kept[0], *kept[1]]
    rule = rule_of(once)
    pictures = tuple(Picture(name, item, manifest.path(item), rule) for item in once)
    return BenchSet(name, pictures, manifest.fingerprint, tuple(notes))
