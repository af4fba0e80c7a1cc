"""The cache of runs: what tables show of each, read anew only when its files change."""

import streamlit as st

from detector.training.runs import list_runs
from detector.training.status import ACTIVE
from detector.training.summary import Summary, stamp, summarise


def summaries() -> list[Summary]:
    """Every run, newest first."""
    kept, found = _kept(), {}
    for run in list_runs():
        mark, place = stamp(run), str(run.folder)
        known = kept.get(place)
        # of an active run no file need change for it to be interrupted: that is read off its lock
        fresh = known is not None and known[0] == mark and known[1].state not in ACTIVE
        found[place] = known if fresh and known else (mark, summarise(run))
    kept.clear()
    kept.update(found)
    return sorted((summary for _, summary in found.values()), key=lambda summary: summary.created, reverse=True)


@st.cache_resource(show_spinner=False)
def _kept() -> dict[str, tuple[tuple[int, ...], Summary]]:
    return {}
