"""The results of a batch as a table: read as they grow, filtered, ordered and counted. Opens no picture."""

import posixpath
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pandas as pd

from detector.batches.results import COLUMNS, Row, rows_from
from detector.labels import AI, INCONCLUSIVE, LABEL_NAMES, REAL

ERROR: Final = "error"
VERDICTS: Final = (LABEL_NAMES[REAL], LABEL_NAMES[AI], INCONCLUSIVE, ERROR)
"""What a row can be; ERROR for a picture that could not be used."""
ORDERS: Final = {
    "place": "As found",
    "high": "Highest score",
    "low": "Lowest score",
    "unsure": "Nearest the line",
    "name": "By name",
    "large": "Largest",
}
_WHOLE = ("bytes", "width", "height")
_NUMBERS = (*_WHOLE, "probability", "ms")


@dataclass(frozen=True, eq=False)
class Results:
    """The rows read so far, a frame with COLUMNS and `outcome` (one of VERDICTS), and the byte where the next ones begin.

    `root` is the folder that holds all of the pictures, for names that are short enough to read.
    """

    frame: pd.DataFrame
    end: int = 0
    root: str = ""

    def name(self, path: str) -> str:
        """The path below the root."""
        return path[len(self.root) :].lstrip("/") if self.root and path.startswith(f"{self.root}/") else path


@dataclass(frozen=True)
class Wanted:
    """Which rows to show and in which order; empty choices leave a filter open. Scores are between `low` and `high`."""

    outcomes: tuple[str, ...] = ()
    generators: tuple[str, ...] = ()
    alike: tuple[str, ...] = ()
    low: float = 0.0
    high: float = 1.0
    find: str = ""
    order: str = "place"
    errors: tuple[str, ...] = ()


def no_results() -> Results:
    """Before anything is read."""
    return Results(frame_of([]))


def read_more(file: Path, known: Results) -> Results:
    """The known results and those written since; everything anew where the file became shorter."""
    size = file.stat().st_size if file.exists() else 0
    if size == known.end:
        return known
    if size < known.end:
        known = no_results()
    rows, end = rows_from(file, known.end)
    if not rows:
        return known
    fresh = frame_of(rows)
    frame = pd.concat([known.frame, fresh], ignore_index=True) if len(known.frame) else fresh
    return Results(frame, end, _root([*([known.root] if known.root else []), *fresh["path"].str.rpartition("/")[0].unique()]))


def frame_of(rows: Sequence[Row]) -> pd.DataFrame:
    """Rows as a frame, in their order."""
    frame = pd.DataFrame(list(rows), columns=list(COLUMNS))
    frame[list(_NUMBERS)] = frame[list(_NUMBERS)].apply(pd.to_numeric, errors="coerce").astype("float64")
    for name in ("path", "sha256", "verdict", "label", "looks_like", "generator", "error"):
        frame[name] = frame[name].fillna("").astype(object)
    frame["reasons"] = [list(told) if isinstance(told, list) else [] for told in frame["reasons"]]
    frame["outcome"] = frame["verdict"].where(frame["error"] == "", ERROR)
    return frame


def rows_of(frame: pd.DataFrame) -> Iterator[Row]:
    """The inverse of `frame_of`, row by row: what is not known is None, and counts are whole numbers."""
    for row in frame[list(COLUMNS)].to_dict("records"):
        for name in _NUMBERS:
            row[name] = None if pd.isna(row[name]) else int(row[name]) if name in _WHOLE else row[name]
        yield {str(name): value for name, value in row.items()}


def select(frame: pd.DataFrame, wanted: Wanted, threshold: float = 0.5) -> pd.DataFrame:
    """The rows that fit, in the wanted order; every word of `find` must occur in the path or the error.

    A narrowed range of scores leaves out what has none.
    """
    fits = pd.Series(True, index=frame.index)
    chosen = {"outcome": wanted.outcomes, "generator": wanted.generators, "looks_like": wanted.alike, "error": wanted.errors}
    for column, values in chosen.items():
        if values:
            fits &= frame[column].isin(values)
    if wanted.low > 0 or wanted.high < 1:
        fits &= frame["probability"].between(wanted.low, wanted.high)
    for word in wanted.find.lower().split():
        text = frame["path"] + "\n" + frame["error"]
        fits &= text.str.lower().str.contains(word, regex=False)
    return _ordered(frame[fits], wanted.order, threshold)


def counts(frame: pd.DataFrame) -> Mapping[str, int]:
    """How many rows of each outcome there are, in the order of VERDICTS."""
    found = frame["outcome"].value_counts()
    return {name: int(found.get(name, 0)) for name in VERDICTS}


def _root(folders: Sequence[str]) -> str:
    whole = [folder for folder in folders if folder.startswith("/")]
    return posixpath.commonpath(whole) if whole else ""


def _ordered(frame: pd.DataFrame, order: str, threshold: float) -> pd.DataFrame:
    """Ties keep their places; what has no value comes last."""
    if order == "place":
        return frame
    keys = {
        "high": -frame["probability"],
        "low": frame["probability"],
        "unsure": (frame["probability"] - threshold).abs(),
        "name": frame["path"].str.rsplit("/", n=1).str[-1].str.lower(),
        "large": -(frame["width"] * frame["height"]),
    }
    return frame.loc[keys[order].sort_values(kind="stable", na_position="last").index]
