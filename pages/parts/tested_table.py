"""What is evaluated: a run's predictions or a table that a person brings, and which of its images."""

from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import streamlit as st

from detector.errors import UserError
from detector.home import data_folder
from detector.training.runs import Run, find_run, list_runs
from pages.parts.run_table import choose_run, evaluated_runs
from pages.parts.table_cache import predictions, splits_of, uploaded_predictions
from pages.parts.widgets import empty_state, plain

MAX_MB = 200  # a million rows are about 70
SPLIT_WORDS = {"test": "Test", "valid": "Validation", "train": "Training", "": "No split"}
FORM = "path,label,probability,generator,group,split\nai/1.png,ai,0.93,sdxl,prompt-17,test\nreal/1.jpg,real,0.08,,photo-3,test\n"


@dataclass(frozen=True)
class Table:
    """Predictions with their name, a key for caches, and where their images lie; `run` is None for a table of one's own."""

    name: str
    key: str
    frame: pd.DataFrame
    run: Run | None
    root: Path | None


def choose_table() -> Table | None:
    """The table on the page; None where there is none yet or it cannot be read, which is said."""
    names = evaluated_runs(list_runs())
    place = st.container()  # the run stands above the table that may take its place
    own = _own_table(bool(names))
    try:
        if own is not None:
            return own
        if names:
            with place:
                run = find_run(choose_run(names))
            key = f"{run.predictions_file}:{run.predictions_file.stat().st_mtime_ns}"
            return Table(run.name, key, predictions(run.predictions_file), run, _root(run))
    except (UserError, OSError) as error:
        st.error(plain(str(error)))
        return None
    empty_state(
        "No run has been scored yet: predictions are made when training ends.",
        "train",
        "Train a detector",
        ":material/fact_check:",
    )
    return None


def _own_table(runs: bool) -> Table | None:
    with st.expander("Evaluate a table of your own", icon=":material/upload_file:", expanded=False):
        st.markdown(
            "A CSV file with the columns `path`, `label` (real or ai) and `probability` (of AI, 0 to 1); `generator`, `group` "
            "and `split` (valid, test) may be missing. It stays in memory and goes with this tab."
        )
        file = st.file_uploader("Table of predictions", ["csv"], key="own-table", max_upload_size=MAX_MB)
        st.download_button("An example", FORM, "predictions-example.csv", "text/csv", icon=":material/download:",
                           on_click="ignore")  # fmt: skip
        if file is None:
            return None
        if runs:
            st.caption("The page shows this table. Remove it to go back to the runs.")
    try:
        frame = uploaded_predictions(file.name, file.size, file.file_id, file.getvalue())
    except UserError as error:
        st.error(plain(str(error)))
        st.stop()
    return Table(file.name.rpartition(".")[0], file.file_id, frame, None, None)


def choose_split(table: Table) -> str:
    """Which images of the table."""
    known = splits_of(table.key, table.frame)
    there = [split for split in SPLIT_WORDS if split in known] + sorted(known - SPLIT_WORDS.keys())
    if st.session_state.get("split") not in there:
        st.session_state.pop("split", None)
    split = st.segmented_control(
        "Images", there, default=there[0], required=True, format_func=lambda name: SPLIT_WORDS.get(name, name), key="split",
        help="Test images played no part in training. Validation images chose the best epoch, so their numbers flatter a little.",
    )  # fmt: skip
    return there[0] if split is None else split


def _root(run: Run) -> Path:
    """Where a run's images lie."""
    data = run.config().data
    return data_folder() / "lab" if data == "lab" else Path(data)
