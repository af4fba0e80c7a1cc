"""The table of many judged pictures: look through it, pick a row, download it."""

import base64
from collections.abc import Sequence

import pandas as pd
import streamlit as st

from pages.parts.judged import Picture, Row
from pages.parts.widgets import WORDS

TABLE = "results"
UNREADABLE = "unreadable"
ROW_HEIGHT, HEADER_HEIGHT, ROWS_SHOWN = 48, 38, 5


def results_table(pictures: Sequence[Picture], rows: Sequence[Row], model: str) -> int:
    """Show the table with its download; returns the index of the picture picked in it."""
    bad = sum(bool(row["error"]) for row in rows)
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.markdown(f"**{len(rows)} pictures**: {_counts(rows)}")
        st.download_button(
            "Download as CSV",
            lambda: verdicts_csv(pictures, rows, model),
            "verdicts.csv",
            "text/csv",
            icon=":material/download:",
            on_click="ignore",
        )
    frame = pd.DataFrame(
        {
            "Picture": [_data_url(row["thumbnail"]) for row in rows],
            "Verdict": [WORDS.get(row["verdict"], UNREADABLE) for row in rows],
            "Score": [row["probability"] for row in rows],
            "Name": [picture.name for picture in pictures],
            "Note": [row["error"] for row in rows],
        }
    )
    picked = st.dataframe(
        frame,
        column_config={
            "Picture": st.column_config.ImageColumn(width=64),
            "Verdict": st.column_config.TextColumn(width=116),
            "Score": st.column_config.ProgressColumn(
                width=140, min_value=0.0, max_value=1.0, format="%.2f", color="#767676", help="0 is real, 1 is AI-generated"
            ),
            "Name": st.column_config.TextColumn(width="medium"),
            "Note": st.column_config.TextColumn(width="large") if bad else None,
        },
        hide_index=True,
        row_height=ROW_HEIGHT,
        height=min(ROWS_SHOWN, len(rows)) * ROW_HEIGHT + HEADER_HEIGHT,
        key=TABLE,
        on_select="rerun",
        selection_mode="single-row-required",
        alt="Verdict and score of every picture",
    )
    return min(picked.selection.rows[0] if picked.selection.rows else 0, len(rows) - 1)


def pick(index: int) -> None:
    """Pick a row from outside the table."""
    st.session_state[TABLE] = {"selection": {"rows": [index], "columns": [], "cells": []}}


def verdicts_csv(pictures: Sequence[Picture], rows: Sequence[Row], model: str) -> bytes:
    """The table as a file: name, verdict, score, threshold, weights, sha256 and error of each picture."""
    frame = pd.DataFrame(
        {
            "name": [_cell(picture.name) for picture in pictures],
            "verdict": [row["verdict"] for row in rows],
            "score": [row["probability"] for row in rows],
            "threshold": [row["threshold"] for row in rows],
            "weights": model,
            "sha256": [row["sha256"] for row in rows],
            "error": [row["error"] for row in rows],
        }
    )
    return frame.to_csv(index=False).encode()


def _cell(name: str) -> str:
    """A file name that a spreadsheet will not run as a formula."""
    return f"'{name}" if name[:1] in "=+-@\t" else name


def _counts(rows: Sequence[Row]) -> str:
    """Like "3 real, 2 AI-generated, 1 unreadable"."""
    verdicts = [WORDS.get(row["verdict"], UNREADABLE) for row in rows]
    return ", ".join(f"{verdicts.count(word)} {word}" for word in (*WORDS.values(), UNREADABLE) if word in verdicts)


def _data_url(jpeg: bytes) -> str:
    return f"data:image/jpeg;base64,{base64.b64encode(jpeg).decode()}" if jpeg else ""
