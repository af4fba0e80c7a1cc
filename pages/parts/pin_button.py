"""Pinning an image from where it is seen, so that every detector is shown it from now on."""

from collections.abc import Callable
from pathlib import Path

import streamlit as st

from detector.errors import UserError
from detector.evaluation.pins import add_pin, is_pinned, remove_pin
from detector.labels import AI, LABEL_WORDS, REAL
from pages.parts.cache import file_sha256
from pages.parts.judged import Picture
from pages.parts.widgets import plain

HELP = "Keeps a copy in the workspace. Every detector trained from now on is shown it: see Compare, Pinned images."


def pin_button(key: str, path: Path, label: int, source: str) -> None:
    """A button that pins a file whose class is known, and takes it away again."""
    try:
        digest = file_sha256(path)
    except (OSError, UserError):
        return
    if is_pinned(digest):
        st.button("Pinned", icon=":material/keep:", type="tertiary", key=f"unpin-{key}", on_click=_unpin, args=(digest,),
                  help="Click to take it away from the pinned images.")  # fmt: skip
    else:
        st.button("Pin", icon=":material/keep:", type="tertiary", key=f"pin-{key}", on_click=_pin_file,
                  args=(path, label, source), help=HELP)  # fmt: skip


def pin_upload(picture: Picture, sha256: str, model: str) -> None:
    """Pin a picture of a person's own, who says what it truly is."""
    if is_pinned(sha256):
        st.button("Pinned", icon=":material/keep:", key=f"unpin-{picture.key}", on_click=_unpin, args=(sha256,),
                  help="Click to take it away from the pinned images.")  # fmt: skip
        return
    with st.popover("Pin this image", icon=":material/keep:", help=HELP):
        st.markdown("What is it truly? A copy is kept in the workspace, beyond this visit.")
        label = st.radio("Truth", (REAL, AI), index=None, key=f"truth-{picture.key}", format_func=LABEL_WORDS.__getitem__,
                         horizontal=True, label_visibility="collapsed")  # fmt: skip
        note = st.text_input("Note", key=f"note-{picture.key}", max_chars=500, placeholder="Why it is worth watching")
        st.button("Pin", key=f"pin-{picture.key}", type="primary", disabled=label is None, on_click=_pin_upload,
                  args=(picture, label, note, f"Classify with {model}"))  # fmt: skip


def _pin_file(path: Path, label: int, source: str) -> None:
    _attempt(lambda: add_pin(path.read_bytes(), label, path.name, source=source))


def _pin_upload(picture: Picture, label: int, note: str, source: str) -> None:
    _attempt(lambda: add_pin(picture.read(), label, picture.name, note, source))


def _unpin(digest: str) -> None:
    _attempt(lambda: remove_pin(digest))


def _attempt(action: Callable[[], object]) -> None:
    try:
        action()
    except (UserError, OSError) as error:
        st.toast(plain(str(error)), icon=":material/error:")
