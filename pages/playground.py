"""Playground: change one thing about a picture and see the score and the map follow."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from detector.errors import UserError
from detector.figures.playground import strength_curve
from detector.playground.steps import Step
from detector.playground.strengths import at_notch, notches
from pages.parts import playground_state as state
from pages.parts.chart import chart
from pages.parts.playground_cache import (
    Subject,
    answered,
    data_address,
    original_size,
    source_picture,
    stepped,
    swept,
)
from pages.parts.playground_compare import compare
from pages.parts.playground_mix import kind_title, mixing, second_detector
from pages.parts.playground_picture import choose_picture, first_weights, named
from pages.parts.playground_score import maps, meaning, note_if_fooled, score_panel
from pages.parts.playground_steps import step_bar
from pages.parts.playground_tools import (
    brush,
    brush_numbers,
    choose_fill,
    choose_tool,
    crop,
    crop_numbers,
    keep_button,
    paste,
    paste_numbers,
    shown,
    slider,
)
from pages.parts.shell import shell
from pages.parts.weights_choice import choose_weights, weights_options, weights_place
from pages.parts.widgets import empty_state, plain

if TYPE_CHECKING:
    from detector.playground.answers import Answer
    from detector.playground.sweep import Sweep

UNUSED = "jpeg"


def main() -> None:
    shell()
    st.title("Playground", anchor=False)
    st.markdown("Change one thing about a picture, and see what that does to a detector's score and to its map.")
    options = weights_options()
    if not options:
        empty_state("There is no detector yet.", "train", "Train the first one", ":material/model_training:")
        return
    state.come_back()
    first_weights(options)
    left, middle, right = st.columns(3, gap="medium", vertical_alignment="bottom")
    with left:
        chosen = choose_weights(options)
    with right:
        subject = choose_picture(options)
    try:
        folder = weights_place(chosen)
        with middle:
            second = second_detector(folder)
        state.take_from_address()
        play(subject, folder, second, chosen)
    except UserError as error:
        st.error(plain(str(error)), icon=":material/error:")


@st.fragment
def play(subject: Subject, folder: Path, second: Path | None, chosen: str) -> None:
    """The picture, the tool, the score. Only what no detector has seen yet goes through a network."""
    try:
        done = usable(subject)
        tool = choose_tool()
        kind, strength = slider() if tool == "change" else (UNUSED, None)
        if tool == "brush":
            choose_fill()
        original, current = stepped(subject, ()), stepped(subject, done)
        before = answered(folder, subject, ())
        found = swept(folder, subject, done, kind) if tool == "change" else None
        after = found.at(strength) if found else answered(folder, subject, done)
        others = heard(second, subject, done, kind if found else "") if second else ()
    except UserError as error:
        st.error(plain(str(error)), icon=":material/error:")
        return
    state.remember(chosen)
    image = at_notch(current, kind, strength)
    note_if_fooled(folder, subject.sha256, before, after)
    picture, mapped, said = st.columns([3, 3, 3], gap="medium")
    with picture:
        size = original_size(subject)
        if tool == "change":
            compare(data_address(original), data_address(image), subject.name, "compare-pictures")
            st.caption(named(subject, size, size != original.size))
            keep_button(kind, strength)
        else:
            draw(tool, current, subject)
    with mapped:
        maps((original, image), (before, after), subject.name)
    with said:
        score_panel(before, after)
        meaning()
    step_bar(subject, done, image)
    if second:
        own, here = (found.answers, found.notches.index(strength)) if found else ((after,), 0)
        mixing((folder, second), (own, others), here, kind, [shown(kind, notch) for notch in notches(kind)])
    elif found:
        curve(found, strength)


def heard(folder: Path, subject: Subject, done: tuple[Step, ...], kind: str) -> tuple[Answer, ...]:
    """What a second detector says at the same notches, or without a kind of the picture as it is."""
    return swept(folder, subject, done, kind).answers if kind else (answered(folder, subject, done),)


def curve(found: Sweep, strength: float | None) -> None:
    """The score at every notch of the slider."""
    names, line = [shown(found.kind, notch) for notch in found.notches], found.at(strength).verdict.threshold
    scores = [each.verdict.probability for each in found.answers]
    st.markdown("**The score against the strength**")
    figure = strength_curve(kind_title(found.kind), names, scores, line, found.notches.index(strength))
    chart(figure, "strength", f"Score at each strength of {kind_title(found.kind)}, with the detector's line at {line:.2f}")


def draw(tool: str, current: object, subject: Subject) -> None:
    """The picture under the tool that draws on it, and the same by numbers."""
    address = data_address(current)  # type: ignore[arg-type]
    if tool == "brush":
        brush(address, f"{subject.name}: brush over what is to go")
        brush_numbers()
    elif tool == "crop":
        crop(address, f"{subject.name}: draw the rectangle to keep")
        crop_numbers()
    else:
        paste(address, f"{subject.name}: draw where to paste")
        paste_numbers()


def usable(subject: Subject) -> tuple[Step, ...]:
    """The steps; those that paste from a picture which is not here are left out, and said."""
    for number, step in reversed(list(enumerate(state.steps()))):
        source = getattr(step, "source", "")
        try:
            if source:
                source_picture(source)
        except UserError as error:
            st.warning(plain(f"Step {number + 1} is left out. {error}"), icon=":material/content_paste_off:")
            state.leave_out(number)
    return state.steps()


main()
