"""A figure on a page, whose toolbar saves it as a file of a name that says what it is."""

from typing import Any

import plotly.graph_objects as go
import streamlit as st

FORMATS = {"svg": "SVG", "png": "PNG"}
KEY = "figure-format"


def figure_format() -> None:
    """Choose what the camera in each figure's toolbar saves."""
    st.segmented_control(
        "Figures are saved as", FORMATS, default="svg", required=True, key=KEY, format_func=FORMATS.__getitem__,
        help="The camera in the corner of a figure saves it: SVG for print, PNG for slides.",
    )  # fmt: skip


def chart(figure: go.Figure, key: str, alt: str, **options: Any) -> Any:
    """Show a figure; `key` is also the name of the file it is saved as."""
    saved = {"format": st.session_state.get(KEY) or "svg", "filename": f"telltale-{key}", "scale": 2}
    return st.plotly_chart(figure, key=key, alt=alt, config={"displaylogo": False, "toImageButtonOptions": saved}, **options)
