"""The form of a sweep: what every run shares, the fields that are varied, and how many runs that makes."""

from typing import Any

import streamlit as st

from detector.errors import UserError
from detector.training.presets import PRESETS
from detector.training.sweep import create_sweep, default_jobs, default_name
from detector.training.sweep_plan import MOST_RUNS, OPTIONS, SWEEPS, SweepPlan, grid, parse_values
from pages.parts.settings_form import TITLES
from pages.parts.widgets import plain

OWN = "own"
MOST_FIELDS = 5
_FIRST = (("batch_size", "32, 64"), ("learning_rate", "0.01, 0.001"))


def _title(name: str) -> str:
    return TITLES.get(name, name.replace("_", " ").capitalize())


_FIELDS = sorted((name for name in OPTIONS if name != "data"), key=_title)


def sweep_form(data: str | None) -> None:
    """Choose a grid, count its runs, and start them; `data` is None while none has passed its check."""
    if "sweep-grid" not in st.session_state:
        st.session_state["sweep-grid"] = OWN
        _fill()
    st.selectbox(
        "Grid", [OWN, *SWEEPS], key="sweep-grid", on_change=_fill,
        format_func=lambda name: "Your own" if name == OWN else SWEEPS[name][0],
        help="A study's grid fills in everything below, and all of it can still be changed.",
    )  # fmt: skip
    preset = st.selectbox(
        "Every run starts from", list(PRESETS), key="sweep-base", format_func=lambda key: PRESETS[key].title,
        help="This preset's settings hold for every run, but for those below.",
    )  # fmt: skip
    st.caption(PRESETS[preset].notes)
    axes = _axes()
    plan = _plan(preset, axes, data)
    columns = st.columns([3, 1], vertical_alignment="bottom")
    name = columns[0].text_input("Name of the sweep", placeholder="made from the time", key="sweep-name", max_chars=72)
    jobs = columns[1].number_input(
        "Runs at once", 1, 64, default_jobs(), key="sweep-jobs",
        help="More finish sooner only where there are cores for them: each run gets an equal share of the cores.",
    )  # fmt: skip
    label = f"Start {len(plan.points):,} runs" if plan else "Start"
    if st.button(label, type="primary", icon=":material/play_arrow:", disabled=plan is None or data is None, key="sweep-start"):
        _start(name.strip() or default_name(), SweepPlan(plan.base, plan.points, int(jobs)) if plan else None)
    if data is None:
        st.caption("Choose the data first.")


def _fill() -> None:
    """Base and rows of the chosen grid, before the widgets exist."""
    chosen = st.session_state["sweep-grid"]
    st.session_state["sweep-base"] = "quick" if chosen == OWN else SWEEPS[chosen][1]
    rows = _FIRST if chosen == OWN else tuple((name, _written(values)) for name, values in SWEEPS[chosen][2].items())
    _set_rows(rows)


def _set_rows(rows: tuple[tuple[str, str], ...]) -> None:
    st.session_state["sweep-rows"] = len(rows)
    for number, (name, values) in enumerate(rows):
        st.session_state[f"sweep-field-{number}"] = name
        st.session_state[f"sweep-values-{number}"] = values


def _axes() -> dict[str, str]:
    """Rows of a field and its values as text."""
    axes: dict[str, str] = {}
    for number in range(int(st.session_state["sweep-rows"])):
        with st.container(horizontal=True, vertical_alignment="bottom", key=f"sweep-row-{number}"):
            name = st.selectbox(
                "Vary", _FIELDS, key=f"sweep-field-{number}", format_func=_title, width=190,
                help="A setting of the training. With a single value it is set to that for all runs.",
            )  # fmt: skip
            text = st.text_input("Values", key=f"sweep-values-{number}", help=OPTIONS[name].metadata["help"], width=220,
                                 placeholder="with commas between them")  # fmt: skip
            st.button("", icon=":material/close:", key=f"sweep-drop-{number}", help="Take this setting away", type="tertiary",
                      on_click=_drop, args=(number,), disabled=int(st.session_state["sweep-rows"]) == 1)  # fmt: skip
        if name in axes:
            st.error(f"{_title(name)} is varied twice: take one row away.", icon=":material/error:")
        axes[name] = text
    if len(axes) < MOST_FIELDS:
        st.button("Vary another setting", icon=":material/add:", type="tertiary", on_click=_add, key="sweep-add")
    return axes


def _rows() -> list[tuple[str, str]]:
    count = int(st.session_state["sweep-rows"])
    return [(st.session_state[f"sweep-field-{number}"], st.session_state[f"sweep-values-{number}"]) for number in range(count)]


def _drop(number: int) -> None:
    _set_rows(tuple(row for place, row in enumerate(_rows()) if place != number))


def _add() -> None:
    rows = _rows()
    used = {name for name, _ in rows}
    unused = next(name for name in ("epochs", "optimizer", "weight_decay", "image_size", *_FIELDS) if name not in used)
    _set_rows((*rows, (unused, "")))


def _plan(preset: str, axes: dict[str, str], data: str | None) -> SweepPlan | None:
    """What would be run, said in words; None, and one line a mistake, when something does not fit."""
    values: dict[str, tuple[Any, ...]] = {}
    for name, text in axes.items():
        try:
            values[name] = parse_values(name, text)
        except UserError as error:
            st.error(plain(str(error)), icon=":material/error:")
    if len(values) < len(axes) or len(axes) < int(st.session_state["sweep-rows"]):
        return None
    try:
        plan = SweepPlan(PRESETS[preset].config.but(data=data or "lab"), grid(values))
    except UserError as error:
        st.error(plain(str(error)), icon=":material/error:")
        return None
    sides = " × ".join(str(len(found)) for found in values.values())
    runs = "1 run" if len(plan.points) == 1 else f"{len(plan.points):,} runs"
    st.markdown(f"**{runs}**" + (f" ({sides})" if len(values) > 1 else "") + f". At most {MOST_RUNS} are possible.")
    if not plan.same_images:
        st.warning("These settings change which images are used for validation, so the runs compare only loosely.",
                   icon=":material/balance:")  # fmt: skip
    return plan


def _start(name: str, plan: SweepPlan | None) -> None:
    if plan is None:
        return
    try:
        sweep = create_sweep(name, plan)
        sweep.launch()
    except (UserError, OSError) as error:
        st.error(plain(str(error)), icon=":material/error:")
        return
    st.query_params.from_dict({"sweep": sweep.name})
    st.rerun()


def _written(values: tuple[Any, ...]) -> str:
    return ", ".join(f"{value:g}" if isinstance(value, float) else str(value) for value in values)
