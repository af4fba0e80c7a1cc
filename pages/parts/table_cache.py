"""Caches of evaluations: tables of predictions and what is counted in them. A table a person brought stays in their session."""

from collections.abc import Callable, Hashable
from pathlib import Path

import pandas as pd
import streamlit as st

from detector.evaluation.compare import Comparison
from detector.evaluation.curves import precision_recall, roc_of, thinned
from detector.evaluation.predictions import read_predictions
from detector.evaluation.sample import Floats, Sample
from detector.evaluation.slices import Parts
from detector.evaluation.tested import Presets, Tested, folders, generators, presets, tested


def predictions(path: Path) -> pd.DataFrame:
    """A run's predictions.csv; raises UserError as `read_predictions` does."""
    return _predictions(str(path), path.stat().st_mtime_ns)


@st.cache_resource(max_entries=4, show_spinner="Reading the predictions …")  # shared, since a copy of a million rows takes time
def _predictions(path: str, mtime: int) -> pd.DataFrame:
    return read_predictions(Path(path))


@st.cache_resource(scope="session", max_entries=2, show_spinner="Reading the table …")
def uploaded_predictions(name: str, size: int, file_id: str, _data: bytes) -> pd.DataFrame:
    """A table of predictions that a person brought; raises UserError as `read_predictions` does."""
    return read_predictions(Path(name), _data)


@st.cache_resource(scope="session", max_entries=6, show_spinner=False)
def splits_of(table: str, _frame: pd.DataFrame) -> set[str]:
    """The splits that occur in a table."""
    return set(_frame["split"].unique())


@st.cache_resource(scope="session", max_entries=4, show_spinner="Counting …")
def tested_images(table: str, split: str, _frame: pd.DataFrame) -> Tested:
    """The images of one split of a table of predictions, known by its key, with what no threshold moves."""
    return tested(_frame, split)


@st.cache_resource(scope="session", max_entries=6, show_spinner=False)
def threshold_presets(table: str, _frame: pd.DataFrame) -> Presets | None:
    """Thresholds chosen on the validation images of a table."""
    return presets(_frame)


@st.cache_resource(scope="session", max_entries=6, show_spinner=False)
def tested_parts(table: str, split: str, kind: str, _frame: pd.DataFrame) -> Parts | None:
    """The images of one split by "generator" or by "folder"."""
    return generators(_frame) if kind == "generator" else folders(_frame)


@st.cache_resource(max_entries=4, show_spinner="Comparing …")
def comparison(key: Hashable, _compare: Callable[[], Comparison]) -> Comparison:
    """A comparison of detectors, known by its key; raises UserError as `_compare` does."""
    return _compare()


@st.cache_resource(scope="session", max_entries=6, show_spinner=False)
def curve_corners(table: str, split: str, kind: str, _sample: Sample) -> tuple[Floats, Floats]:
    """The "roc" or "precision" curve of a split's images, thinned to what a screen can show."""
    x, y, _ = roc_of(_sample) if kind == "roc" else precision_recall(_sample)
    places = thinned(x, y)
    return x[places], y[places]
