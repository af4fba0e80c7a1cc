"""The images of one cell of a confusion matrix, or all mistakes, most confident first, a page at a time."""

from collections.abc import Sequence
from pathlib import Path

import pandas as pd
import streamlit as st

from detector.errors import UserError
from detector.evaluation.predictions import cell_images, mistakes
from detector.labels import LABEL_WORDS
from pages.parts.cache import file_thumbnail
from pages.parts.evaluation import Evaluation
from pages.parts.pager import pager
from pages.parts.pin_button import pin_button
from pages.parts.widgets import plain, sentence_case

Cell = tuple[int, int]
PAGE, ACROSS = 12, 4
CELLS: tuple[Cell | None, ...] = ((0, 1), (1, 0), (0, 0), (1, 1), None)  # None stands for both kinds of mistakes
MISTAKES = 4
SHOWN_ORDER = (MISTAKES, 0, 1, 2, 3)  # mistakes first: they teach most


def choose_cell(matrix: Sequence[Sequence[int]], clicked: Sequence[int] | None) -> Cell | None:
    """The cell to show: the one clicked in the figure or the one chosen in the list, whichever came later."""
    if clicked is not None and st.session_state.get("clicked-cell") != list(clicked):
        st.session_state["clicked-cell"] = list(clicked)
        st.session_state["cell"] = CELLS.index((int(clicked[0]), int(clicked[1])))
    st.session_state.setdefault("cell", MISTAKES)
    index = st.pills(
        "Cell",
        SHOWN_ORDER,
        required=True,
        key="cell",
        wrap=True,
        label_visibility="collapsed",
        format_func=lambda index: f"{_words(CELLS[index])} ({_count(CELLS[index], matrix):,})",
    )
    return CELLS[MISTAKES if index is None else index]


def _words(cell: Cell | None) -> str:
    return "All mistakes" if cell is None else f"{LABEL_WORDS[cell[0]]} called {LABEL_WORDS[cell[1]]}"


def _count(cell: Cell | None, matrix: Sequence[Sequence[int]]) -> int:
    return matrix[0][1] + matrix[1][0] if cell is None else matrix[cell[0]][cell[1]]


def cell_gallery(shown: Evaluation, cell: Cell | None) -> None:
    """A page of the cell's images with their scores."""
    title = "Most confident mistakes"
    if cell is not None:
        title = f"{sentence_case(LABEL_WORDS[cell[0]])} images called {LABEL_WORDS[cell[1]]}"
    st.subheader(title, anchor=False)
    count = _count(cell, shown.metrics.confusion_matrix)
    if not count:
        wrong = cell is None or cell[0] != cell[1]
        st.caption("None. " + ("No such mistake on these images." if wrong else "Not one was recognised."))
        return
    first = pager("gallery-" + ("mistakes" if cell is None else f"{cell[0]}{cell[1]}"), count, PAGE)
    frame, most = shown.images.frame, first + PAGE
    found = mistakes(frame, shown.threshold, most) if cell is None else cell_images(frame, *cell, shown.threshold, most)
    on_page = found.iloc[first:most]
    if shown.table.root is None:
        _names(on_page)
    else:
        _tiles(on_page, shown.table.root, shown.table.name, mixed=cell is None)


def _names(rows: pd.DataFrame) -> None:
    """A table brought from elsewhere tells of images, but nobody knows where they lie."""
    st.dataframe(rows[["path", "label", "probability", "generator"]], hide_index=True, alt="Images with their scores")


def _tiles(rows: pd.DataFrame, root: Path, run: str, mixed: bool) -> None:
    missing = 0
    for start in range(0, len(rows), ACROSS):
        for column, (_, row) in zip(st.columns(ACROSS), rows.iloc[start : start + ACROSS].iterrows(), strict=False):
            with column:
                missing += not _tile(root, run, row, mixed)
    if missing:
        st.caption(plain(f"{missing} of these files cannot be read any more: the data folder {root} was moved or changed."))


def _tile(root: Path, run: str, row: "pd.Series[object]", mixed: bool) -> bool:
    """One image with its score and name, and among mixed ones its class; False when the file cannot be read."""
    name, score = str(row["path"]), float(str(row["probability"]))
    label = int(str(row["label"]))
    truth = LABEL_WORDS[label]
    try:
        picture = file_thumbnail(root / name)
    except (OSError, UserError):
        return False
    st.image(picture, width="stretch", alt=f"{name}, truly {truth}, score {score:.2f}")
    st.caption(f"**{score:.2f}** · {f'truly {truth} · ' if mixed else ''}{plain(name.rsplit('/', 1)[-1])}")
    pin_button(f"{run}-{name}", root / name, label, f"Evaluate: {run}")
    return True
