"""The cache of batches: results as they grow, of which only what is new is read, and how many pictures a folder holds."""

from pathlib import Path

import streamlit as st

from detector.batches.batch import Batch
from detector.batches.table import Results, no_results, read_more

KEPT = 4
"""Batches whose results are held: ten thousand rows take about 10 MB."""


def results_of(batch: Batch) -> Results:
    """Every result there is by now; a batch made anew under an old name is another one."""
    kept = _kept()
    key = f"{batch.folder} {(batch.folder / 'config.json').stat().st_mtime_ns}"
    known = kept.pop(key, None) or no_results()
    kept[key] = read_more(batch.results_file, known)
    while len(kept) > KEPT:
        kept.pop(next(iter(kept)), None)
    return kept[key]


@st.cache_resource(show_spinner=False)
def _kept() -> dict[str, Results]:
    return {}


@st.cache_data(ttl=60, max_entries=16, show_spinner="Counting the pictures …")
def pictures_in(folder: str) -> int:
    """How many files in a folder, at any depth, are named like pictures."""
    from detector.data.images import image_files

    return len(image_files(Path(folder)))
