"""Other data: how detectors do on data sets and generators that others were trained on."""

import streamlit as st

from pages.parts.cross_form import ask_cross
from pages.parts.cross_view import show_last, show_left_out
from pages.parts.shell import shell
from pages.parts.widgets import show_flash

MATRIX, LEFT_OUT = "Matrix", "One generator left out"


def main() -> None:
    shell()
    show_flash()
    st.title("Other data", anchor=False)
    st.markdown(
        "A detector that is right on its own data may fail on another's. Each cell tests one detector on images that it has not "
        "seen. The positive class is **AI-generated**."
    )
    view = st.segmented_control("View", [MATRIX, LEFT_OUT], default=MATRIX, required=True, key="view", bind="query-params",
                                label_visibility="collapsed")  # fmt: skip
    if view == LEFT_OUT:
        show_left_out()
        return
    ask_cross()
    show_last()


main()
