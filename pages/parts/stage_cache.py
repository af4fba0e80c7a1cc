"""What the stage keeps in the app's process: the booths at which phones vote, one a round, and pictures a browser can fetch."""

from pathlib import Path

import streamlit as st
from streamlit import runtime

from detector.stage.phones import Booth, open_booth

MOST_BOOTHS = 4


@st.cache_resource(show_spinner=False)
def _booths() -> dict[tuple[str, str], Booth]:
    return {}


def booth(deck: str, name: str, wanted: int = 0) -> Booth:
    """The booth of a round, opened where there is none yet, such as after a restart; raises UserError as `open_booth` does."""
    booths = _booths()
    if (deck, name) not in booths:
        while len(booths) >= MOST_BOOTHS:
            booths.pop(next(iter(booths))).close()
        booths[deck, name] = open_booth(deck, name, wanted)
    return booths[deck, name]


def close_booth(deck: str, name: str) -> None:
    """End the voting by phone of a round."""
    if found := _booths().pop((deck, name), None):
        found.close()


def media_url(file: Path, mime: str = "image/jpeg") -> str:
    """Where the browser finds a picture that a component of our own shows; "" where there is no file or no browser."""
    if not runtime.exists() or not file.is_file():
        return ""
    return runtime.get_instance().media_file_mgr.add(file.read_bytes(), mime, f"stage-{file}")
