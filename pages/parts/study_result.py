"""The result of a study on a page: tables, verdicts on its claims, curves, ROC curves and confusion matrices."""

import json

import streamlit as st

from detector.figures.curves import compare_curves, training_curves
from detector.figures.matrix import confusion_figure
from detector.figures.studies import beside_figure, study_roc
from detector.home import runs_folder
from detector.studies.plan import Plan
from detector.studies.result import Outcome, StudyResult
from detector.studies.words import FAILS, HOLDS, MEASURES, OPEN, VERDICTS, role_words, test_words
from detector.training.runs import Run
from pages.parts.run_view import duration
from pages.parts.shell import page_file
from pages.parts.study_tables import GRIDS, beside_table, experiment_table, grid_table, svm_words
from pages.parts.widgets import plain, sentence_case

_ICONS = {HOLDS: ":material/check_circle:", FAILS: ":material/cancel:", OPEN: ":material/help:"}
_ACROSS = 2  # confusion matrices side by side: their cells are of one size
_SHOWN = 6
_LISTED = 4
_CURVE, _LINE = 320, 22  # pixels


def show_result(plan: Plan, result: StudyResult) -> None:
    """Everything a result holds, the answer first."""
    names = _names(result)
    _beside(result, names)
    _claims(result)
    _differs(result, names)
    st.subheader("All experiments", anchor=False)
    st.dataframe(experiment_table(result), hide_index=True, alt="Every experiment with its accuracies and their 95 % intervals")
    st.caption(
        "Training accuracy is that of the last epoch; the rest is of the epoch with the lowest validation loss, which is kept."
    )
    for each in result.outcomes:
        if each.model == "svm":
            st.caption(f"{plain(each.title)}, chosen by cross-validation on the training images: {plain(svm_words(each))}.")
    grid = grid_table(plan, result)
    if not grid.empty:
        st.markdown(f"**{GRIDS[plan.name]}**")
        st.dataframe(grid, alt=GRIDS[plan.name])
    for reason, skipped in result.reasons().items():
        st.caption(f":material/block: Not run: {plain(', '.join(skipped))}. {plain(reason)}")
    if result.outcomes:
        chosen = _chosen(result, names)
        _curves(chosen)
        _tests(result, chosen)
    st.download_button(
        "Download as JSON", json.dumps(result.to_dict(), indent=2), f"{result.study}-{result.scale}.json", "application/json",
        icon=":material/download:", on_click="ignore",
    )  # fmt: skip


def _names(result: StudyResult) -> dict[str, str]:
    """What each experiment is called, with its role where the study has several."""
    several = len({outcome.role for outcome in result.outcomes}) > 1
    return {each.name: f"{each.title} · {each.role}" if several else each.title for each in result.outcomes}


def _beside(result: StudyResult, names: dict[str, str]) -> None:
    st.markdown("**Reported and here**")
    if not result.numbers:
        st.caption("No number of the report was measured in this run.")
        return
    st.dataframe(
        beside_table(result, names), hide_index=True, alt="Reported numbers beside those measured here",
        column_config={"n": st.column_config.NumberColumn(width="small", help="Images the number here was measured on.")},
    )  # fmt: skip
    st.caption(
        "As reported: the 95 % interval of the number here holds the reported one and is at most ten points either way. Too few "
        "images to tell: it holds it, but is wider."
    )
    rates = [
        (f"{names[row.experiment]}<br>{test_words(row.test)} {MEASURES[row.measure]}", row)
        for row in result.numbers
        if row.measure == "accuracy"
    ]
    if rates:
        st.plotly_chart(beside_figure(rates), key="beside", alt="Reported accuracies and those measured here, with intervals")


def _claims(result: StudyResult) -> None:
    st.markdown("**What it claims**")
    st.markdown(
        "\n\n".join(
            f"{_ICONS[claim.verdict]} **{sentence_case(VERDICTS[claim.verdict])} here**: {plain(claim.text)} "
            f":gray[{plain(claim.words)}]"
            for claim in result.claims
        )
    )


