"""The time machine's files: a few pictures of a run, and what its network said of them after each epoch. Imports no torch.

time_machine/about.json     the pictures, and why there is no map where there is none
time_machine/N.png          what the network sees of picture N
time_machine/N.jpg          the whole picture, small
time_machine/epochs.jsonl   a line an epoch: scores and maps
"""

import base64
import json
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from detector.errors import UserError
from detector.files import read_json, write_text
from detector.labels import AI, REAL

Heat = NDArray[np.float32]
Levels = NDArray[np.uint8]

NEUTRAL, FULL = 128, 127
"""A level of 128 speaks for neither class, 255 for AI-generated and 1 for real as much as any place of that map."""


@dataclass(frozen=True)
class Watched:
    """A picture that is watched: `source` is "pin" or "validation", `split` the run's own use of it ("" for none).

    `box` is the part that the network sees, as left, top, right, bottom in shares of width and height.
    """

    sha256: str
    name: str
    label: int
    source: str
    split: str
    box: tuple[float, float, float, float]


@dataclass(frozen=True, eq=False)
class Moment:
    """What was said after an epoch: a score a picture, and its signed map (h, w) as levels, None where there is none."""

    epoch: int
    scores: tuple[float, ...]
    maps: tuple[Levels | None, ...]


def folder_of(run: Path) -> Path:
    """Where a run keeps it."""
    return run / "time_machine"


def levels(heat: Heat) -> Levels:
    """A signed map in a byte a place, in shares of its own largest value of either sign."""
    peak = float(np.abs(heat).max(initial=0))
    if not peak or not math.isfinite(peak):
        return np.full(heat.shape, NEUTRAL, np.uint8)
    return np.asarray(NEUTRAL + np.round(heat / peak * FULL), np.uint8)


def read_watched(run: Path) -> tuple[Watched, ...]:
    """The pictures of a run in their order; none where it has no time machine or the description is damaged."""
    try:
        values = read_json(folder_of(run) / "about.json")
        return tuple(_watched(each) for each in values["pictures"])
    except (UserError, KeyError, TypeError, ValueError):
        return ()


def read_moments(run: Path) -> list[Moment]:
    """The epochs in order, each once; a line still being written, or damaged, is left out."""
    try:
        text = (folder_of(run) / "epochs.jsonl").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return []
    found: dict[int, Moment] = {}
    for line in text.split("\n")[:-1]:
        try:
            moment = _moment(json.loads(line))
        except (ValueError, KeyError, TypeError):
            continue
        found[moment.epoch] = moment
    return [found[epoch] for epoch in sorted(found)]


def append_moment(run: Path, moment: Moment) -> None:
    """Add an epoch."""
    with (folder_of(run) / "epochs.jsonl").open("a", encoding="utf-8") as file:
        file.write(_line(moment))


def cut_after(run: Path, epochs: int) -> None:
    """Leave out what was said after so many epochs: a run that resumes says it again."""
    kept = [moment for moment in read_moments(run) if moment.epoch <= epochs]
    write_text(folder_of(run) / "epochs.jsonl", "".join(_line(moment) for moment in kept))


def _line(moment: Moment) -> str:
    maps = [
        None if one is None else {"shape": list(one.shape), "levels": base64.b64encode(one.tobytes()).decode()}
        for one in moment.maps
    ]
    return json.dumps({"epoch": moment.epoch, "scores": [round(score, 5) for score in moment.scores], "maps": maps}) + "\n"


def _moment(values: dict[str, Any]) -> Moment:
    """The inverse of `_line`; raises ValueError, KeyError or TypeError."""
    maps = tuple(
        None if one is None else np.frombuffer(base64.b64decode(one["levels"]), np.uint8).reshape(one["shape"])
        for one in values["maps"]
    )
    scores = tuple(float(score) for score in values["scores"])
    if len(scores) != len(maps):
        raise ValueError("scores and maps are not of the same pictures")
    return Moment(int(values["epoch"]), scores, maps)


def _watched(values: dict[str, Any]) -> Watched:
    left, top, right, bottom = (float(edge) for edge in values.pop("box"))
    picture = Watched(**values, box=(left, top, right, bottom))
    if picture.label not in (REAL, AI):
        raise ValueError("a picture has no class")
    return picture
