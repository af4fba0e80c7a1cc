"""The playground's tools: a slider, a brush, a rectangle to keep, and a part of another picture to paste."""

from collections.abc import Container, Sequence
from typing import Any

import streamlit as st

from detector.evaluation.perturbations import KINDS
from detector.playground.steps import FILLS, WHOLE, Box, Brush, Change, Crop, Paste, box_of, stroke_of
from detector.playground.strengths import notches
from pages.parts.playground_cache import data_address, source_picture
from pages.parts.playground_draw import box_canvas, brush_canvas
from pages.parts.playground_picture import source_box
from pages.parts.playground_state import add

TOOLS = {
    "change": ":material/tune: Slider",
    "brush": ":material/brush: Brush away",
    "crop": ":material/crop: Crop",
    "paste": ":material/content_paste: Paste",
}
TOOL, KIND = "tool", "change"
_MIDDLE: Box = (300, 300, 700, 700)


def choose_tool() -> str:
    """What the picture is changed with; the address names it."""
    _from_address(TOOL, TOOLS, "change")
    tool = st.segmented_control("Change one thing", list(TOOLS), key=TOOL, required=True, format_func=TOOLS.__getitem__)
    st.query_params[TOOL] = tool
    return tool


def slider() -> tuple[str, float | None]:
    """The kind of change and its strength, None for none; the address names both."""
    left, right = st.columns([1, 3], gap="medium", vertical_alignment="bottom")
    _from_address(KIND, KINDS, "jpeg")
    with left:
        kind = st.selectbox(
            "Kind of change", list(KINDS), key=KIND, format_func=lambda key: KINDS[key].title,
            help="\n\n".join(f"**{each.title}**: {each.help}" for each in KINDS.values()),
        )  # fmt: skip
    st.query_params[KIND] = kind
    perturbation, key = KINDS[kind], strength_key(kind)
    named = {shown(kind, notch): notch for notch in notches(kind)}
    with right:
        word = st.select_slider(f"Strength: {perturbation.unit}", list(named), key=key, bind="query-params")
    return kind, named[word]


def _from_address(key: str, options: Container[str], first: str) -> None:
    """Before the widget is there: what the address names. (A bound widget would put its title there, not its key.)"""
    if key not in st.session_state:
        wanted = st.query_params.get(key, first)
        st.session_state[key] = wanted if wanted in options else first


def strength_key(kind: str) -> str:
    """The key of a kind's slider, also its name in the address."""
    return f"at-{kind}"


def shown(kind: str, strength: float | None) -> str:
    """What a notch is called."""
    return "none" if strength is None else KINDS[kind].shown(strength)


def keep_button(kind: str, strength: float | None) -> None:
    """Make the slider's change a step, so that another one can follow."""
    st.button(
        "Keep this change", icon=":material/add:", disabled=strength is None, on_click=_keep, args=(kind, strength),
        help="Makes it a step. The slider goes back to none, and the next change comes on top.",
    )  # fmt: skip


def choose_fill() -> None:
    """What is put where something was brushed away."""
    st.segmented_control(
        "Fill with", list(FILLS), key="fill", default="surroundings", required=True, format_func=FILLS.__getitem__,
        help="A filling leaves traces of its own: smooth ones, or grain. If the score moves, try another filling.",
    )  # fmt: skip


def brush(image: str, alt: str) -> None:
    """Brush on the picture; what is under the brush goes."""
    brush_canvas(image, alt, "Take it away", "brush-canvas", _brushed)


def brush_numbers() -> None:
    """The brush for the keyboard: a rectangle by its four edges."""
    with st.expander("By numbers, without drawing", icon=":material/keyboard:"):
        box = edges("brush-box", _MIDDLE)
        st.button("Take this rectangle away", on_click=lambda: add(Brush(_chosen_fill(), boxes=(box,))))


