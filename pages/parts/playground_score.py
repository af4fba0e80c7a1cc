"""What the detector says before and after: verdict, score, change, and both maps in one frame."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st
from PIL import Image

from detector.explain.overlay import SIGNED, overlay
from detector.labels import AI, LABEL_NAMES
from detector.playground.words import LOGIT_HELP, MEANING, change_sentence
from pages.parts.playground_cache import data_address, enlarged
from pages.parts.playground_compare import compare
from pages.parts.widgets import plain, score_bar, verdict_badge

if TYPE_CHECKING:
    from detector.playground.answers import Answer

OPACITY = 0.85
FOOLED = "fooled"
"""Where the session keeps which detectors were led across their line, and with which picture."""


def score_panel(before: Answer, after: Answer) -> None:
    """The verdict now, its score, and how far it moved."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        verdict_badge(before.verdict.verdict)
        st.markdown(":material/arrow_forward:", width="content")
        verdict_badge(after.verdict.verdict)
    score_bar(after.verdict.probability, after.verdict.threshold)
    moved = after.logit - before.logit
    st.metric(
        "Log-odds of AI-generated", f"{after.logit:+.1f}", f"{moved:+.1f} logits from before", delta_color="off",
        delta_arrow="auto" if abs(moved) >= 0.05 else "off", help=LOGIT_HELP,
    )  # fmt: skip
    said = change_sentence(_labelled(before), _labelled(after), moved)
    st.markdown(plain(said))
    for reason in after.verdict.reasons:
        st.caption(plain(reason))


def meaning() -> None:
    """What all this says, and what it does not."""
    with st.expander("What a change in the score means", icon=":material/lightbulb:"):
        st.markdown(MEANING)


def maps(pictures: tuple[Image.Image, Image.Image], answers: tuple[Answer, Answer], name: str) -> None:
    """The maps of before and after over their pictures, on one scale, so that what faded can be seen to fade."""
    if any(answer.heat is None for answer in answers):
        st.info(plain(answers[0].no_map), icon=":material/visibility_off:")
        return
    peak = max(float(np.abs(answer.heat).max(initial=0)) for answer in answers)
    before, after = (data_address(_laid(image, answer, peak)) for image, answer in zip(pictures, answers, strict=True))
    compare(before, after, f"Map of the evidence in {name}", "compare-maps")
    st.caption(
        "Orange places speak for AI-generated, striped blue ones for real (Grad-CAM). Both maps share one scale, so a place that "
        "pales has lost its say. Where the picture is dimmed the detector does not look."
    )


def note_if_fooled(folder: Path, name: str, before: Answer, after: Answer) -> None:
    """Remember that this detector was led across its line by a change to this picture: the tour asks for it."""
    if before.verdict.label != after.verdict.label:
        kept: dict[str, list[str]] = st.session_state.setdefault(FOOLED, {})
        seen = kept.setdefault(str(folder), [])
        if name not in seen:
            seen.append(name)


def _laid(image: Image.Image, answer: Answer, peak: float) -> Image.Image:
    """The map over its picture; its opacity is its own peak's share of the common one, which makes the scale common."""
    own = float(np.abs(answer.heat).max(initial=0))
    large = enlarged(image)
    box = tuple(round(edge * large.width / image.width) for edge in answer.box)
    return overlay(large, answer.heat, box, OPACITY * own / peak if peak else 0.0, SIGNED)


def _labelled(answer: Answer) -> tuple[str, float]:
    return LABEL_NAMES[answer.verdict.label == LABEL_NAMES[AI]], answer.verdict.probability
