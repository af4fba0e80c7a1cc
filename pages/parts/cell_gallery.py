"""The images of one cell of a confusion matrix, most confident first, a page at a time."""

from collections.abc import Sequence
from pathlib import Path

import pandas as pd
import streamlit as st

from detector.errors import UserError
from detector.evaluation.predictions import cell_images
from detector.home import data_folder
from detector.labels import LABEL_WORDS
from detector.training.runs import Run
from pages.parts.cache import file_thumbnail
from pages.parts.widgets import plain

Cell = tuple[int, int]
PAGE, ACROSS = 12, 4
CELLS: tuple[Cell, ...] = ((0, 1), (1, 0), (0, 0), (1, 1))  # mistakes first: they teach most


def choose_cell(matrix: Sequence[Sequence[int]], clicked: Sequence[int] | None) -> Cell:
    """The cell to show: the one clicked in the figure or the one chosen in the list, whichever came later."""
    if clicked is not None and st.session_state.get("clicked-cell") != list(clicked):
        st.session_state["clicked-cell"] = list(clicked)
        st.session_state["cell"] = CELLS.index((int(clicked[0]), int(clicked[1])))
    st.session_state.setdefault("cell", 0)
    index = st.pills(
        "Cell",
        range(len(CELLS)),
        required=True,
        key="cell",
        wrap=True,
        label_visibility="collapsed",
        format_func=lambda index: _cell_words(CELLS[index], matrix),
    )
    return CELLS[index or 0]


def _cell_words(cell: Cell, matrix: Sequence[Sequence[int]]) -> str:
    true, predicted = cell
    return f"{LABEL_WORDS[true]} called {LABEL_WORDS[predicted]} ({matrix[true][predicted]:,})"


def cell_gallery(run: Run, shown: pd.DataFrame, cell: Cell, threshold: float) -> None:
    """A page of the cell's images with their scores."""
    true, predicted = cell
    st.subheader(
        f"{LABEL_WORDS[true].capitalize() if true == 0 else LABEL_WORDS[true]} images called {LABEL_WORDS[predicted]}",
        anchor=False,
    )
    images = cell_images(shown, true, predicted, threshold)
    if images.empty:
        st.caption("None. " + ("No such mistake on these images." if true != predicted else "Not one was recognised."))
        return
    pages = -(-len(images) // PAGE)
    key = f"gallery-page-{true}{predicted}"
    page = min(st.session_state.get(key, 0), pages - 1)
    root, missing = _root(run), 0
    on_page = images.iloc[page * PAGE : (page + 1) * PAGE]
    for start in range(0, len(on_page), ACROSS):
        for column, (_, row) in zip(st.columns(ACROSS), on_page.iloc[start : start + ACROSS].iterrows(), strict=False):
            missing += not _tile(column, root, row)
    if missing:
        st.caption(plain(f"{missing} of these files cannot be read any more: the data folder {root} was moved or changed."))
    if pages > 1:
        with st.container(horizontal=True, vertical_alignment="center"):
            if st.button("Previous", icon=":material/chevron_left:", disabled=page == 0, key=f"{key}-previous"):
                _turn(key, page - 1)
            st.markdown(f"{page + 1} of {pages}", width="content")
            if st.button("Next", icon=":material/chevron_right:", disabled=page == pages - 1, key=f"{key}-next"):
                _turn(key, page + 1)


def _turn(key: str, page: int) -> None:
    st.session_state[key] = page
    st.rerun()


def _root(run: Run) -> Path:
    """Where the run's images lie."""
    data = run.config().data
    return data_folder() / "lab" if data == "lab" else Path(data)


def _tile(column: "st.delta_generator.DeltaGenerator", root: Path, row: "pd.Series[object]") -> bool:
    """One image with its score and name; False when the file cannot be read."""
    name, score = str(row["path"]), float(str(row["probability"]))
    try:
        picture = file_thumbnail(root / name)
    except (OSError, UserError):
        return False
    column.image(picture, width="stretch", alt=f"{name}, score {score:.2f}")
    column.caption(f"**{score:.2f}** · {plain(name.rsplit('/', 1)[-1])}")
    return True
