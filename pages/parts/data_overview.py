"""Overview of a data set: how many images of which class, source, size and format, and what to be careful about."""

import pandas as pd
import streamlit as st

from detector.data.contents import cautions, contents, counted, sizes
from detector.data.edits import read_edits
from detector.data.manifest import Manifest
from detector.errors import UserError
from detector.figures.dataset import share_bars, size_figure, source_bars
from pages.parts.widgets import plain


def show_overview(manifest: Manifest) -> None:
    """Cautions, four plots with their numbers, what is left out, and the fingerprint."""
    table = contents(manifest.items)
    for caution in cautions(table):
        say = st.warning if caution.serious else st.info
        say(
            f"**{plain(caution.what)}** {plain(caution.why)}", icon=":material/warning:" if caution.serious else ":material/info:"
        )
    by_source, by_size, by_format = counted(table, "source"), sizes(table), counted(table, "format")
    left, right = st.columns(2, gap="large")
    with left:
        st.subheader("Where do the images come from?", anchor=False)
        st.plotly_chart(source_bars(by_source), key="by-source", alt="Images by source, a bar each")
        numbers(by_source, "source", "sources")
    with right:
        st.subheader("Do both classes come in the same sizes?", anchor=False)
        if len(by_size) == 1:
            st.markdown(f"Yes. Every image has {by_size.index[0]} pixels.")
        else:
            st.plotly_chart(size_figure(table, by_size), key="by-size", alt="Sizes of the images of both classes")
            numbers(by_size, "size", "sizes")
    left, right = st.columns(2, gap="large")
    with left:
        st.subheader("Are both classes stored in the same formats?", anchor=False)
        if len(by_format) == 1:
            st.markdown(f"Yes. Every image is stored as {plain(str(by_format.index[0]))}.")
        else:
            st.plotly_chart(share_bars(by_format, "Format"), key="by-format", alt="Share of each class by format")
            numbers(by_format, "format", "formats")
    with right:
        st.subheader("Are the splits given?", anchor=False)
        given_splits(table)
    left_out(manifest)
    identity(manifest, table)


def numbers(counts: pd.DataFrame, noun: str, file: str) -> None:
    """The numbers behind a plot, to read and to download."""
    with st.expander(f"Numbers ({len(counts):,})", icon=":material/table_rows:"):
        st.dataframe(counts.rename_axis(noun), height=min(35 * (len(counts) + 1) + 3, 300), alt=f"Images of each class by {noun}")
        text = counts.rename_axis(noun).to_csv()
        st.download_button(
            "Download as CSV",
            text,
            f"{file}.csv",
            "text/csv",
            icon=":material/download:",
            key=f"download-{file}",
            on_click="ignore",
        )


def given_splits(table: pd.DataFrame) -> None:
    """Images by the split that their folder or table names."""
    if not (table["split"] != "").any():
        st.markdown(
            "No. Training divides the images itself, by shares that you choose: see *Splits*. "
            "Folders named train, valid and test would be taken as given."
        )
        return
    named = table.assign(split=table["split"].replace("", "not given"))
    by_split = counted(named, "split")
    by_split = by_split.loc[[part for part in ("train", "valid", "test", "not given") if part in by_split.index]]
    st.plotly_chart(share_bars(by_split, "Split"), key="by-split", alt="Share of each class by split")
    numbers(by_split, "split", "splits")


def left_out(manifest: Manifest) -> None:
    """How many pictures a person left out."""
    try:
        dropped = sum(edit.do == "drop" for edit in read_edits(manifest.root))
    except UserError as error:
        st.error(plain(str(error)), icon=":material/error:")
        return
    if dropped:
        st.caption(
            f"You left out {dropped:,} {'picture' if dropped == 1 else 'pictures'}: *Pictures* shows them and brings them back."
        )


def identity(manifest: Manifest, table: pd.DataFrame) -> None:
    """What tells this data set from every other, and the whole list of it."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(
            f"Fingerprint `{manifest.fingerprint}`",
            width="content",
            help="It changes when a path, a class or a file's content does. Runs and audits keep it, so that two data sets "
            "of one name are told apart.",
        )
        columns = ["path", "class", "source", "split", "width", "height", "format"]
        st.download_button(
            "Download the list of images",
            lambda: table[columns].to_csv(index=False),
            "images.csv",
            "text/csv",
            icon=":material/download:",
            type="tertiary",
            on_click="ignore",
        )