def _differs(result: StudyResult, names: dict[str, str]) -> None:
    st.markdown("**What differs from the report**")
    lines = []
    for role, facts in result.roles.items():
        audit = f" Shortcuts among them (AUC, guessing gives 0.5): {plain(facts.audit)}" if facts.audit else ""
        lines.append(f"- Images of {role}: {plain(role_words(facts))}.{audit}")
    alike: dict[tuple[str, ...], list[str]] = {}
    for outcome in result.outcomes:
        alike.setdefault(outcome.differs[1:], []).append(names[outcome.name])  # the first is what the images are, said above
    lines += [f"- {plain(_listed(group))}: {plain('; '.join(differs))}" for differs, group in alike.items() if differs]
    st.markdown("\n".join(lines))
    st.caption(
        f"Made on {result.made[:10]} by `{result.command}`, each folder by its own name; training and testing took "
        f"{duration(result.seconds)}. Intervals are at 95 %, and n is the number of images they rest on: of those in "
        "another role only the ones that the detector has not seen."
    )


def _listed(names: list[str]) -> str:
    return ", ".join(names) if len(names) <= _LISTED else f"{names[0]} to {names[-1]} ({len(names)} experiments)"


def _chosen(result: StudyResult, names: dict[str, str]) -> dict[str, Outcome]:
    """The experiments to look at closely, by what they are called; at first those that came out best."""
    best = sorted(result.outcomes, key=lambda each: -_area(each))[:_SHOWN]
    st.subheader("A closer look", anchor=False)
    shown_names = st.multiselect(
        "Experiments", list(names), default=[each.name for each in result.outcomes if each in best],
        format_func=names.__getitem__, key=f"chosen-{result.study}-{result.scale}",
        help=f"At first the {_SHOWN} with the highest AUC. With one alone, its training curves are shown too.",
    )  # fmt: skip
    return {names[name]: result.outcome(name) for name in shown_names}


def _area(outcome: Outcome) -> float:
    return outcome.scores["test"].values.get("auc", 0.0) if "test" in outcome.scores else 0.0


def _curves(chosen: dict[str, Outcome]) -> None:
    learners = {name: each for name, each in chosen.items() if each.epochs}
    if not learners:
        st.caption("No loss curves: an SVM is fitted in one go, and has none.")
        return
    for column, measure in zip(st.columns(2), ("loss", "accuracy"), strict=True):
        if len(learners) == 1:
            chart = training_curves(next(iter(learners.values())).curves, measure)
        else:
            chart = compare_curves({name: each.curves for name, each in learners.items()}, measure)
            chart.update_layout(height=_CURVE + _LINE * len(learners))  # on a phone the legend has a line a curve
        column.plotly_chart(chart, key=f"study-{measure}", alt=f"{sentence_case(measure)} by epoch: {', '.join(learners)}")
    with st.container(horizontal=True):
        for each in learners.values():
            _run_link(each)


def _run_link(outcome: Outcome) -> None:
    """To the run itself, where it is on this machine."""
    if (Run(runs_folder() / outcome.run).folder / "config.json").is_file():
        st.page_link(
            page_file("evaluate"), label=f"Evaluate {plain(outcome.run)}", icon=":material/fact_check:",
            query_params={"run": outcome.run},
        )  # fmt: skip


def _tests(result: StudyResult, chosen: dict[str, Outcome]) -> None:
    tests = list(dict.fromkeys(test for each in chosen.values() for test in each.scores if test != "train"))
    if not tests:
        return
    test = st.segmented_control(
        "Tested on", tests, default="test" if "test" in tests else tests[0], required=True, key=f"test-{result.study}",
        format_func=lambda each: sentence_case(f"{test_words(each)} images"),
    )  # fmt: skip
    tested = {name: each.scores[test] for name, each in chosen.items() if test in each.scores}
    curves = {name: scored for name, scored in tested.items() if scored.roc and "auc" in scored.values}
    st.plotly_chart(study_roc(curves), key="study-roc", alt=f"ROC curves on {test_words(test)} images")
    matrices = [(name, scored) for name, scored in tested.items() if scored.confusion_matrix]
    for start in range(0, len(matrices), _ACROSS):
        for column, (name, scored) in zip(st.columns(_ACROSS), matrices[start : start + _ACROSS], strict=False):
            with column:
                st.markdown(f"**{plain(name)}**")
                st.plotly_chart(
                    confusion_figure(scored.confusion_matrix or ()), key=f"matrix-{name}",
                    alt=f"Confusion matrix of {name}, rows true and columns predicted",
                )  # fmt: skip
