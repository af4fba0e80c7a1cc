"""See why: the detector held against marks whose place is known, with and without them."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

import streamlit as st

from detector.errors import UserError
from pages.parts.cache import predictor
from pages.parts.tour_progress import WHY
from pages.parts.widgets import plain


def see_why(folder: Path, name: str) -> None:
    """A button, then what was found."""
    told: dict[str, Any] | None = st.session_state.get(WHY)
    if told is None or told["folder"] != str(folder):
        if st.button("Take the marks away and ask again", icon=":material/science:", type="primary"):
            try:
                st.session_state[WHY] = {"folder": str(folder), "name": name, **_asked(folder)}
            except UserError as error:
                st.error(plain(str(error)), icon=":material/error:")
                return
            st.rerun()
        return
    _tell(told)


def _asked(folder: Path) -> dict[str, Any]:
    from detector.playground.planted import planted

    with st.spinner("Asking about 20 marked pictures, three times each …"):
        return asdict(planted(predictor(folder)))


def _tell(told: dict[str, Any]) -> None:
    found, n = told["found"], told["n"]
    st.markdown(
        f"{plain(told['name'])} was asked about {n} new lab pictures with a mark, and called **{found} of {n}** AI-generated."
    )
    if found:
        left, right = st.columns(2)
        left.metric(
            "Drawn without its mark", f"{told['turned_mark']} of {found} now real",
            f"{told['moved_mark']:+.1f} logits on average", delta_color="off",
        )  # fmt: skip
        right.metric(
            "Another place smoothed over", f"{told['turned_elsewhere']} of {found} now real",
            f"{told['moved_elsewhere']:+.1f} logits on average", delta_color="off",
        )  # fmt: skip
    if told["share"] is not None:
        st.markdown(
            f"The marks cover {100 * told['area']:.0f} % of these pictures, and {100 * told['share']:.0f} % of the map's "
            "evidence for AI-generated lies in them."
        )
    st.caption(_verdict(told))


def _verdict(told: dict[str, Any]) -> str:
    """What the two numbers say together."""
    if told["moved_mark"] < min(2 * told["moved_elsewhere"], -0.5):
        return (
            "Without its mark a picture loses far more evidence than by a change elsewhere: this detector reads the mark. "
            "Pictures outside this lab carry no such mark, so it knows nothing of them."
        )
    return (
        "The mark matters little more than any other place: this detector has learnt something else, or not much. Train it for "
        "longer, and look again."
    )
