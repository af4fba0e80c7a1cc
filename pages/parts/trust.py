"""How far to trust a verdict: how often such scores were right, unseen generators, what it looks like, and the base rate."""

import streamlit as st

from detector.evaluation.novelty import Neighbour
from detector.evaluation.prevalence import worth_of_score
from detector.evaluation.score_table import ScoreTable
from detector.labels import LABEL_WORDS
from detector.predict import Predictor
from detector.training_files import files_at_hand
from detector.words import Words, resembles
from pages.parts.base_rate import PERCENTS
from pages.parts.cache import file_thumbnails
from pages.parts.judged import Row
from pages.parts.widgets import plain

ACROSS = 5


def trust(detector: Predictor, row: Row, words: Words) -> None:
    """The folded section under a verdict."""
    with st.expander("How far to trust this", icon=":material/balance:", key=f"trust-{row['sha256'][:16]}"):
        st.markdown(plain(f"{words.score} {words.detail}" if words.why else words.score))  # the page says the detail already
        st.markdown(plain(words.unseen))
        st.markdown(plain(words.caveat))
        near = [Neighbour(**each) for each in row["near"]]
        if near:
            _alike(detector, near)
        table = detector.calibration.tables.get("test") or detector.calibration.tables.get("valid")
        if table:
            _base_rate(table, row)


def _alike(detector: Predictor, near: list[Neighbour]) -> None:
    """The nearest training pictures in words, and as they look where the data set is at hand."""
    st.markdown(plain(resembles(near)))
    files = files_at_hand(detector.config.run, detector.config.dataset, [each.path for each in near[:ACROSS]])
    found = [(each, file) for each, file in zip(near, files, strict=False) if file]
    jpegs = file_thumbnails([file for _, file in found], side=160)
    shown = [(each, jpeg) for (each, _), jpeg in zip(found, jpegs, strict=True) if jpeg]
    if not shown:
        return
    with st.container(horizontal=True, gap="small"):
        for each, jpeg in shown:
            words = LABEL_WORDS[each.label] + (f", {each.generator}" if each.generator else "")
            st.image(jpeg, plain(words), width=112, alt=f"A training image near to this picture: {words}")


def _base_rate(table: ScoreTable, row: Row) -> None:
    """The same score where AI-generated pictures are rare, or common."""
    percent = st.select_slider(
        "Suppose this share of all pictures you judge is AI-generated", PERCENTS, 10, key=f"prior-{row['sha256'][:16]}",
        format_func=lambda value: f"{value:g} %",
        help="The same score means less where AI-generated pictures are rare: then most alarms come from the many real ones.",
    )  # fmt: skip
    found = worth_of_score(table, row["probability"], percent / 100)
    if found is None:
        st.caption("No known images scored like this, so nothing can be worked out.")
        return
    low, high = (100 * end for end in found.interval)
    st.markdown(
        f"Then of 100 pictures with such a score about **{100 * found.share:.0f} would be AI-generated** "
        f"({low:.0f} to {high:.0f})."
    )
    st.caption(
        f"From {found.ai} AI-generated and {found.real} real images that scored like this; in brackets the 95 % interval. "
        "It holds for pictures like those it was tested on."
    )
