"""The rows of a batch on show: as small pictures, a page at a time, or as a table. A click opens one."""

from pathlib import Path
from typing import Any

import pandas as pd
import streamlit as st

from detector.batches.batch import Batch
from detector.batches.export import printable
from detector.batches.table import ERROR, Results
from detector.words import shown_score
from pages.parts.batch_picture import open_row
from pages.parts.cache import file_thumbnails
from pages.parts.contact_sheet import TILE, short, thumb
from pages.parts.pager import pager, turn_below
from pages.parts.widgets import WORDS, plain

PAGE = 60
MOST_ROWS = 10_000
"""Rows of the table in the browser: more would make every click slow."""
COLOURS = {"real": "blue", "ai": "orange", "inconclusive": "gray", ERROR: "gray"}
UNUSABLE = "could not be used"


def show_sheet(batch: Batch, results: Results, found: pd.DataFrame, threshold: float) -> None:
    """Sixty small pictures with their verdicts."""
    first = pager("batch-sheet", len(found), PAGE)
    on_page = found.iloc[first : first + PAGE]
    pictures = file_thumbnails([Path(path) for path in on_page["path"]])
    with st.container(horizontal=True, gap="small", key="batch-sheet"):
        for offset, (row, picture) in enumerate(zip(on_page.to_dict("records"), pictures, strict=True)):
            if _tile(int(on_page.index[offset]), row, picture, results):
                open_row(batch, found.index, first + offset, threshold)
    turn_below("batch-sheet", len(found), PAGE)


def _tile(number: int, row: dict[Any, Any], picture: bytes | None, results: Results) -> bool:
    """One picture with its verdict and score; True when it was clicked."""
    name = printable(results.name(row["path"]))
    with st.container(width=TILE, gap=None, key=f"batch-tile-{number}"):
        if row["outcome"] == ERROR and picture is None:
            with st.container(height=TILE, border=False, horizontal_alignment="center", vertical_alignment="center"):
                st.caption(f":material/broken_image: {plain(row['error'])}")
        else:
            thumb(name, picture, *_size(row))
        clicked = st.button(
            plain(short(name)), key=f"batch-open-{number}", type="tertiary", help=plain(f"Open {name}"),
            disabled=row["outcome"] == ERROR,
        )  # fmt: skip
        word = WORDS.get(row["verdict"], UNUSABLE)
        score = f" :gray[{shown_score(row['probability'])}]" if pd.notna(row["probability"]) else ""
        st.markdown(f":small[:{COLOURS[row['outcome']]}[{word}]{score}]")
    return clicked


def _size(row: dict[Any, Any]) -> tuple[int, int]:
    return (int(row["width"]), int(row["height"])) if pd.notna(row["width"]) else (1, 1)


def show_table(batch: Batch, results: Results, found: pd.DataFrame, threshold: float) -> None:
    """The rows as a table; a chosen one opens."""
    rows = found.iloc[:MOST_ROWS]
    frame = pd.DataFrame(
        {
            "Name": [printable(results.name(path)) for path in rows["path"]],
            "Verdict": [WORDS.get(verdict, UNUSABLE) for verdict in rows["verdict"]],
            "Score": rows["probability"].to_numpy(),
            "Looks like": rows["looks_like"].to_numpy(),
            "Generator": rows["generator"].to_numpy(),
            "Why inconclusive": ["; ".join(reasons) for reasons in rows["reasons"]],
            "Size": [f"{int(w)} × {int(h)}" if pd.notna(w) else "" for w, h in zip(rows["width"], rows["height"], strict=True)],
            "Error": rows["error"].to_numpy(),
        }
    )
    frame = frame.drop(
        columns=[name for name in ("Looks like", "Generator", "Why inconclusive", "Error") if not (frame[name] != "").any()]
    )
    key = f"batch-table-{st.session_state.get('batch-table-turn', 0)}"
    event = st.dataframe(
        frame,
        key=key,
        hide_index=True,
        on_select="rerun",
        selection_mode="single-row",
        column_config={
            "Name": st.column_config.TextColumn(width="medium", pinned=True),
            "Score": st.column_config.ProgressColumn(
                width=140, min_value=0.0, max_value=1.0, format="%.2f", color="#767676", help="0 is real, 1 is AI-generated"
            ),
        },
        alt="Every picture on show with its verdict and score",
    )
    if len(found) > MOST_ROWS:
        st.caption(f"The first {MOST_ROWS:,} of {len(found):,} rows. A download has all.")
    if event.selection.rows and event.selection.rows[0] < len(rows):
        # under a new key nothing is chosen any more: closing the picture must not open it again
        st.session_state["batch-table-turn"] = st.session_state.get("batch-table-turn", 0) + 1
        open_row(batch, rows.index, event.selection.rows[0], threshold)
