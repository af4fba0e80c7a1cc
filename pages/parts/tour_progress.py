"""How far the tour is: what was really done, as seen from runs on disk and from what the session remembers."""

from datetime import datetime
from typing import Any

import streamlit as st

from detector.errors import UserError
from detector.samples import SAMPLES
from detector.training.presets import preset_config
from detector.training.runs import Run, create_run, list_runs
from pages.parts.playground_score import FOOLED

STEPS = ("ask", "train", "own", "fool", "why", "limits")
WHY = "tour-why"
PRESET = "quick"
_TOUR = "tour"
_LAB = tuple(f"sample:{sample.name}" for sample in SAMPLES if sample.kind == "lab")
_PHOTOS = tuple(f"sample:{sample.name}" for sample in SAMPLES if sample.kind == "photo")


def progress() -> dict[str, bool]:
    """Each step, and whether it is done; what was done once stays done for this session."""
    memory = _memory()
    runs = lab_runs()
    finished = [str(run.best_weights) for run in runs if has_learnt(run)]
    seen = {
        "ask": _asked(_LAB),
        "train": bool(finished),
        "own": _asked(_LAB, finished),
        "fool": bool(st.session_state.get(FOOLED)),
        "why": WHY in st.session_state,
        "limits": _asked(_PHOTOS),
    }
    memory["done"] = [step for step in STEPS if seen[step] or step in memory["done"]]
    return {step: step in memory["done"] for step in STEPS}


def skipped(step: str) -> bool:
    """Whether the step was passed over."""
    return step in _memory()["skipped"]


def skip(step: str) -> None:
    """Pass over a step; it can be done all the same."""
    _memory()["skipped"].append(step)


def restart() -> None:
    """Begin anew: earlier runs and answers no longer count, but stay where they are."""
    st.session_state[_TOUR] = {"skipped": [], "done": [], "before": [run.name for run in list_runs()]}
    for key in (FOOLED, WHY, "judged"):  # judged pictures are asked about again when they are needed
        st.session_state.pop(key, None)


def lab_runs() -> list[Run]:
    """Runs on the lab pictures, the newest first, without those from before a restart."""
    before = _memory()["before"]
    return [run for run in list_runs() if run.name not in before and _on_lab(run)]


def learnt_run() -> Run | None:
    """The newest of them that has learnt something."""
    return next((run for run in lab_runs() if has_learnt(run)), None)


def has_learnt(run: Run) -> bool:
    """Whether its training ended well and its best weights are there."""
    return run.status().state == "finished" and (run.best_weights / "config.json").is_file()


def begin() -> Run:
    """Start a run on the lab pictures with the quick preset; raises UserError or OSError as `create_run` does."""
    run = create_run(preset_config(PRESET), f"tour-{datetime.now():%m%d-%H%M%S}")
    run.launch()
    return run


def _memory() -> dict[str, Any]:
    return st.session_state.setdefault(_TOUR, {"skipped": [], "done": [], "before": []})


def _on_lab(run: Run) -> bool:
    try:
        return run.config().data == "lab"
    except UserError:
        return False


def _asked(pictures: tuple[str, ...], folders: list[str] | None = None) -> bool:
    """Whether one of these pictures was judged on Classify, by one of these detectors where they are named."""
    store: dict[tuple[str, int], dict[str, Any]] = st.session_state.get("judged", {})
    return any(key in rows for (folder, _), rows in store.items() if folders is None or folder in folders for key in pictures)
