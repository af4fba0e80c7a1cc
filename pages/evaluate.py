"""Evaluate: how right a detector is on images it did not learn from, and which images it gets wrong."""

from collections.abc import Callable

import streamlit as st

from detector.errors import UserError
from detector.evaluation.caution import cautions
from detector.evaluation.metrics import evaluate_sample
from pages.parts.base_rate import base_rate
from pages.parts.evaluation import Evaluation
from pages.parts.overview import overview
from pages.parts.report_button import report_of_evaluation
from pages.parts.robustness_view import show_robustness
from pages.parts.score_curves import score_curves
from pages.parts.shell import shell
from pages.parts.study import face_study
from pages.parts.table_cache import tested_images, threshold_presets
from pages.parts.test_parts import test_parts
from pages.parts.tested_table import choose_split, choose_table
from pages.parts.threshold import choose_threshold
from pages.parts.training_curves import learning
from pages.parts.widgets import plain

View = Callable[[Evaluation], None]


def faces(shown: Evaluation) -> None:
    """The study of face regions, which needs the run's weights."""
    if shown.table.run is not None:
        face_study(shown.table.run)


def robustness(shown: Evaluation) -> None:
    """What changed pictures do to it, which needs the run's weights, too."""
    if shown.table.run is not None:
        show_robustness(shown.table.run)


VIEWS: dict[str, View] = {
    "Overview": overview,
    "Curves": score_curves,
    "Generators": test_parts,
    "Base rate": base_rate,
    "Robustness": robustness,
    "Training": learning,
    "Faces": faces,
}
OF_RUNS = ("Robustness", "Training", "Faces")  # a table of one's own has no run


def main() -> None:
    shell()
    st.title("Evaluate", anchor=False)
    st.markdown("How right a detector is on images it did not learn from. The positive class is **AI-generated**.")
    table = choose_table()
    if table is None:
        return
    left, right = st.columns([1, 2], gap="large")
    with left:
        split = choose_split(table)
    try:
        images = tested_images(table.key, split, table.frame)
    except UserError as error:
        st.error(plain(str(error)))
        return
    with right:
        threshold = choose_threshold(threshold_presets(table.key, table.frame), split)
    shown = Evaluation(table, split, images, threshold, evaluate_sample(images.sample, threshold, images.numbers))
    for words in cautions(shown.metrics):
        st.caption(f":material/warning: {words}")
    views = [name for name in VIEWS if table.run is not None or name not in OF_RUNS]
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        view = st.segmented_control(
            "View", views, default=views[0], required=True, key="view", bind="query-params", wrap=True,
            label_visibility="collapsed",
        )  # fmt: skip
        report_of_evaluation(shown)
    VIEWS[view or views[0]](shown)


main()
