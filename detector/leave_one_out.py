"""Leave one generator out: for each generator a run that never sees it, tested on it and on real images that no run has seen."""

import re
from collections.abc import Callable
from functools import partial

from detector.cross_store import save_left_out
from detector.data.duplicates import refuse_conflicts
from detector.data.folders import open_data
from detector.data.leave_out import generators_of
from detector.data.specs import data_title
from detector.errors import DataError, UserError
from detector.evaluation.cross import Cell, Column, Matrix, cell_of
from detector.evaluation.predictions import read_predictions
from detector.home import checked_name
from detector.models.weights_config import read_weights_config
from detector.training.config import TrainConfig
from detector.training.named import finish, run_of
from detector.training.runs import Run
from detector.training.status import RunStatus

BY = "left out"
FEWEST = 2
Listener = Callable[[int, int, str, RunStatus], None]
"""Called with the number of runs done, how many there are, the generator at hand and its run's status."""


def leave_one_out(config: TrainConfig, name: str = "", tell: Listener | None = None) -> Matrix:
    """Train and test a run for each generator of the settings' data; a matrix of one row, whose columns are generators.

    Runs that are finished are not trained again, those cut off go on. A generator that cannot be left out becomes a note. Raises
    DataError for data with fewer than two generators, RunError when a run is stopped.
    """
    name = checked_name(name or default_name(config))
    items = open_data(config.data).items
    refuse_conflicts(items)
    generators = generators_of(items)
    if len(generators) < FEWEST:
        raise DataError(
            f"{config.data} names {len(generators)} generators, and leaving one out takes two: put each one's images into a "
            "folder of its name below the class folder, or before __ in the file's name."
        )
    cells: list[Cell] = []
    notes: list[str] = []
    for number, generator in enumerate(generators):
        try:
            run = run_of(f"{name}-without-{_safe(generator)}"[:80].rstrip("."), config.but(leave_out=generator))
        except UserError as error:
            notes.append(f"{generator}: {error}")
            continue
        try:
            finish(run, partial(tell, number, len(generators), generator) if tell else None)
        except DataError as error:
            notes.append(f"{generator}: {error}")
            continue
        cells += [cell for cell in (_cell(name, generator, run),) if cell]
        save_left_out(_matrix(name, config, cells, notes))  # whoever breaks off has what is done
    if not cells:
        raise DataError(" ".join(notes))
    return _matrix(name, config, cells, notes)


def default_name(config: TrainConfig) -> str:
    """Made of network and data, so that the same question finds its runs again."""
    return _safe(f"{config.model}-{data_title(config.data).removesuffix('.csv')}")[:50]


def _matrix(name: str, config: TrainConfig, cells: list[Cell], notes: list[str]) -> Matrix:
    columns = tuple(cell.column for cell in cells)
    return Matrix(BY, (name,), columns, tuple(cells), {name: data_title(config.data)}, tuple(notes))


def _cell(name: str, generator: str, run: Run) -> Cell | None:
    frame = read_predictions(run.predictions_file)
    tested = frame[frame["split"] == "test"].reset_index(drop=True).assign(seen=False)
    threshold = read_weights_config(run.best_weights).threshold
    return cell_of(name, Column(generator, run.name, tuple(range(len(tested)))), tested, threshold)


def _safe(text: str) -> str:
    """The text as part of a run's name."""
    return re.sub(r"[^A-Za-z0-9._-]+", "-", text).strip("-._") or "unnamed"
