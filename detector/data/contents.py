"""Contents: what a data set consists of, as a table to draw from and as cautions in words. Opens no picture."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import log2

import pandas as pd

from detector.data.manifest import Item
from detector.labels import AI, LABEL_WORDS, REAL

UNNAMED = "no generator named"
FEW = 100
TIMES = 3.0  # a class this many times as large as the other is called out
LITTLE = 0.5  # distributions that share less than this of themselves are called different

_COLUMNS = ("path", "label", "class", "source", "split", "width", "height", "format")


@dataclass(frozen=True)
class Caution:
    """Something to know before training: what was found, and what follows. A `serious` one gives the classes away."""

    what: str
    why: str
    serious: bool = False


def contents(items: Iterable[Item]) -> pd.DataFrame:
    """One row an image; `source` is "real", the generator's name, or UNNAMED."""
    rows = [
        (item.path, item.label, LABEL_WORDS[item.label], _source(item), item.split, item.width, item.height, item.format)
        for item in items
    ]
    return pd.DataFrame(rows, columns=list(_COLUMNS))


def counted(table: pd.DataFrame, by: str) -> pd.DataFrame:
    """Images of each class by the values of a column, most frequent first: a row a value, a column a class."""
    return _by_class(table, table[by])


def sizes(table: pd.DataFrame) -> pd.DataFrame:
    """Images of each class by their size in pixels, most frequent first, as `counted` gives them."""
    return _by_class(table, (table["width"].astype(str) + " × " + table["height"].astype(str)).rename("size"))


def overlap(first: Sequence[object], second: Sequence[object]) -> float:
    """The share that two distributions have in common: 1 for equal ones, 0 where no value occurs in both."""
    if not len(first) or not len(second):
        return 0.0
    a, b = Counter(first), Counter(second)
    return sum(min(a[value] / len(first), b[value] / len(second)) for value in a)


def cautions(table: pd.DataFrame) -> list[Caution]:
    """What a person should know of the set before training, gravest first."""
    both = table["label"].nunique() == 2  # a person may have left out all of one class
    differences = [*_formats(table), *_sizes(table)] if both else []
    found = [*differences, *_balance(table), *_generators(table)]
    return sorted(found, key=lambda caution: not caution.serious)


def _by_class(table: pd.DataFrame, values: "pd.Series[str]") -> pd.DataFrame:
    counts = pd.crosstab(values, table["label"]).reindex(columns=[REAL, AI], fill_value=0)
    counts.columns = pd.Index(LABEL_WORDS)
    return counts.loc[counts.sum(axis=1).sort_values(ascending=False, kind="stable").index]


def _source(item: Item) -> str:
    return LABEL_WORDS[REAL] if item.label == REAL else item.generator or UNNAMED


def _of(table: pd.DataFrame, label: int, column: str) -> list[str]:
    return table.loc[table["label"] == label, column].tolist()


def _formats(table: pd.DataFrame) -> list[Caution]:
    real, ai = _of(table, REAL, "format"), _of(table, AI, "format")
    shared = overlap(real, ai)
    if shared >= LITTLE:
        return []
    parts = [f"{word} images are {_mostly(formats)}" for word, formats in (("Real", real), ("AI-generated", ai))]
    why = "Each format leaves its own traces in the pixels, and a detector may learn those instead: equalise before you train."
    return [Caution(f"{'; '.join(parts)}.", why, serious=True)]


def _mostly(values: Sequence[str]) -> str:
    """The most frequent value and its share, such as "all PNG" or "94 % JPEG"."""
    (value, count), *_ = Counter(values).most_common(1)
    return f"all {value}" if count == len(values) else f"{min(100 * count / len(values), 99):.0f} % {value}"


def _sizes(table: pd.DataFrame) -> list[Caution]:
    real, ai = (table.loc[table["label"] == label, ["width", "height"]].to_numpy().tolist() for label in (REAL, AI))
    if overlap([_near(*size) for size in real], [_near(*size) for size in ai]) >= LITTLE:
        return []
    apart = not {tuple(size) for size in real} & {tuple(size) for size in ai}
    what = "No size occurs in both classes." if apart else "The classes come in different sizes."
    why = "Scaling to the network's input leaves traces that depend on the size, and a detector may learn those: equalise first."
    return [Caution(what, why, serious=True)]


def _near(width: int, height: int) -> tuple[int, int]:
    """The same for sizes that differ little: powers of the square root of two."""
    return round(2 * log2(max(width, 1))), round(2 * log2(max(height, 1)))


def _balance(table: pd.DataFrame) -> list[Caution]:
    count = {label: int((table["label"] == label).sum()) for label in (REAL, AI)}
    few, many = sorted((REAL, AI), key=count.__getitem__)
    found = []
    if count[many] > TIMES * count[few] > 0:
        share = 100 * count[many] / (count[few] + count[many])
        what = f"There are {count[many] / count[few]:.0f} times as many {LABEL_WORDS[many]} images."
        why = f"Always saying {LABEL_WORDS[many]} is right {share:.0f} % of the time: read balanced accuracy, use class weights."
        found.append(Caution(what, why))
    if count[few] < FEW:
        what = (
            f"There are only {count[few]:,} {LABEL_WORDS[few]} images." if count[few] else f"No {LABEL_WORDS[few]} image is left."
        )
        why = "Whatever is measured on a part of them is uncertain: read the intervals." if count[few] else "Training needs both."
        found.append(Caution(what, why, serious=not count[few]))
    return found


def _generators(table: pd.DataFrame) -> list[Caution]:
    names = set(_of(table, AI, "source"))
    if names == {UNNAMED}:
        what = "No generator is named."
        return [Caution(what, "Whether a detector carries over to a generator it has not seen cannot be tested with this set.")]
    if len(names) == 1:
        return [Caution("All AI-generated images come from one generator.", "A detector of it may fail on every other.")]
    return []
