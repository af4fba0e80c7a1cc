"""What the file says about itself, in a box of its own, apart from score and verdict."""

import streamlit as st

from detector.evidence.claim import Claim
from detector.evidence.read import WARNING
from pages.parts.cache import evidence
from pages.parts.judged import Picture, Row
from pages.parts.widgets import plain, sentence_case

_BADGES = {
    "ai": ("speaks of AI", ":material/smart_toy:"),
    "camera": ("speaks of a camera", ":material/photo_camera:"),
    "edited": ("speaks of editing", ":material/edit:"),
}


def file_says(picture: Picture, row: Row) -> None:
    """The box: closed, with how much there is in its title."""
    claims = evidence(row["sha256"], picture.read)
    title = f"What the file says about itself: {_count(claims)}"
    with st.expander(title, icon=":material/description:", key=f"file-says-{row['sha256'][:16]}"):
        if not claims:
            st.markdown(
                "No signed manifest (C2PA), no camera, no generator's settings, no digital source type. "
                "That means nothing: most uploads strip all of it."
            )
        for claim in claims:
            _show(claim)
        st.caption(WARNING)


def _show(claim: Claim) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if claim.points_to in _BADGES:
            words, icon = _BADGES[claim.points_to]
            st.badge(words, icon=icon, color="gray")
        st.markdown(f"**{plain(claim.source)}** {plain(claim.says)}")
    if claim.details:
        st.markdown("\n".join(f"- {plain(name)}: {plain(value)}" for name, value in claim.details))


def _count(claims: tuple[Claim, ...]) -> str:
    if not claims:
        return "nothing"
    ways = [_BADGES[claim.points_to][0] for claim in claims if claim.points_to in _BADGES]
    return ", ".join(dict.fromkeys(ways)) or sentence_case("something else").lower()
