"""Cross-data matrix: detectors in rows, what they are tested on in columns, a test in each cell. Knows no network and no file."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import pandas as pd

from detector.errors import UserError
from detector.evaluation.metrics import evaluate
from detector.evaluation.slices import folder_names
from detector.labels import AI, REAL

BY = {"set": "data set", "generator": "generator", "genre": "genre"}
"""What a column is: a whole set, the AI images of one generator, or a folder within the classes."""
MEASURES = {"auc": "AUC", "balanced_accuracy": "Balanced accuracy"}
MIXED = "(others)"


@dataclass(frozen=True)
class Column:
    """What is tested on: its name, the set it is from, and which rows of the set's table belong to it."""

    name: str
    data: str
    rows: tuple[int, ...]


@dataclass(frozen=True)
class Cell:
    """One detector on one column. `values` and `intervals` by measure; AUC is missing where a class is. `seen`: left out."""

    row: str
    column: str
    n_real: int
    n_ai: int
    seen: int
    threshold: float
    values: dict[str, float]
    intervals: dict[str, tuple[float, float]]


@dataclass(frozen=True)
class Summary:
    """Mean and lowest value over some cells, and where the lowest is; `n` cells have a value."""

    mean: float
    lowest: float
    where: str
    n: int


@dataclass(frozen=True)
class Matrix:
    """Every cell, row by row; a cell that could not be tested is missing. `notes` say why, and what was left out."""

    by: str
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    cells: tuple[Cell, ...]
    trained_on: dict[str, str]
    notes: tuple[str, ...] = ()

    def cell(self, row: str, column: str) -> Cell | None:
        """The cell at this place, if there is one."""
        return next((cell for cell in self.cells if (cell.row, cell.column) == (row, column)), None)

    def of_row(self, row: str, measure: str) -> Summary | None:
        """A detector over all columns."""
        return _summary([(cell.column, cell) for cell in self.cells if cell.row == row], measure)

    def of_column(self, column: str, measure: str) -> Summary | None:
        """All detectors on a column."""
        return _summary([(cell.row, cell) for cell in self.cells if cell.column == column], measure)

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON, with the mean and minimum of rows and columns."""
        plain = asdict(self)
        for name in MEASURES:
            rows = {row: self.of_row(row, name) for row in self.rows}
            columns = {column: self.of_column(column, name) for column in self.columns}
            plain[f"{name}_summary"] = {
                "rows": {key: asdict(each) for key, each in rows.items() if each},
                "columns": {key: asdict(each) for key, each in columns.items() if each},
            }
        return plain

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> "Matrix":
        """The inverse of `to_dict`; raises UserError for anything else."""
        try:
            cells = tuple(
                Cell(**{**cell, "intervals": {name: (low, high) for name, (low, high) in cell["intervals"].items()}})
                for cell in values["cells"]
            )
            rows, columns, notes = (tuple(map(str, values[name])) for name in ("rows", "columns", "notes"))
            return cls(str(values["by"]), rows, columns, cells, dict(values["trained_on"]), notes)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise UserError("This is no matrix of detectors and data: test them again.") from error


def columns_of(data: str, frame: pd.DataFrame, by: str, several: bool) -> list[Column]:
    """The columns that a set's table gives (path, label, generator); `several` sets put their name before a part's.

    A generator's column holds its AI images and all real images of the same set. A genre's holds both classes' images in
    folders of that name; images in none are left out. A set in which no generator or folder is named is one column.
    """
    everything = [Column(data, data, tuple(range(len(frame))))]
    if by == "set":
        return everything
    labels = frame["label"].tolist()
    real = [row for row, label in enumerate(labels) if label == REAL]
    parts: dict[str, list[int]] = {}
    if by == "generator":
        for row, (label, name) in enumerate(zip(labels, frame["generator"], strict=True)):
            if label == AI:
                parts.setdefault(str(name) or MIXED, []).append(row)
        parts = {name: real + rows for name, rows in parts.items()} if set(parts) - {MIXED} else {}
    else:
        for row, name in enumerate(folder_names([path.rpartition("/")[0] for path in frame["path"]])):
            if name:
                parts.setdefault(name, []).append(row)
    named = [Column(f"{data}: {name}" if several else name, data, tuple(rows)) for name, rows in sorted(parts.items())]
    return named or everything


def cell_of(row: str, column: Column, frame: pd.DataFrame, threshold: float) -> Cell | None:
    """The test of one detector on a column, from its set's table with probability and seen; None without unseen images."""
    own = frame.iloc[list(column.rows)]
    fresh = own[~own["seen"]]
    if fresh.empty:
        return None
    metrics = evaluate(fresh["label"].to_numpy(), fresh["probability"].to_numpy(), threshold, fresh["group"].to_numpy())
    values = {name: float(value) for name in MEASURES if (value := getattr(metrics, name)) is not None}
    return Cell(
        row=row,
        column=column.name,
        n_real=sum(metrics.confusion_matrix[REAL]),
        n_ai=sum(metrics.confusion_matrix[AI]),
        seen=int(own["seen"].sum()),
        threshold=threshold,
        values=values,
        intervals={name: metrics.intervals[name] for name in values},
    )


def matrix_csv(matrix: Matrix) -> bytes:
    """A line a cell: detector, column, images, and each measure with its interval."""
    lines = []
    for cell in matrix.cells:
        line: dict[str, Any] = {"detector": cell.row, "tested on": cell.column, "real": cell.n_real, "ai": cell.n_ai}
        for name in MEASURES:
            low, high = cell.intervals.get(name, (None, None))
            line |= {name: cell.values.get(name), f"{name}_low": low, f"{name}_high": high}
        lines.append(line | {"known images left out": cell.seen})
    return pd.DataFrame(lines).to_csv(index=False).encode()


def _summary(cells: Sequence[tuple[str, Cell]], measure: str) -> Summary | None:
    found = [(cell.values[measure], where) for where, cell in cells if measure in cell.values]
    if not found:
        return None
    lowest, where = min(found)
    return Summary(sum(value for value, _ in found) / len(found), lowest, where, len(found))
