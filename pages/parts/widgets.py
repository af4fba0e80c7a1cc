"""Small things that every page shows the same way: verdicts, scores, empty states, and text that is only text."""

import re

import streamlit as st

from detector.labels import AI, INCONCLUSIVE, LABEL_NAMES, LABEL_WORDS, REAL
from detector.words import shown_score
from pages.parts.shell import page_file

WORDS = {LABEL_NAMES[REAL]: LABEL_WORDS[REAL], LABEL_NAMES[AI]: LABEL_WORDS[AI], INCONCLUSIVE: INCONCLUSIVE}
"""What a verdict is called on a page."""

# the theme's blue, orange and grey are the fixed colours of the two classes and of no verdict
_COLOURS = {LABEL_NAMES[REAL]: "blue", LABEL_NAMES[AI]: "orange", INCONCLUSIVE: "gray"}
_ICONS = {LABEL_NAMES[REAL]: ":material/photo_camera:", LABEL_NAMES[AI]: ":material/smart_toy:", INCONCLUSIVE: ":material/help:"}
_GRADIENT = "#0072B2,#8B8F91 50%,#D55E00"

WORD_JOINER = "\u2060"


def plain(text: str) -> str:
    """Markdown that shows this text as it stands: a file's name must not become bold, a link or an icon."""
    escaped = re.sub(r"([\\`*_{}\[\]()#+.!|<>~$&-])", r"\\\1", re.sub(r"[ \t\r\n]+", " ", text))
    return escaped.replace(":", f":{WORD_JOINER}")  # :name: is looked for after backslashes are gone


def sentence_case(text: str) -> str:
    """The text with a capital at its start; the rest stays, unlike with str.capitalize."""
    return text[:1].upper() + text[1:]


def verdict_headline(verdict: str, words: str) -> None:
    """The verdict in these words, with its icon and colour."""
    st.subheader(f":{_COLOURS[verdict]}[{_ICONS[verdict]} {plain(words)}]", anchor=False)


def verdict_badge(verdict: str) -> None:
    """The verdict as a small label."""
    st.badge(WORDS[verdict], icon=_ICONS[verdict], color=_COLOURS[verdict])


def score_bar(score: float, threshold: float) -> None:
    """Where the score lies between real (0) and AI-generated (1), and where the detector draws the line."""
    shown = shown_score(score)
    said = f"Score {shown} on a scale from 0, real, to 1, AI-generated. The line is drawn at {threshold:.2f}."
    line = f"left:{threshold:.2%};top:-.3rem;bottom:-.3rem;border-left:2px solid currentColor;opacity:.7"
    knob = (
        f"left:calc({score:.2%} - .55rem);top:-.3rem;width:1.1rem;height:1.1rem;box-sizing:border-box;"
        "border-radius:50%;background:#fff;border:.25rem solid #1d2a2c;box-shadow:0 0 0 2px #fff"
    )
    st.html(
        f"""
        <div role="img" aria-label="{said}" style="padding:1.1rem 0 0">
          <div style="position:relative;height:.5rem;border-radius:.25rem;background:linear-gradient(90deg,{_GRADIENT})">
            <div style="position:absolute;{line}"></div>
            <div style="position:absolute;{knob}"></div>
          </div>
          <div aria-hidden="true" style="display:flex;justify-content:space-between;font-size:.8rem;padding-top:.5rem">
            <span>0 · real</span><span>score <b>{shown}</b>, line at {threshold:.2f}</span><span>AI-generated · 1</span>
          </div>
        </div>
        """
    )


def empty_state(text: str, page: str = "", label: str = "", icon: str = ":material/inbox:") -> None:
    """What to do where there is nothing yet, with a link to the page where it is done."""
    with st.container(border=True, horizontal_alignment="center", gap="small"):
        st.markdown(f":gray[{icon}]", text_alignment="center")
        st.markdown(text, text_alignment="center")
        if page and page_file(page).is_file():
            st.page_link(page_file(page), label=label, icon=":material/arrow_forward:")


def flash(text: str, icon: str = ":material/check:") -> None:
    """Say something briefly after the next rerun, such as that a change was made."""
    st.session_state["flash"] = (text, icon)


def show_flash() -> None:
    """Say what `flash` left, once."""
    if "flash" in st.session_state:
        text, icon = st.session_state.pop("flash")
        st.toast(text, icon=icon)
