"""Mixing two detectors: their scores, a weight between them, and how often they agree along the slider."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from detector.evaluation.perturbations import KINDS
from detector.figures.playground import mixed_curve
from detector.labels import AI, LABEL_NAMES, REAL
from detector.playground.mix import beyond, mix, turning_weight
from detector.playground.words import agreement_words
from detector.words import shown_score
from pages.parts.cache import predictor
from pages.parts.chart import chart
from pages.parts.weights_choice import weights_options, weights_place
from pages.parts.widgets import plain, verdict_badge

if TYPE_CHECKING:
    from detector.playground.answers import Answer

    Answers = Sequence[Answer]

WITH = "with"
_NOBODY = "no second detector"


def second_detector(folder: Path) -> Path | None:
    """The detector to mix with; None for none."""
    others = [name for name in weights_options() if weights_place(name) != folder]
    chosen = st.selectbox(
        "Mix with", [_NOBODY, *others], key=WITH, bind="query-params",
        help="A second detector answers too. Two that learnt different things can cover each other's blind spots, or not.",
    )  # fmt: skip
    return None if chosen == _NOBODY else weights_place(chosen)


def mixing(detectors: tuple[Path, Path], answers: tuple[Answers, Answers], here: int, kind: str, names: Sequence[str]) -> None:
    """Weight, both scores, the mixed one, and along a slider, whose notches have these names, all three of them."""
    titles = _titles(detectors)
    st.markdown(f"**{plain(titles[0])} mixed with {plain(titles[1])}**")
    weight = st.slider(
        f"Share of {plain(titles[1])}", 0, 100, 50, 5, format="%d %%", key="weight",
        help="The mixed score is the weighted mean of both log-odds beyond each detector's own line, so its line lies at 0.5.",
    )  # fmt: skip
    lines = (_beyond(answers[0]), _beyond(answers[1]))
    mixed = [mix(first, second, weight / 100) for first, second in zip(*lines, strict=True)]
    for title, found in zip(titles, answers, strict=True):
        verdict = found[here].verdict
        _line(title, verdict.probability, verdict.threshold, verdict.verdict)
    _line("Mixed", mixed[here].score, 0.5, LABEL_NAMES[AI if mixed[here].is_ai else REAL])
    turn = turning_weight(lines[0][here], lines[1][here])
    if turn is not None:
        st.caption(f"The two contradict each other on this picture: the mixture turns at a share of {100 * turn:.0f} %.")
    if len(mixed) > 1:
        same = sum((first >= 0) == (second >= 0) for first, second in zip(*lines, strict=True))
        rows = {titles[0]: lines[0], titles[1]: lines[1], "mixed": [each.beyond for each in mixed]}
        said = f"Log-odds beyond the line of {titles[0]}, {titles[1]} and their mixture at each strength"
        chart(mixed_curve(kind_title(kind), names, rows, here), "mixed", said)
        st.caption(agreement_words(same, len(mixed)))


def _titles(detectors: tuple[Path, Path]) -> tuple[str, str]:
    """Their names, told apart where a run and its saved weights share one."""
    first, second = (predictor(folder).name for folder in detectors)
    return first, second if second != first else f"{second} (second)"


def _line(title: str, score: float, line: float, verdict: str) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f"{plain(title)}: score **{shown_score(score)}**, line at {line:.2f}", width="content")
        verdict_badge(verdict)


def kind_title(kind: str) -> str:
    """What the slider's axis is called."""
    return f"{KINDS[kind].title}: {KINDS[kind].unit}"


def _beyond(found: Answers) -> list[float]:
    """Log-odds beyond the detector's own line, answer by answer."""
    return [beyond(each.verdict.probability, each.verdict.threshold) for each in found]
