"""Smiles and wrinkles: a study of a run's held-out faces, started here and kept in the run's folder."""

from collections.abc import Sequence
from pathlib import Path

import pandas as pd
import streamlit as st

from detector.errors import UserError
from detector.explain.face_mean import Map
from detector.explain.methods import METHODS
from detector.explain.regions import REGIONS
from detector.explain.study import RegionMean
from detector.figures.regions import AXES, dose_chart, face_map_chart, region_chart
from detector.labels import LABEL_NAMES, LABEL_WORDS
from detector.training.runs import Run
from pages.parts.cache import predictor, study
from pages.parts.widgets import plain, sentence_case

STUDY_FILE = "face-study.json"
FEWEST, MOST, USUAL = 10, 200, 60
_SPLITS = {"class": ("Real against AI-generated", LABEL_NAMES), "verdict": ("Right against wrong verdicts", ("right", "wrong"))}


def face_study(run: Run) -> None:
    """The section of the page Evaluate: start a study of this run's best weights, and see the last one."""
    st.subheader("Smiles and wrinkles", anchor=False)
    st.markdown(
        "For faces only: which parts of a face carry the map, and does the score move when they are smoothed? Each region is "
        "compared with random places of the same area in the same picture."
    )
    _start(run)
    path = run.folder / STUDY_FILE
    if path.is_file():
        try:
            _results(path)
        except (UserError, OSError) as error:
            st.error(plain(str(error)), icon=":material/error:")


def _start(run: Run) -> None:
    with st.form("face-study", border=False), st.container(horizontal=True, vertical_alignment="bottom"):
        folder = st.text_input("Folder of faces", run.config().data, key=f"study-data-{run.name}", width=420, help=(
            "One sub-folder a class. Images that these weights were trained or chosen on are left out."))  # fmt: skip
        count = st.number_input("Faces", FEWEST, MOST, USUAL, 10, key="study-n", width=130, help="Half of each class.")
        method = st.selectbox("Method", list(METHODS), format_func=lambda key: METHODS[key].title, key="study-method", width=180)
        started = st.form_submit_button("Start the study", icon=":material/face:")
    if not started:
        return
    bar = st.progress(0.0, "Looking for faces")
    try:
        _make(run, folder, int(count), method, bar)
    except UserError as error:
        st.error(plain(str(error)), icon=":material/error:")
    bar.empty()


def _make(run: Run, folder: str, count: int, method: str, bar: "st.delta_generator.DeltaGenerator") -> None:
    from detector.explain.study import explain_study, save_study
    from detector.models.weights import seen_hashes

    def show(done: int, total: int) -> None:
        bar.progress(min(1.0, done / total), f"{done} of {total} faces")

    seen = seen_hashes(run.best_weights)
    found = explain_study(folder, predictor(run.best_weights), n=count, method=method, seen=seen, progress=show)
    save_study(run.folder / STUDY_FILE, found)


def _results(path: Path) -> None:
    found = study(path)
    for sentence in found.sentences:
        st.markdown(f"- {plain(sentence)}")
    counts = found.counts
    method = METHODS[found.method].title if found.method in METHODS else found.method
    words = f"{counts['real']} real, {counts['ai']} AI-generated, {counts['wrong']} judged wrongly"
    said = f"{found.n} faces of {found.data}: {words}; pictures without a usable face: {found.without_face}. {method}."
    st.caption(
        plain(
            f"{said} Brackets hold 95 % intervals, not corrected for eight regions. "
            "Smoothing takes more from rough places, so a smooth forehead moves less than a random patch with hair in it."
        )
    )
    chosen = st.segmented_control("Compare", _SPLITS, default="class", required=True, key="study-split",
                                  format_func=lambda key: _SPLITS[key][0])  # fmt: skip
    groups = _SPLITS[chosen or "class"][1]
    for column, measure in zip(st.columns(2, gap="large"), ("ratio", "smooth_excess"), strict=True):
        column.plotly_chart(
            region_chart(found.regions, measure, groups), key=f"study-{measure}", alt=f"{AXES[measure][0]}, by region"
        )
    left, right = st.columns(2, gap="large")
    with left:
        st.markdown("**Smoothing, dose by dose**")
        st.plotly_chart(
            dose_chart(found.doses["all"]), key="study-dose", alt="Change of the score by energy taken from skin and background"
        )
    with right:
        _face_maps(found.maps)
    with st.expander("All numbers", icon=":material/table:"):
        st.dataframe(_table(found.regions), hide_index=True, alt="Every region's means with their 95 % intervals")
        st.download_button("Download as JSON", path.read_bytes(), f"{path.parent.name}-{STUDY_FILE}", "application/json",
                           icon=":material/download:", on_click="ignore")  # fmt: skip


def _face_maps(maps: dict[str, Map]) -> None:
    st.markdown("**Mean face maps**, laid over each other by eyes, nose and mouth")
    top = max((value for mean in maps.values() for row in mean for value in row if value is not None), default=1.0)
    for column, (name, mean) in zip(st.columns(2), maps.items(), strict=True):
        words = LABEL_WORDS[LABEL_NAMES.index(name)]
        column.caption(sentence_case(words))
        if mean:
            column.plotly_chart(face_map_chart(mean, top), key=f"study-map-{name}", alt=f"Mean map of {words} faces")


def _table(rows: Sequence[RegionMean]) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "region": sentence_case(REGIONS[row.region].words),
                "faces": row.group,
                "n": row.ratio.n,
                "share of map": str(row.share),
                "share ÷ area": str(row.ratio),
                "smoothed": str(row.smooth),
                "beyond random": str(row.smooth_excess),
                "mirrored": str(row.swap),
                "mirrored beyond random": str(row.swap_excess),
            }
            for row in rows
            if row.ratio.n
        ]
    )
