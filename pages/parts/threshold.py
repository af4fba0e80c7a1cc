"""The threshold on a page: a slider that everything moves with, and values that can be stood for."""

import streamlit as st

from detector.evaluation.tested import ALLOWED, Presets

KEY = "threshold"


def choose_threshold(presets: Presets | None, split: str) -> float:
    """Where the line is drawn."""
    st.session_state.setdefault(KEY, 0.5)
    threshold = st.slider(
        "Threshold", 0.0, 1.0, step=0.01, key=KEY, format="%.3f",
        help="Images that score at least this much are called AI-generated. Every number, point and image moves with it.",
    )  # fmt: skip
    best = None if presets is None else presets.best
    strict = None if presets is None else presets.strict
    why = f"Chosen on {presets.n:,} validation images, not on those it is tested on." if presets else (
        "Needs validation images of both classes: a threshold must not be chosen on the images it is tested on.")  # fmt: skip
    with st.container(horizontal=True, gap="small"):
        _preset("0.5", 0.5, "preset-half", "The plain middle.")
        _preset("Best on validation", best, "preset-best", f"The highest balanced accuracy. {why}")
        _preset(f"{100 * ALLOWED:g} % false alarms", strict, "preset-strict",
                f"At most {100 * ALLOWED:g} % of the real validation images are called AI-generated. {why}")  # fmt: skip
    if presets and split == "valid" and threshold in (best, strict):
        st.caption(":material/warning: This threshold was chosen on these very images, so the numbers flatter.")
    return threshold


def _preset(label: str, value: float | None, key: str, help: str) -> None:
    words = label if value is None or label == f"{value:g}" else f"{label} · {value:.3f}"
    st.button(words, key=key, help=help, disabled=value is None, on_click=_set, args=(value,))


def _set(value: float) -> None:
    st.session_state[KEY] = value
