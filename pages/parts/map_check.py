"""Whether a map is any good: a badge in words, one sentence, and the curves one click away."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from detector.errors import UserError
from detector.explain.map_check import BADGE_WORDS, BETTER, NO_BETTER, UNCLEAR
from detector.explain.methods import METHODS
from detector.labels import LABEL_WORDS
from pages.parts.cache import check_seconds, predictor, stamp
from pages.parts.judged import Picture, Row
from pages.parts.waited import Tell, known, waited
from pages.parts.widgets import plain

if TYPE_CHECKING:
    from detector.explain.map_check import MapCheck
    from detector.predict import Predictor

QUICK = 1.5
"""Seconds that a page may take without being asked."""

# neither blue nor orange, which are the classes'; the icon tells them apart where colours do not
_LOOKS = {BETTER: ("check_circle", "green"), UNCLEAR: ("help", "gray"), NO_BETTER: ("block", "red")}
_HELP = (
    "Takes the bright places away, and brings them back, and compares what happens to the score with 19 random maps. Also draws "
    "the map with random weights in the network, in a mirror and after a slight JPEG."
)


def map_check(folder: Path, picture: Picture, row: Row, label: int, method: str, layer: str | None = None) -> None:
    """The check of the map for `label`: at once where it is quick or was asked for, else behind a button.

    `layer` is None for the method's own. Safe inside a fragment; two maps on one page have two buttons.
    """
    key = f"{folder}-{stamp(folder)}-{row['sha256'][:16]}-{label}-{method}-{layer}"
    button = st.empty()
    try:
        quick = METHODS[method].needs != "passes" and check_seconds(folder) <= QUICK
        if quick or known(key) or button.button("Check this map", icon=":material/rule:", help=_HELP, key=f"check-{key}"):
            check = partial(_check, predictor(folder), picture.read(), label, method, layer)
            with button.container():
                found = waited(key, "Holding the map against random ones", check, moment=4 * QUICK if quick else 0)
            if found:
                show_check(found, label, key)
    except UserError as error:
        st.error(plain(str(error)), icon=":material/error:")


def _check(detector: Predictor, picture: bytes, label: int, method: str, layer: str | None, tell: Tell) -> MapCheck:
    from detector.data.images import open_image
    from detector.explain.checks import check_picture

    return check_picture(detector, open_image(picture), label, method, layer, progress=tell)


def show_check(check: MapCheck, label: int, key: str) -> None:
    """Badge, sentence, and the curves with every number in an expander; `key` tells it from others on the page."""
    icon, colour = _LOOKS[check.badge]
    st.badge(BADGE_WORDS[check.badge], icon=f":material/{icon}:", color=colour)  # type: ignore[arg-type]
    st.markdown(plain(check.sentence))
    if check.flat:
        return
    with st.expander("How this was found out", icon=":material/show_chart:"):
        _curves(check, label, key)
        st.table(_numbers(check), border="horizontal")


def _curves(check: MapCheck, label: int, key: str) -> None:
    from detector.figures.checks import check_curves  # plotly, which a page without a map does not need

    word = LABEL_WORDS[label]
    baseline = "a heavily blurred picture" if check.baseline == "blurred" else "plain grey"
    st.caption(
        f"The score for {word} as the brightest places become {baseline}, and as they come back. A good map's first curve falls "
        "faster than those of random maps, and its second rises faster. Random maps are this one in other places."
    )
    for kind in ("deletion", "insertion"):  # one below the other, since a map beside others has a narrow column
        words = f"{kind.capitalize()} curve of this map, of a map of edges and of random maps"
        st.plotly_chart(check_curves(check, kind), key=f"{kind}-{key}", alt=words)


def _numbers(check: MapCheck) -> dict[str, list[str]]:
    """Every number of the check, with what it means."""
    rows = [
        ("Deletion, mean height", f"{check.curves.deletion_auc:.2f}", f"lower is better; p = {check.p_deletion:.2f}"),
        ("Insertion, mean height", f"{check.curves.insertion_auc:.2f}", f"higher is better; p = {check.p_insertion:.2f}"),
        ("Ahead of random maps", f"{check.advantage:+.2f}", f"log-odds; the map of edges: {_ahead_of_edges(check):+.2f} to this"),
        *((f"Random weights in {name}", f"{value:.2f}", "rank correlation; low is good") for name, value in check.randomised),
    ]
    for name, value in (("In a mirror", check.flip), ("After a slight JPEG", check.jpeg)):
        rows += [(name, f"{value:.2f}", "rank correlation; high is good")] if value is not None else []
    rows += [("ROAD", f"{check.road:+.2f}", "log-odds; above 0 is good")] if check.road is not None else []
    return dict(zip(("Measure", "Value", "Reading"), map(list, zip(*rows, strict=True)), strict=True))


def _ahead_of_edges(check: MapCheck) -> float:
    return check.edges.gain - check.curves.gain
