"""Side by side: the picture, its map, and beside it another method's or another detector's map of the same picture."""

from collections.abc import Sequence

import streamlit as st

from detector.errors import UserError
from pages.parts.cache import shown
from pages.parts.judged import Picture, judge
from pages.parts.map_pane import Pane, map_pane
from pages.parts.map_settings import Asked, Look, method_box, suitable
from pages.parts.weights_choice import weights_options, weights_place
from pages.parts.widgets import plain

ALONE, METHOD, DETECTOR = "Nothing", "Another method", "Another detector"


def second_pane(picture: Picture, first: Pane) -> Pane | None:
    """What to show beside the first map, chosen on the page; None for nothing, or where the other detector cannot be used."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        choice = st.segmented_control(
            "Beside it",
            (ALONE, METHOD, DETECTOR),
            default=ALONE,
            required=True,
            key="beside",
            help="The same picture by a second method, or asked of a second detector by the same method.",
        )
        if choice == METHOD:
            others = tuple(method for method in suitable(first.folder) if method != first.asked.method)
            second = method_box("Second method", others, "second-method")
            return Pane(first.folder, first.row, Asked(first.asked.label, second, first.asked.layer))
        if choice == DETECTOR:
            return _of_another(picture, first)
    return None


def panes(shown_panes: Sequence[Pane], picture: Picture, look: Look) -> None:
    """The picture, then each map over it."""
    jpeg, size = shown(shown_panes[0].row["sha256"], picture.read)
    first, *others = st.columns(len(shown_panes) + 1, gap="medium")
    first.image(jpeg, width="stretch", alt=f"The picture {picture.name}")
    first.caption(f"{plain(picture.name)} · {size[0]} × {size[1]} pixels")
    for number, (column, pane) in enumerate(zip(others, shown_panes, strict=True), 1):
        with column:
            try:
                map_pane(pane, picture, look, number, named=len(shown_panes) > 1)
            except UserError as error:
                st.error(plain(str(error)), icon=":material/error:")


def _of_another(picture: Picture, first: Pane) -> Pane | None:
    """The same question to another detector, by the same method where it suits that one too."""
    try:
        others = [name for name in weights_options() if weights_place(name) != first.folder]
        if not others:
            st.caption("There is no second detector yet.")
            return None
        folder = weights_place(st.selectbox("Second detector", others, key="second-detector", width=260))
        (row,) = judge([picture], folder)
        methods = suitable(folder)
    except UserError as error:
        st.error(plain(str(error)), icon=":material/error:")
        return None
    method = first.asked.method if first.asked.method in methods else methods[0]
    return Pane(folder, row, Asked(first.asked.label, method))
