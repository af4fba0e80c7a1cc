"""One judged picture in full: the verdict in words, and where the detector looks. Only a new question asks the network again."""

from pathlib import Path

import streamlit as st

from detector.words import sentences
from pages.parts.cache import predictor
from pages.parts.face_regions import face_regions
from pages.parts.judged import Picture, Row
from pages.parts.map_pane import Pane
from pages.parts.map_settings import map_settings
from pages.parts.pin_button import pin_upload
from pages.parts.robust_verdict import robust_verdict
from pages.parts.shell import page_file
from pages.parts.side_by_side import panes, second_pane
from pages.parts.widgets import plain, score_bar, verdict_headline


@st.fragment
def detail(picture: Picture, row: Row, folder: Path) -> None:
    """Verdict, settings of the map, the picture beside its maps, and the regions of a face."""
    _verdict(picture, row, folder)
    asked, look = map_settings(row["label"], folder)
    first = Pane(folder, row, asked)
    second = second_pane(picture, first)
    panes([first, second] if second else [first], picture, look)
    face_regions(folder, picture, row, asked.label, asked.method)
    robust_verdict(folder, picture, row)
    if page_file("methods").is_file():
        st.page_link(page_file("methods"), label="What the methods do, and which find a planted mark", icon=":material/blur_on:")


def _verdict(picture: Picture, row: Row, folder: Path) -> None:
    """Say the verdict."""
    from detector.predict import Verdict  # torch is needed by now, but the page was drawn before

    detector = predictor(folder)
    verdict = Verdict(row["label"], row["verdict"], row["probability"], row["threshold"])
    words = sentences(verdict, detector.calibration, detector.config.dataset)
    left, right = st.columns([3, 2], gap="medium")
    with left:
        verdict_headline(verdict.verdict, words.headline)
        st.markdown(plain(f"{words.detail} {words.caveat}"))
    with right:
        score_bar(verdict.probability, verdict.threshold)
        pin_upload(picture, row["sha256"], detector.name)
