"""The images on which compared detectors part: only one is right, all are wrong, or they disagree; a page at a time."""

from pathlib import Path

import numpy as np
import streamlit as st

from detector.errors import UserError
from detector.evaluation.compare import Comparison
from detector.evaluation.sample import Ints
from detector.labels import LABEL_WORDS
from pages.parts.cache import file_thumbnail
from pages.parts.pager import pager
from pages.parts.pin_button import pin_button
from pages.parts.widgets import plain

PAGE, ACROSS = 12, 4


def compare_gallery(comparison: Comparison) -> None:
    """Choose a pair and a kind, and see its images."""
    st.subheader("Which images each alone gets right", anchor=False)
    pairs, names = comparison.pairs, comparison.joined.names
    place = 0
    if len(pairs) > 1:
        chosen = st.selectbox(
            "Pair", range(len(pairs)), key="pair", format_func=lambda i: f"{names[pairs[i].a]} and {names[pairs[i].b]}"
        )
        place = int(chosen or 0)
    kinds = _kinds(comparison, place)
    counts = [each.size for each in kinds.values()]
    titles = [f"{title} ({count:,})" for title, count in zip(kinds, counts, strict=True)]
    kind = st.pills("Images", range(len(kinds)), default=0, required=True, key="kind", wrap=True, format_func=titles.__getitem__,
                    label_visibility="collapsed")  # fmt: skip
    kind = int(kind or 0)
    places = list(kinds.values())[kind]
    if not places.size:
        st.caption("None.")
        return
    first = pager(f"compared-{place}-{kind}", int(places.size), PAGE)
    _tiles(comparison, places[first : first + PAGE])


def _kinds(comparison: Comparison, place: int) -> dict[str, Ints]:
    """Places of the images of each kind, the widest apart or the surest mistakes first."""
    joined, pair = comparison.joined, comparison.pairs[place]
    a, b = joined.right[pair.a], joined.right[pair.b]
    apart = np.abs(joined.scores[pair.a] - joined.scores[pair.b])
    off = np.abs(joined.scores - joined.labels).mean(axis=0)
    wrong, called = ~joined.right, joined.called
    name_a, name_b = joined.names[pair.a], joined.names[pair.b]
    all_wrong = "Both are wrong" if len(joined.names) == 2 else f"All {len(joined.names)} are wrong"
    return {
        f"Only {name_a} is right": _ranked(a & ~b, apart),
        f"Only {name_b} is right": _ranked(b & ~a, apart),
        all_wrong: _ranked(wrong.all(axis=0), off),
        "Any two disagree": _ranked(called.min(axis=0) != called.max(axis=0), np.ptp(joined.scores, axis=0)),
    }


def _ranked(chosen: np.ndarray, by: np.ndarray) -> Ints:
    places = np.flatnonzero(chosen)
    return places[np.argsort(-by[places], kind="stable")]


def _tiles(comparison: Comparison, places: Ints) -> None:
    missing, root = 0, comparison.joined.root
    for start in range(0, len(places), ACROSS):
        for column, place in zip(st.columns(ACROSS), places[start : start + ACROSS], strict=False):
            with column:
                missing += not _tile(comparison, int(place))
    if missing:
        st.caption(plain(f"{missing} of these files cannot be read any more: the data folder {root} was moved or changed."))


def _tile(comparison: Comparison, place: int) -> bool:
    """One image with its class and every detector's score; False when the file cannot be read."""
    joined = comparison.joined
    row = joined.frame.iloc[place]
    path, label = Path(joined.root or ".") / str(row["path"]), int(row["label"])
    try:
        st.image(file_thumbnail(path), width="stretch", alt=f"{row['path']}, truly {LABEL_WORDS[label]}")
        there = True
    except (OSError, UserError):
        st.markdown(":gray[:material/broken_image: gone]")
        there = False
    said = [
        f"{'✓' if joined.right[index, place] else '✗'} **{joined.scores[index, place]:.2f}** {plain(name)}"
        for index, name in enumerate(joined.names)
    ]
    st.caption(f"Truly {LABEL_WORDS[label]} · {plain(str(row['path']).rsplit('/', 1)[-1])}  \n" + "  \n".join(said))
    if there:
        pin_button(f"compared-{place}", path, label, f"Compare: {', '.join(joined.names)}")
    return there
