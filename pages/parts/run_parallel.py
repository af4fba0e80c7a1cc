"""Settings against result: parallel coordinates of the fields in which runs differ, and the same as a table."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from detector.figures.parallel import MOST_FIELDS, parallel_figure
from detector.training.summary import Summary
from pages.parts.chart import chart

_PERCENT = ("accuracy", "balanced_accuracy")
_RESULTS = {"accuracy": "Accuracy", "balanced_accuracy": "Balanced accuracy", "auc": "AUC", "loss": "Loss"}
_UNASKED = ("device", "preset")


def parallel(runs: Sequence[Summary]) -> None:
    """The section over all runs of the table, or over the ticked ones where there are several."""
    st.subheader("Settings against result", anchor=False)
    result = st.segmented_control(
        "Result", list(_RESULTS), default="accuracy", required=True, key="parallel-result", format_func=_RESULTS.__getitem__,
        help="On the validation images, at the epoch that was kept. The test images are left for the run that is chosen.",
    )  # fmt: skip
    scored = [run for run in runs if run.valid.get(result) is not None]
    differing = [name for name in _fields(scored) if len({str(run.settings[name]) for run in scored}) > 1]
    fields = [name for name in differing if name not in _UNASKED]
    if len(scored) < 2 or not fields:
        st.caption("It takes at least two finished runs that differ in a setting.")
        return
    shown = fields
    if len(fields) > MOST_FIELDS:
        shown = (
            st.multiselect("Settings", fields, fields[:MOST_FIELDS], max_selections=MOST_FIELDS, key="parallel-fields") or fields
        )
    settings = [{name: run.settings[name] for name in shown} for run in scored]
    results = [float(run.valid[result]) for run in scored]
    figure = parallel_figure([run.name for run in scored], settings, results, _RESULTS[result], result in _PERCENT)
    chart(figure, "runs-parallel", f"Each of {len(scored)} runs as a line through its settings to its {result} on validation")
    st.caption(
        "One line a run, the brighter the higher its result. Rest on a line to read its run. "
        "Runs on other data or other splits were validated on other images: compare those loosely."
    )
    table = pd.DataFrame(settings).assign(**{f"validation {_RESULTS[result].lower()}": results})
    table.insert(0, "run", [run.name for run in scored])
    with st.expander("The same as a table", icon=":material/table:"):
        st.dataframe(table, hide_index=True, alt="Settings in which the runs differ, and their result")
        st.download_button(
            "Table as CSV", table.to_csv(index=False), "settings.csv", "text/csv", icon=":material/download:", on_click="ignore"
        )


def _fields(scored: Sequence[Summary]) -> list[str]:
    return [name for name in scored[0].settings if all(name in run.settings for run in scored)] if scored else []