def crop(image: str, alt: str) -> None:
    """Draw the rectangle to keep."""
    box_canvas(image, alt, _edges_now("crop-box", _MIDDLE), "crop-canvas", lambda values: _set_edges("crop-box", values))


def crop_numbers() -> None:
    """The same rectangle by its edges, and the button."""
    box = edges("crop-box", _MIDDLE)
    st.button("Keep only this", icon=":material/crop:", type="primary", disabled=box == WHOLE, on_click=add, args=(Crop(box),))


def paste(image: str, alt: str) -> None:
    """Draw where the part goes."""
    box_canvas(image, alt, _edges_now("put-box", _MIDDLE), "put-canvas", lambda values: _set_edges("put-box", values))


def paste_numbers() -> None:
    """Where the part comes from and goes to, and the button."""
    key = source_box()
    if key is None:
        return
    st.caption("Draw on it what to take, and on the picture where to put it.")
    cut_now = _edges_now("cut-box", WHOLE)
    address = data_address(source_picture(key))
    box_canvas(address, "The picture to paste from", cut_now, "cut-canvas", lambda values: _set_edges("cut-box", values))
    with st.expander("By numbers, without drawing", icon=":material/keyboard:"):
        st.markdown("**Take**")
        cut = edges("cut-box", WHOLE)
        st.markdown("**Put**")
        put = edges("put-box", _MIDDLE)
    feather = st.slider(
        "Soft edge", 0, 50, 10, 5, format="%d %%", key="feather",
        help="Over how much of the part its edge fades. A hard edge is a trace of its own.",
    )  # fmt: skip
    st.button("Paste", icon=":material/content_paste:", type="primary", on_click=add, args=(Paste(key, cut, put, 10 * feather),))


def edges(key: str, first: Box) -> Box:
    """Two sliders with two knobs each: left and right edge, top and bottom edge."""
    for axis, ends in (("x", (first[0], first[2])), ("y", (first[1], first[3]))):
        st.session_state.setdefault(f"{key}-{axis}", (ends[0] / 10, ends[1] / 10))
    with st.container(horizontal=True, gap="medium"):
        left, right = st.slider("Left and right edge, in % of the width", 0.0, 100.0, key=f"{key}-x", step=1.0, format="%g")
        top, bottom = st.slider("Top and bottom edge, in % of the height", 0.0, 100.0, key=f"{key}-y", step=1.0, format="%g")
    return _with_area(left, top, right, bottom)


def _edges_now(key: str, first: Box) -> Box:
    """What the sliders say, which may not be drawn yet."""
    left, right = st.session_state.get(f"{key}-x", (first[0] / 10, first[2] / 10))
    top, bottom = st.session_state.get(f"{key}-y", (first[1] / 10, first[3] / 10))
    return _with_area(left, top, right, bottom)


def _set_edges(key: str, values: Sequence[Any]) -> None:
    """What was drawn, onto the sliders; a box that is none is passed over, as it can only come from a broken page."""
    try:
        left, top, right, bottom = box_of(values)
    except (TypeError, ValueError):
        return
    st.session_state[f"{key}-x"] = (round(left / 10), round(right / 10))
    st.session_state[f"{key}-y"] = (round(top / 10), round(bottom / 10))


def _with_area(left: float, top: float, right: float, bottom: float) -> Box:
    x, y = min(round(10 * left), 990), min(round(10 * top), 990)
    return x, y, max(round(10 * right), x + 10), max(round(10 * bottom), y + 10)


def _chosen_fill() -> str:
    return st.session_state.get("fill") or "surroundings"


def _brushed(strokes: Sequence[Any]) -> None:
    try:
        found = tuple(stroke_of(values) for values in strokes)
    except (TypeError, ValueError):
        return  # only a broken page sends such strokes
    if found:
        add(Brush(_chosen_fill(), found))


def _keep(kind: str, strength: float | None) -> None:
    if strength is not None:
        add(Change(kind, strength))
        st.session_state[strength_key(kind)] = shown(kind, None)
