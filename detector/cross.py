"""Cross-data tests: several detectors, each on several data sets, on images that it has not seen."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pandas as pd

from detector.data.folders import open_data
from detector.data.manifest import Item, Manifest
from detector.errors import DataError, UserError
from detector.evaluation.cross import BY, Cell, Column, Matrix, cell_of, columns_of
from detector.evaluation.perturbations import UNTOUCHED
from detector.labels import LABEL_NAMES
from detector.models.library import find_weights
from detector.models.weights import seen_hashes
from detector.predict import Predictor
from detector.scored import AS_IS, score_pictures

Progress = Callable[[int, int], None]


def cross(
    weights: Sequence[str],
    data: Sequence[str],
    *,
    by: str = "set",
    images: int = 0,
    device: str = "auto",
    progress: Progress | None = None,
) -> Matrix:
    """Test each detector on each set, with at most so many images a class and column (0: all), chosen by their hashes.

    Images that a detector was trained or chosen on are left out of its own cells only. A set or a detector that cannot be used
    becomes a note. Scores are kept, so that what was asked once is not asked again. Raises UserError when nothing can be tested.
    """
    if by not in BY:
        raise UserError(f"Columns can be by {', '.join(BY)}, not by {by!r}.")
    notes: list[str] = []
    sets = _opened(data, notes)
    tables = {name: _table(manifest.items) for name, manifest in sets.items()}
    columns = [column for name, table in tables.items() for column in columns_of(name, table, by, len(sets) > 1)]
    cells: list[Cell] = []
    trained_on: dict[str, str] = {}
    jobs = list(dict.fromkeys(weights))
    for number, spec in enumerate(jobs):
        try:
            folder = find_weights(spec)
            predictor = Predictor.load(str(folder), device=device)
        except UserError as error:
            notes.append(f"{spec}: {error}")
            continue
        row = predictor.name if predictor.name not in trained_on else spec
        trained_on[row] = predictor.config.dataset
        known = seen_hashes(folder)
        if not known:
            notes.append(f"{row} does not tell which images it was trained on: none could be left out.")
        counted = _Counted(progress, number, len(jobs), len(columns))
        for name, manifest in sets.items():
            own = [column for column in columns if column.data == name]
            cells += _tested(row, folder, predictor, manifest, tables[name], own, known, images, counted)
    if not cells:
        raise UserError(" ".join(notes) or "There is no image that these detectors have not seen.")
    return Matrix(by, tuple(trained_on), tuple(column.name for column in columns), tuple(cells), trained_on, tuple(notes))


def _opened(data: Sequence[str], notes: list[str]) -> dict[str, Manifest]:
    """The sets by the names of their folders, or by their whole specs where two folders share a name."""
    sets: dict[str, Manifest] = {}
    for spec in dict.fromkeys(data):
        name = Path(spec).stem if Path(spec).suffix.lower() == ".csv" else Path(spec).name
        try:
            sets[name if name not in sets else spec] = open_data(spec)
        except DataError as error:
            notes.append(str(error))
    return sets


def _table(items: Sequence[Item]) -> pd.DataFrame:
    names = ("path", "label", "generator", "group", "sha256")
    return pd.DataFrame({name: [getattr(item, name) for item in items] for name in names})


class _Counted:
    """Turns the counts of one test into those of all, in thousandths: how many images there will be is not known beforehand."""

    def __init__(self, progress: Progress | None, number: int, detectors: int, columns: int) -> None:
        self.progress, self.done, self.total = progress, number * columns, detectors * columns

    def part(self, done: int, total: int) -> None:
        if self.progress:
            self.progress(round(1000 * (self.done + done / total)), 1000 * self.total)

    def next(self) -> None:
        self.done += 1
        self.part(0, 1)


def _tested(
    row: str,
    folder: Path,
    predictor: Predictor,
    manifest: Manifest,
    table: pd.DataFrame,
    columns: Sequence[Column],
    known: frozenset[str],
    images: int,
    counted: _Counted,
) -> Iterator[Cell]:
    seen = table["sha256"].str[:16].isin(known)
    for column in columns:
        chosen = _chosen(table, column, seen, images)
        items = [manifest.items[at] for at in chosen]
        scores = score_pictures(folder, predictor, manifest, items, [AS_IS], counted.part)
        frame = table.assign(
            seen=seen, probability=[scores.get(sha256, {}).get(UNTOUCHED, float("nan")) for sha256 in table["sha256"]]
        )
        left_out = [at for at in column.rows if seen[at]]
        found = cell_of(row, Column(column.name, column.data, (*chosen, *left_out)), frame, predictor.config.threshold)
        counted.next()
        if found:
            yield found


def _chosen(table: pd.DataFrame, column: Column, seen: "pd.Series[bool]", images: int) -> list[int]:
    """Places of the column's unseen images, each content once: at most so many a class, by the lowest hashes."""
    fresh = table.iloc[[at for at in column.rows if not seen[at]]].sort_values("sha256").drop_duplicates("sha256")
    parts = [fresh[fresh["label"] == label] for label in range(len(LABEL_NAMES))]
    return [int(at) for part in parts for at in (part.head(images) if images else part).index]
