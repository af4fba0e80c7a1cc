"""The desk and the grid as components of the page: markup, style and script from review_assets, with no network.

The scripts hold the next pictures and the answers on their way, so that a key shows the next picture without asking the server.
"""

from pathlib import Path

import streamlit as st

_ASSETS = Path(__file__).parent / "review_assets"
DESK = ("shared.js", "clock.js", "drafts.js", "outbox.js", "zoom.js", "desk_view.js", "desk_keys.js", "desk.js")
GRID = ("shared.js", "outbox.js", "grid.js")


def read(*names: str) -> str:
    """These assets, one after the other."""
    return "\n".join((_ASSETS / name).read_text(encoding="utf-8") for name in names)


desk_component = st.components.v2.component(
    "telltale_review_desk",
    html=read("desk.html"),
    css=read("desk.css"),
    js=read(*DESK),
)
grid_component = st.components.v2.component(
    "telltale_review_grid",
    html=read("grid.html"),
    css=read("desk.css", "grid.css"),
    js=read(*GRID),
)
