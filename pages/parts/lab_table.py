"""The lab table on a page: how well each method finds a planted mark, in a figure, in sentences and in numbers."""

import pandas as pd
import streamlit as st

from detector.explain.lab_table import CENTRE, CHANCE, CONTROLS, Grade, LabTable, Student, beats, title
from detector.figures.lab_table import MEASURE_TITLES, lab_figure

SHORT = {"energy": "Energy inside", "iou": "Overlap", "pointing": "Peak inside"}
MEANING = {
    "energy": "The share of all the map's heat that lies inside the mark: 1 would be a map that shows nothing else.",
    "iou": "The map's hottest pixels, as many as the mark has: the part they share with the mark, of all that either covers.",
    "pointing": "How often the single hottest place lies inside the mark. Marks are wide and seldom near the edge, so a spot "
    "in the middle of every picture does well too: read this one with care.",
}


def lab_table(table: LabTable) -> None:
    """Choice of measure and networks, the figure, what it comes to in a sentence a network, and every number."""
    titles = {student.name: student.title for student in table.students}
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        measure = st.segmented_control(
            "Measure", list(SHORT), default="energy", required=True, format_func=SHORT.__getitem__, key="measure"
        )
        networks = st.multiselect(
            "Networks", list(titles), default=list(titles), format_func=titles.__getitem__, key="networks", width=560
        )
    st.caption(MEANING[measure])
    st.plotly_chart(lab_figure(table, measure, networks), key="lab", alt=f"{MEASURE_TITLES[measure]}, by method and network")
    st.markdown("\n".join(f"- {sentence(table, each, measure)}" for each in table.students if each.name in networks))
    with st.expander("Every number"):
        st.dataframe(frame(table, measure, networks), width="stretch")
        st.caption("Mean and 95 % interval over the pictures that the network calls AI-generated.")


def sentence(table: LabTable, student: Student, measure: str) -> str:
    """What a network's grades come to: which methods are clearly better than both controls, which than chance only."""
    grades = {grade.method: grade for grade in table.grades if grade.network == student.name}
    methods = [name for name in grades if name not in CONTROLS]
    both = [name for name in methods if all(beats(grades[name], grades[control], measure) for control in CONTROLS)]
    luck = [name for name in methods if beats(grades[name], grades[CHANCE], measure) and name not in both]
    rest = [name for name in methods if name not in both and name not in luck]
    parts = []
    if both:
        parts.append(f"clearly better than a spot in the middle: {_titles(both)}")
    if luck:
        parts.append(f"clearly better than chance only: {_titles(luck)}")
    if rest:
        parts.append(f"not clearly better than chance: {_titles(rest)}")
    facts = f"{_grid(student)}, {student.accuracy:.0%} of its test images right, n = {student.found}"
    return f"**{student.title}** ({facts}): {'; '.join(parts)}."


def frame(table: LabTable, measure: str, networks: list[str]) -> pd.DataFrame:
    """A row a method, a column a network: mean and interval."""
    titles = {student.name: student.title for student in table.students}
    rows: dict[str, dict[str, str]] = {}
    for grade in table.grades:
        if grade.network in networks:
            rows.setdefault(title(grade.method), {})[titles[grade.network]] = _shown(grade, measure)
    order = sorted(rows, key=lambda name: name in {title(CHANCE), title(CENTRE)})  # the controls last
    return pd.DataFrame([rows[name] for name in order], index=pd.Index(order, name="Method")).fillna("–")


def _shown(grade: Grade, measure: str) -> str:
    mean = getattr(grade, measure)
    return f"{mean.value:.2f} ({mean.low:.2f}–{mean.high:.2f})"


def _grid(student: Student) -> str:
    return f"a map of {student.grid[0]} × {student.grid[1]}"


def _titles(methods: list[str]) -> str:
    return ", ".join(title(name) for name in methods)
