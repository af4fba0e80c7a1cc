"""Tables about runs: one row a run, and one column a run for their settings."""

import pandas as pd
import streamlit as st

from detector.errors import UserError
from detector.training.runs import Run


def run_table(runs: list[Run]) -> pd.DataFrame:
    """One row a run, in the given order; a column that no run fills is left out."""
    return pd.DataFrame([_row(run) for run in runs]).replace("", None).dropna(axis=1, how="all")


def _row(run: Run) -> dict[str, object]:
    status, about = run.status(), run.about()
    try:
        config = run.config()
    except UserError:
        return {"run": run.name, "state": "damaged"}
    rows = [row for row in run.metrics() if "valid_loss" in row]
    best = min(rows, key=lambda row: float(row["valid_loss"]), default={})
    result = about.get("result", {})
    return {
        "run": run.name,
        "state": status.state,
        "progress": status.share,
        "model": config.model,
        "data": config.data.rsplit("/", 1)[-1],
        "valid loss": best.get("valid_loss", result.get("valid", {}).get("loss")),
        "valid acc.": best.get("valid_accuracy", result.get("valid", {}).get("accuracy")),
        "test acc.": result.get("test", {}).get("accuracy"),
        "test AUC": result.get("test", {}).get("auc"),
        "n": result.get("test", {}).get("n"),
        "preset": config.preset,
        "created": str(about.get("created", ""))[:16].replace("T", " "),
    }


def settings_table(runs: list[Run], only_different: bool) -> pd.DataFrame:
    """Settings down, runs across, as text; only the rows in which the runs differ if so wished."""
    table = pd.DataFrame({run.name: {key: str(value) for key, value in run.config().to_dict().items()} for run in runs})
    table.index = table.index.str.replace("_", " ")
    return table[table.nunique(axis=1) > 1] if only_different else table


def evaluated_runs(runs: list[Run]) -> list[str]:
    """Names of the runs that have predictions."""
    return [run.name for run in runs if run.predictions_file.exists()]


def choose_run(names: list[str]) -> str:
    """A select box over runs, kept in the address."""
    return st.selectbox("Run", names, key="run", bind="query-params")
