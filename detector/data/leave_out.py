"""Leave-one-generator-out: splits in which some generators are only ever tested on. Opens no picture."""

from collections.abc import Collection, Sequence
from dataclasses import replace

from detector.data.manifest import Item
from detector.data.splits import unit_of
from detector.errors import DataError
from detector.labels import AI, REAL


def generators_of(items: Sequence[Item]) -> tuple[str, ...]:
    """The generators that are named among the AI-generated pictures, sorted."""
    return tuple(sorted({item.generator for item in items if item.label == AI and item.generator}))


def named_generators(text: str) -> tuple[str, ...]:
    """The names in "dalle,sdxl"."""
    return tuple(dict.fromkeys(part.strip() for part in text.split(",") if part.strip()))


def without_generators(items: Sequence[Item], left_out: Collection[str]) -> tuple[Item, ...]:
    """Items that have their splits, as a test on these generators alone: all their pictures test, beside the real test pictures.

    Test pictures of other generators go, so that the test tells of these only. A picture of a left-out generator that belongs
    together with one that is trained or chosen on, such as one of the same prompt, goes as well. So the real test pictures are
    the same whichever generator is left out. Raises DataError for an unknown generator, and where nothing is left to use.
    """
    known = generators_of(items)
    for name in left_out:
        if name not in known:
            there_are = ", ".join(known)[:300] or "none named"
            raise DataError(f"There is no generator {name[:80]!r} in this data; there are: {there_are}.")
    out = {item.path for item in items if item.label == AI and item.generator in left_out}
    learnt = {unit_of(item) for item in items if item.path not in out and item.split in ("train", "valid")}
    kept = []
    for item in items:
        if item.path in out:
            if unit_of(item) not in learnt:
                kept.append(replace(item, split="test"))
        elif item.label == REAL or item.split != "test":
            kept.append(item)
    there = {(item.label, item.split) for item in kept}
    if not {(AI, "train"), (AI, "valid")} <= there:
        raise DataError(f"Without {', '.join(left_out)[:200]} too few AI-generated pictures are left: keep another generator.")
    if (AI, "test") not in there:
        raise DataError(
            f"Every picture of {', '.join(left_out)[:200]} belongs together with one to train on: raise test_fraction."
        )
    if (REAL, "test") not in there:
        raise DataError("A generator can only be tested beside real pictures: give test_fraction more than 0.")
    return tuple(kept)
