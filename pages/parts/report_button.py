"""Report: a popover that makes one HTML file of what is known of a run, of a table, or of several runs side by side."""

from collections.abc import Callable, Sequence

import streamlit as st

from detector.training.runs import Run
from pages.parts.evaluation import Evaluation

_HELP = "One file with all numbers, curves and settings. It opens in any browser, needs no network, and prints on A4."
_PICTURES = (
    "Puts small copies of the shown pictures into the file. Their licences and the privacy of the people on them hold there, too."
)


def report_of_evaluation(shown: Evaluation) -> None:
    """Of what the page Evaluate shows: these images, at this threshold."""

    def made(pictures: bool) -> str:
        from detector.report.run_report import run_report
        from detector.report.subject import Subject

        table = shown.table
        return run_report(Subject(table.name, shown.split, shown.threshold, shown.images, table.run, table.root), pictures)

    _popover(f"{shown.table.name}-report.html", made)


def report_of_run(run: Run) -> None:
    """Of a run, on its test images and at its own threshold."""

    def made(pictures: bool) -> str:
        from detector.report.run_report import run_report
        from detector.report.subject import subject_of

        return run_report(subject_of(run), pictures)

    _popover(f"{run.name}-report.html", made)


def report_of_runs(runs: Sequence[Run]) -> None:
    """Of two runs or more, side by side."""

    def made(pictures: bool) -> str:
        from detector.report.comparison_report import comparison_report

        return comparison_report(runs, pictures=pictures)

    _popover("comparison-report.html", made)


def _popover(name: str, made: Callable[[bool], str]) -> None:
    """The button, its tick and its download; the file is made when it is asked for."""
    with st.popover("Report", icon=":material/description:", help=_HELP, key=f"report-{name}"):
        pictures = st.checkbox("With small pictures", key=f"pictures-{name}", help=_PICTURES)
        if pictures:
            st.caption("Mind licences and privacy before you pass it on.")
        st.download_button(
            "Download", lambda: made(pictures), name, "text/html", icon=":material/download:", type="primary", on_click="ignore",
            key=f"download-{name}",
        )  # fmt: skip
