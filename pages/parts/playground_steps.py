"""The steps under the picture: what was done, undo and redo, the link that brings others here, and the download."""

from pathlib import Path

import streamlit as st
from PIL import Image

from detector.playground.steps import Paste, Step
from detector.playground.words import step_words
from pages.parts import playground_state as state
from pages.parts.playground_cache import UPLOAD, Subject, png
from pages.parts.playground_picture import in_address
from pages.parts.widgets import plain


def step_bar(subject: Subject, done: tuple[Step, ...], image: Image.Image) -> None:
    """The buttons, and the steps in order."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.button(
            "Undo", icon=":material/undo:", key="step-undo", shortcut="mod+z", on_click=state.undo, disabled=not done,
        )  # fmt: skip
        st.button(
            "Redo", icon=":material/redo:", key="step-redo", shortcut="mod+shift+z", on_click=state.redo,
            disabled=not state.undone(),
        )  # fmt: skip
        st.button(
            "Reset", icon=":material/restart_alt:", key="step-reset", on_click=state.reset, disabled=not done,
            help="Back to the picture as it was. Redo brings the steps back one by one.",
        )  # fmt: skip
        st.download_button(
            "Download the picture", lambda: png(image), f"{Path(subject.name).stem or 'picture'}-edited.png", "image/png",
            icon=":material/download:", on_click="ignore", key="download-edited",
            help="With all steps and the slider's change, as PNG, which loses nothing more.",
        )  # fmt: skip
        _share(subject, done)
    if done:
        st.caption(" → ".join(f"{number}\\. {plain(step_words(step))}" for number, step in enumerate(done, 1)))


def _share(subject: Subject, done: tuple[Step, ...]) -> None:
    with st.popover("Share", icon=":material/link:"):
        if in_address(subject) and state.in_address() and not _own_sources(done):
            st.markdown("The address of this page holds the sample, the detector, the tool, the slider and all steps: copy it.")
            st.code(str(st.context.url).split("?")[0] + _query(), language=None, wrap_lines=True)
        elif not in_address(subject) or _own_sources(done):
            st.markdown(
                "A picture of your own stays here: a link cannot bring it along. Send the downloaded picture instead; the "
                "address of this page still holds the detector and the steps, for whoever has the same picture."
            )
        else:
            st.markdown("There are too many brush strokes for a link: send the downloaded picture instead.")


def _query() -> str:
    from urllib.parse import urlencode

    return f"?{urlencode(st.query_params.to_dict())}" if len(st.query_params) else ""


def _own_sources(done: tuple[Step, ...]) -> bool:
    return any(isinstance(step, Paste) and step.source.startswith(UPLOAD) for step in done)
