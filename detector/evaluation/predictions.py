"""Predictions: one row an image, the single source of every plot and number of an evaluation."""

import io
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from detector.errors import UserError
from detector.evaluation.sample import Ints, predicted_labels
from detector.files import atomic_path
from detector.labels import AI, LABEL_NAMES, REAL

COLUMNS = ["path", "label", "generator", "split", "group", "probability"]
NAMES = ("path", "generator", "split", "group")
_LABELS = {str(REAL): REAL, str(AI): AI} | {name: label for label, name in enumerate(LABEL_NAMES)}


def read_predictions(path: Path, content: bytes | None = None) -> pd.DataFrame:
    """Rows of path, label (0 real, 1 AI), generator, split, group and probability (of AI, 0 … 1).

    Images of one group (near-copies, one prompt, one source) count as one draw in an interval; "" is a group of its own. Labels
    may also be written "real" and "ai"; generator, split and group may be missing and are then empty. Raises UserError, with
    the row, for whatever cannot be evaluated. With `content` that is read, and `path` is only its name.
    """
    try:
        frame = _read(path, content)
    except FileNotFoundError as error:
        raise UserError(f"There are no predictions at {path}: evaluate the detector first.") from error
    except pd.errors.EmptyDataError as error:
        raise UserError(f"{path} is empty: evaluate the detector again.") from error
    except (OSError, ValueError) as error:
        raise UserError(f"{path} cannot be read as a table with commas: {' '.join(str(error).split())}.") from error
    return _checked(frame, str(path))


def _read(path: Path, content: bytes | None) -> pd.DataFrame:
    """The file's columns, names as text. Types are guessed first: asking for text costs a million rows three times as long."""
    options: dict[str, Any] = {"keep_default_na": False, "encoding": "utf-8-sig", "skipinitialspace": True, "low_memory": False}
    source: Any = path if content is None else io.BytesIO(content)
    frame = pd.read_csv(source, **options)
    guessed = [name for name in NAMES if name in frame and not pd.api.types.is_string_dtype(frame[name])]
    if guessed:  # a name such as 007 is no number
        again: Any = path if content is None else io.BytesIO(content)
        frame[guessed] = pd.read_csv(again, usecols=guessed, dtype=str, **options)[guessed]
    return frame


def write_predictions(path: Path, frame: pd.DataFrame) -> None:
    """Replace the file by these rows; raises UserError for rows that `read_predictions` would refuse."""
    frame = _checked(frame, "The table of predictions")
    with atomic_path(path) as temporary:
        frame.to_csv(temporary, index=False)


def cell_images(frame: pd.DataFrame, true: int, predicted: int, threshold: float, most: int | None = None) -> pd.DataFrame:
    """The images of one cell of the confusion matrix, the most confident first; only that many where `most` is given."""
    chosen = frame["label"].to_numpy() == true
    return _most_confident(frame, chosen & (_predicted(frame, threshold) == predicted), threshold, most)


def mistakes(frame: pd.DataFrame, threshold: float, most: int | None = None) -> pd.DataFrame:
    """The images of both classes that were called wrongly, the most confident first, as `cell_images`."""
    return _most_confident(frame, frame["label"].to_numpy() != _predicted(frame, threshold), threshold, most)


def _predicted(frame: pd.DataFrame, threshold: float) -> Ints:
    return predicted_labels(frame["probability"].to_numpy(), threshold)


def _most_confident(frame: pd.DataFrame, chosen: npt.NDArray[np.bool_], threshold: float, most: int | None) -> pd.DataFrame:
    places = np.flatnonzero(chosen)
    scores = frame["probability"].to_numpy()[places]
    unsure = np.where(scores >= threshold, 1 - scores, scores)  # how far from the end of the class it was called
    if most is not None and most < places.size:  # without sorting a million
        near = unsure <= np.partition(unsure, most - 1)[most - 1]
        places, unsure = places[near], unsure[near]
    return frame.iloc[places[np.argsort(unsure, kind="stable")][:most]].reset_index(drop=True)


def _checked(frame: pd.DataFrame, where: str) -> pd.DataFrame:
    """The six columns with their types; raises UserError that names the table and the first bad row."""
    missing = [name for name in ("path", "label", "probability") if name not in frame]
    if missing:
        raise UserError(f"{where} lacks the column {' and '.join(missing)}; it needs {', '.join(COLUMNS)}.")
    if frame.empty:
        raise UserError(f"{where} holds no images.")
    frame = frame.reset_index(drop=True)
    labels = frame["label"]
    if labels.dtype.kind != "i" or not labels.isin((REAL, AI)).all():
        labels = labels.astype(str).str.strip().str.lower().map(_LABELS)
    probabilities = pd.to_numeric(frame["probability"], errors="coerce")
    _refuse(frame, "path", frame["path"].fillna("") != "", where, "the path of an image")
    _refuse(frame, "label", labels.notna(), where, "0 (real) or 1 (AI-generated)")
    _refuse(frame, "probability", probabilities.between(0, 1), where, "a number from 0 to 1")
    columns = {"path": frame["path"].astype(str), "label": labels.astype(int)}
    for name in ("generator", "split", "group"):
        columns[name] = frame[name].fillna("").astype(str) if name in frame else pd.Series("", index=frame.index)
    return pd.DataFrame(columns | {"probability": probabilities.astype(float)})


def _refuse(frame: pd.DataFrame, column: str, good: "pd.Series[bool]", where: str, wanted: str) -> None:
    if not good.all():
        row = int((~good).to_numpy().argmax())
        value = frame[column].iloc[row]
        raise UserError(f"{where}, row {row + 1}: {column} should be {wanted}, not {str(value)!r}. Mend it or evaluate again.")
