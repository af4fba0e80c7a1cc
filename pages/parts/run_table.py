"""Tables about runs: one row a run, which can be ticked, and one column a run for their settings."""

import hashlib
from collections.abc import Sequence

import pandas as pd
import streamlit as st

from detector.training.runs import Run
from detector.training.summary import Summary

TICKED = "runs-ticked"


def run_table(runs: Sequence[Summary]) -> pd.DataFrame:
    """One row a run, in the given order; a column that no run fills is left out."""
    table = pd.DataFrame([_row(run) for run in runs]).replace("", None)
    if "tags" in table and not any(run.tags for run in runs):
        table = table.drop(columns="tags")
    return table.dropna(axis=1, how="all")


def _row(run: Summary) -> dict[str, object]:
    settings = run.settings
    if not settings:
        return {"run": run.name, "state": run.state}
    return {
        "run": run.name,
        "state": run.state,
        "progress": run.share,
        "tags": list(run.tags),
        "model": settings["model"],
        "data": run.data,
        "valid loss": run.best.get("valid_loss", run.valid.get("loss")),
        "valid acc.": run.best.get("valid_accuracy", run.valid.get("accuracy")),
        "test acc.": run.test.get("accuracy"),
        "test AUC": run.test.get("auc"),
        "n": run.test.get("n"),
        "minutes": run.seconds / 60 if run.seconds else None,
        "preset": settings["preset"],
        "sweep": run.sweep,
        "note": run.note,
        "created": run.created[:16].replace("T", " "),
    }


def choose_rows(runs: Sequence[Summary], table: pd.DataFrame) -> list[Summary]:
    """The runs ticked in the table; at first the newest one."""
    names = [run.name for run in runs]
    before = [names.index(name) for name in st.session_state.get(TICKED, names[:1]) if name in names]
    percent = st.column_config.NumberColumn(format="percent", width="small")
    number = st.column_config.NumberColumn(format="%.3f", width="small")
    event = st.dataframe(
        table,
        key=table_key(names),
        hide_index=True,
        on_select="rerun",
        selection_mode="multi-row",
        selection_default={"selection": {"rows": before}},
        column_config={
            "run": st.column_config.TextColumn(pinned=True),
            "progress": st.column_config.ProgressColumn(format="percent", width="small"),
            "tags": st.column_config.ListColumn(),
            "valid acc.": percent,
            "test acc.": percent,
            "valid loss": number,
            "test AUC": number,
            "n": st.column_config.NumberColumn(format="localized", width="small", help="Test images."),
            "minutes": st.column_config.NumberColumn(format="%.1f", width="small", help="Minutes of training."),
        },
        alt="Every run with its state, settings and results",
    )
    rows = [row for row in event.selection.rows if row < len(runs)]
    st.session_state[TICKED] = [names[row] for row in rows]
    return [runs[row] for row in rows]


def table_key(names: Sequence[str]) -> str:
    """A key that changes with the rows: a tick belongs to a run, and never to the place where another one stands now."""
    return f"runs-table-{hashlib.sha256('/'.join(names).encode()).hexdigest()[:12]}"


def settings_table(runs: Sequence[Summary], only_different: bool) -> pd.DataFrame:
    """Settings down, runs across, as text; only the rows in which the runs differ if so wished."""
    table = pd.DataFrame({run.name: {key: str(value) for key, value in run.settings.items()} for run in runs if run.settings})
    table.index = table.index.str.replace("_", " ")
    return table[table.nunique(axis=1) > 1] if only_different else table


def evaluated_runs(runs: list[Run]) -> list[str]:
    """Names of the runs that have predictions."""
    return [run.name for run in runs if run.predictions_file.exists()]


def choose_run(names: list[str]) -> str:
    """A select box over runs, kept in the address."""
    return st.selectbox("Run", names, key="run", bind="query-params")
