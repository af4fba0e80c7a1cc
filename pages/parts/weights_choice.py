"""Choosing the detector to ask: weights of the library, and runs by their best epoch."""

from pathlib import Path

import streamlit as st

from detector.home import runs_folder
from detector.models.library import default_name, entry, list_entries

RUN = "run:"
KEY = "weights"


def weights_options() -> list[str]:
    """What can be chosen: usable weights by name, the default one first, then runs as run:NAME."""
    names = [found.name for found in list_entries() if not found.error]
    first = default_name()
    names.sort(key=lambda name: name != first)
    runs = sorted(file.parents[2].name for file in runs_folder().glob("*/weights/best/model.safetensors"))
    return names + [RUN + name for name in runs]


def choose_weights(options: list[str]) -> str:
    """A select box whose choice is in the address, so that a link opens the same detector."""
    return st.selectbox(
        "Detector", options, key=KEY, bind="query-params", help="From the library, where the first one is set, or a training run."
    )


def weights_place(chosen: str) -> Path:
    """The folder of a choice; raises WeightsError for weights that are gone."""
    if chosen.startswith(RUN):
        return runs_folder() / chosen.removeprefix(RUN) / "weights" / "best"
    return entry(chosen).folder
