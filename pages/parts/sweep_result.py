"""The result of a sweep: which run did best on validation, a map over two settings, and a table of every run."""

from typing import Any

import pandas as pd
import streamlit as st

from detector.evaluation.terms import TERMS, shown
from detector.figures.sweep import sweep_figure
from detector.training.sweep_result import MEASURES, Cell, Outcome, cells, ranked, rivals
from pages.parts.chart import chart, figure_format
from pages.parts.settings_form import TITLES
from pages.parts.shell import page_file
from pages.parts.widgets import plain

_MEAN = "the mean of all"
_NONE = "–"


def show_result(found: list[Outcome], active: bool) -> None:
    """Everything that is known so far."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        measure = st.segmented_control(
            "Compare by", list(MEASURES), default="accuracy", required=True, key="sweep-measure",
            format_func=MEASURES.__getitem__, help="Always on the validation images.",
        )  # fmt: skip
        figure_format()
    order = ranked(found, measure)
    if order:
        _best(order, measure, active)
    else:
        st.caption("No run has a result yet.")
    _map(found, measure)
    _table(found, order, measure)


def _best(order: list[Outcome], measure: str, active: bool) -> None:
    """The best run, how near the others are, and its test number, which no choice has touched."""
    best, run = order[0], order[0].run
    if run is None:
        return
    so_far = " so far" if active else ""
    settings = ", ".join(f"{_title(name).lower()} {_said(value)}" for name, value in best.settings.items())
    name = MEASURES[measure] if measure == "auc" else MEASURES[measure].lower()
    words = (
        f"**Best on validation{so_far}: {plain(run.name)}** ({plain(settings)}), "
        f"{name} {shown(measure, best.valid(measure))}{_between(best.interval(measure), measure)}, n = {best.n:,}."
    )
    near = len(rivals(order, measure))
    if near:
        words += f" {near} other{'s are' if near > 1 else ' is'} within its margin, so the choice among them can well be chance."
    st.markdown(words)
    if run.test.get(measure) is not None:
        bounds = run.test.get("intervals", {}).get(measure)
        st.markdown(
            f"On the test images, which had no part in the choice: **{name} {shown(measure, run.test[measure])}**"
            f"{_between(bounds, measure)}, n = {run.test.get('n', 0):,}."
        )
    st.caption(
        f"The best of {len(order)} on validation looks better than it is, since luck had a part in it: its test number is the "
        "honest one. The others' test numbers are left out here, so that nobody chooses by them."
    )
    _links(run.name, bool(run.valid))


def _map(found: list[Outcome], measure: str) -> None:
    fields = list(found[0].settings)
    varied = [name for name in fields if len({str(outcome.settings[name]) for outcome in found}) > 1] or fields
    x, y, fixed = _axes(varied, found)
    made = cells(found, x, y, measure, fixed)
    figure = sweep_figure(made, x, y, measure, lambda value: shown(measure, value))
    event = chart(
        figure, "sweep-map", f"{MEASURES[measure]} on validation over {_title(x)}" + (f" and {_title(y)}" if y else ""),
        on_select="rerun", selection_mode="points",
    )  # fmt: skip
    st.caption(f"{TERMS[measure].meaning} A star marks the best run on validation. A click on a cell shows its runs.")
    points = [point for point in event.selection.points if point.get("customdata") is not None]
    if points:
        number = points[0]["customdata"]
        number = int(number[0] if isinstance(number, list) else number)
        if number < len(made):
            _cell(made[number], measure)


def _axes(varied: list[str], found: list[Outcome]) -> tuple[str, str | None, dict[str, Any]]:
    """The two fields of the map, and the values that the others are held at."""
    if len(varied) == 1:
        return varied[0], None, {}
    fixed: dict[str, Any] = {}
    if len(varied) == 2:
        return varied[1], varied[0], {}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        x = st.selectbox("Across", varied, index=len(varied) - 1, format_func=_title, key="sweep-x", width=200)
        others = [name for name in varied if name != x]
        y = st.selectbox("Down", others, format_func=_title, key="sweep-y", width=200)
        for name in others:
            if name == y:
                continue
            values = {_said(outcome.settings[name]): outcome.settings[name] for outcome in found}
            chosen = st.selectbox(_title(name), [_MEAN, *values], key=f"sweep-fix-{name}", width=200)
            if chosen in values:
                fixed[name] = values[chosen]
    return x, y, fixed


def _cell(cell: Cell, measure: str) -> None:
    """The runs of a clicked cell."""
    for outcome in cell.outcomes[:6]:
        value = f"{MEASURES[measure]} {shown(measure, outcome.valid(measure))}{_between(outcome.interval(measure), measure)}"
        st.markdown(f"**{plain(outcome.run.name) if outcome.run else f'Run {outcome.point + 1}'}**: {outcome.state}, {value}")
        if outcome.run:
            _links(outcome.run.name, bool(outcome.run.valid))
    if len(cell.outcomes) > 6:
        st.caption(f"… and {len(cell.outcomes) - 6} more, in the table below.")


def _table(found: list[Outcome], order: list[Outcome], measure: str) -> None:
    st.subheader("Every run", anchor=False)
    rows = [*order, *(outcome for outcome in found if outcome not in order)]
    table = pd.DataFrame([_row(outcome, measure) for outcome in rows])
    event = st.dataframe(
        table, key=f"sweep-table-{measure}", hide_index=True, on_select="rerun", selection_mode="single-row",
        column_config={
            "progress": st.column_config.ProgressColumn(format="percent", width="small"),
            MEASURES[measure]: st.column_config.NumberColumn(format="percent" if TERMS[measure].percent else "%.3f"),
        },
        alt="Every run of the sweep, the best on validation first",
    )  # fmt: skip
    picked = [row for row in event.selection.rows if row < len(rows)]
    if picked and (run := rows[picked[0]].run):
        st.markdown(f"**{plain(run.name)}**")
        _links(run.name, bool(run.valid))
    elif not picked:
        st.caption("Tick a run to go to it.")
    st.download_button(
        "Table as CSV", table.to_csv(index=False), "sweep.csv", "text/csv", icon=":material/download:", on_click="ignore"
    )


def _row(outcome: Outcome, measure: str) -> dict[str, object]:
    run = outcome.run
    return {
        "run": run.name if run else _NONE,
        "state": outcome.state,
        "progress": run.share if run else 0.0,
        **{_title(name): _said(value) for name, value in outcome.settings.items()},
        MEASURES[measure]: outcome.valid(measure),
        "95 % interval": _between(outcome.interval(measure), measure).strip(" ()"),
        "n": outcome.n or None,
        "minutes": round(run.seconds / 60, 1) if run else None,
    }


def _links(name: str, scored: bool) -> None:
    with st.container(horizontal=True):
        st.page_link(page_file("train"), label="Watch", icon=":material/visibility:", query_params={"run": name})
        if scored:
            st.page_link(page_file("evaluate"), label="Evaluate", icon=":material/fact_check:", query_params={"run": name})


def _between(bounds: tuple[float, float] | list[float] | None, measure: str) -> str:
    return f" ({shown(measure, bounds[0])} – {shown(measure, bounds[1])})" if bounds else ""


def _title(name: str) -> str:
    return TITLES.get(name, name.replace("_", " ").capitalize())


def _said(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:g}" if isinstance(value, float) else str(value)
