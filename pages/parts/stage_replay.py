"""The time machine on a page: what a run's network said of a few pictures after every epoch, to be scrubbed or replayed."""

import base64
from pathlib import Path
from typing import Any

import numpy as np
import streamlit as st

from detector.explain.overlay import SIGNED
from detector.explain.palettes import lookup
from detector.labels import LABEL_NAMES
from detector.training.runs import Run, list_runs
from detector.training.time_machine_store import Moment, Watched, folder_of, read_moments, read_watched
from pages.parts.stage_cache import media_url
from pages.parts.widgets import empty_state, plain

MOST_EPOCHS = 200
"""More than these would be seen too briefly; they are then taken at even distances, the first and the last among them."""

_ASSETS = Path(__file__).with_name("stage_assets")
_replay = st.components.v2.component(
    "telltale-replay", **{kind: (_ASSETS / f"replay.{kind}").read_text(encoding="utf-8") for kind in ("html", "css", "js")}
)


def choose_replay() -> None:
    """Choose a run that kept something, and replay it."""
    st.markdown("How a detector learnt: a few pictures as its network saw them after every epoch of its training.")
    names = [run.name for run in list_runs() if read_watched(run.folder)]
    if not names:
        empty_state("No run has kept its epochs yet. Runs do so from now on, unless the setting is switched off.", "train",
                    "Train a detector", ":material/history:")  # fmt: skip
        return
    name = st.selectbox("Run", names, key="replay", bind="query-params", width=420)
    run = next(run for run in list_runs() if run.name == name)
    show_replay(run)


def show_replay(run: Run) -> None:
    """The replay of a run, or one line on why there is none."""
    watched, moments = read_watched(run.folder), read_moments(run.folder)
    if not watched or not moments:
        st.caption(why_none(run, bool(watched)))
        return
    taken = _thinned(moments)
    _replay(key=f"replay-{run.name}", data=_data(run, watched, taken))
    st.caption(plain(_said(watched, moments, taken)))


def why_none(run: Run, begun: bool) -> str:
    """Why a run has nothing to replay."""
    config = run.config()
    if not config.planned_epochs:
        return "This kind of detector is fitted in one go: there are no epochs to replay."
    if not config.time_machine:
        return "The time machine was switched off for this run."
    if begun or run.status().active:
        return "The replay appears after the first epoch."
    return "This run kept no epochs: it was trained before the time machine was there, or its log says why."


def _data(run: Run, watched: tuple[Watched, ...], moments: list[Moment]) -> dict[str, Any]:
    pictures = []
    for number, picture in enumerate(watched):
        maps = [moment.maps[number] if number < len(moment.maps) else None for moment in moments]
        shape = next((one.shape for one in maps if one is not None), None)
        whole = shape is not None and all(one is not None and one.shape == shape for one in maps)
        levels = np.stack([one for one in maps if one is not None]).tobytes() if whole else b""
        pictures.append(
            {
                "name": picture.name,
                "url": media_url(folder_of(run.folder) / f"{number}.jpg"),
                "truth": LABEL_NAMES[picture.label],
                "box": list(picture.box),
                "learnt": picture.split == "train",
                "scores": [moment.scores[number] for moment in moments],
                "shape": list(shape) if whole and shape else None,
                "levels": base64.b64encode(levels).decode(),
            }
        )
    return {
        "run": run.name,
        "epochs": [moment.epoch for moment in moments],
        "pictures": pictures,
        "palette": base64.b64encode(lookup(SIGNED)).decode(),
    }


def _thinned(moments: list[Moment]) -> list[Moment]:
    if len(moments) <= MOST_EPOCHS:
        return moments
    places = np.linspace(0, len(moments) - 1, MOST_EPOCHS).round().astype(int)
    return [moments[place] for place in places]


def _said(watched: tuple[Watched, ...], moments: list[Moment], taken: list[Moment]) -> str:
    """What is seen, and what it does not mean."""
    pinned = watched[0].source == "pin"
    said = [
        "Your pinned images." if pinned else "The first validation images, since nothing was pinned when the run began.",
        "Orange places speak for AI-generated, blue ones for real; the pictures themselves are in grey. Colours compare places "
        "within one picture and epoch, so an early map may look as strong as a late one.",
    ]
    if learnt := sum(picture.split == "train" for picture in watched):
        said.append(f"{learnt} of them {'was' if learnt == 1 else 'were'} among the training images.")
    if len(taken) < len(moments):
        said.append(f"{len(taken)} of {len(moments):,} epochs are shown.")
    return " ".join(said)
