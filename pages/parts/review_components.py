"""The desk and the grid as components of the page: markup, style and script from review_assets, with no network.

The scripts hold the next pictures and the answers on their way, so that a key shows the next picture without asking the server.
"""

from pathlib import Path

import streamlit as st

_ASSETS = Path(__file__).parent / "review_assets"


def _read(*names: str) -> str:
    return "\n".join((_ASSETS / name).read_text(encoding="utf-8") for name in names)


desk_component = st.components.v2.component(
    "telltale_review_desk",
    html=_read("desk.html"),
    css=_read("desk.css"),
    js=_read("shared.js", "clock.js", "drafts.js", "outbox.js", "zoom.js", "desk_view.js", "desk_keys.js", "desk.js"),
)
grid_component = st.components.v2.component(
    "telltale_review_grid",
    html=_read("grid.html"),
    css=_read("desk.css", "grid.css"),
    js=_read("shared.js", "outbox.js", "grid.js"),
)
