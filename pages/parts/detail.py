"""One judged picture in full: the verdict in words, and where the detector looks. Only a new question asks the network again."""

from pathlib import Path

import streamlit as st

from detector.words import NOT_PROOF, Words, sentences
from pages.parts.cache import predictor
from pages.parts.face_regions import face_regions
from pages.parts.file_says import file_says
from pages.parts.judged import Picture, Row
from pages.parts.map_pane import Pane
from pages.parts.map_settings import map_settings
from pages.parts.pin_button import pin_upload
from pages.parts.robust_verdict import robust_verdict
from pages.parts.shell import page_file
from pages.parts.side_by_side import panes, second_pane
from pages.parts.widgets import plain, score_bar, sentence_case, verdict_headline


@st.fragment
def detail(picture: Picture, row: Row, folder: Path) -> None:
    """Verdict and what it rests on, what the file says, the picture beside its maps, and the regions of a face."""
    from pages.parts.trust import trust  # torch is needed by now, but the page was drawn before

    words = _verdict(picture, row, folder)
    trust(predictor(folder), row, words)
    file_says(picture, row)
    asked, look = map_settings(row["label"], folder)
    first = Pane(folder, row, asked)
    second = second_pane(picture, first)
    panes([first, second] if second else [first], picture, look)
    face_regions(folder, picture, row, asked.label, asked.method)
    robust_verdict(folder, picture, row)
    if page_file("methods").is_file():
        st.page_link(page_file("methods"), label="What the methods do, and which find a planted mark", icon=":material/blur_on:")


def _verdict(picture: Picture, row: Row, folder: Path) -> Words:
    """Say the verdict, and in a sentence what it rests on or why there is none."""
    from detector.predict import Verdict

    detector = predictor(folder)
    verdict = Verdict(row["label"], row["verdict"], row["probability"], row["threshold"], tuple(row["reasons"]))
    words = sentences(verdict, detector.calibration, detector.config.dataset)
    left, right = st.columns([3, 2], gap="medium")
    with left:
        verdict_headline(verdict.verdict, words.headline)
        st.markdown(plain(words.why or f"{words.detail} {NOT_PROOF}"))
        for warning in row["warnings"]:
            st.caption(f":material/info: {plain(sentence_case(warning))}.")
    with right:
        score_bar(verdict.probability, verdict.threshold)
        pin_upload(picture, row["sha256"], detector.name)
    return words
