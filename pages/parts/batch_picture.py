"""One picture of a batch: large in a dialog with its row, and on a page of its own with the map of where the detector looked."""

from collections.abc import Sequence
from pathlib import Path

import pandas as pd
import streamlit as st

from detector.batches.batch import Batch
from detector.batches.export import printable
from detector.batches.table import Results
from detector.errors import UserError
from detector.models.digests import weights_hash
from detector.models.library import find_weights
from pages.parts.batch_cache import results_of
from pages.parts.cache import shown
from pages.parts.detail import detail
from pages.parts.judged import Picture, judge
from pages.parts.one_picture import AT, HIGHEST, WIDEST, size_words, walk
from pages.parts.shell import page_file
from pages.parts.widgets import plain, score_bar, verdict_badge

CHANGED = "{} has changed since: it is not the one that was classified."


def open_row(batch: Batch, numbers: Sequence[int], index: int, threshold: float) -> None:
    """Open the row at this place of the list of row numbers."""
    st.session_state[AT] = index
    row_dialog(batch, [int(number) for number in numbers], threshold)


@st.dialog("Picture", width="large", on_dismiss="rerun")
def row_dialog(batch: Batch, numbers: list[int], threshold: float) -> None:
    """The picture that AT says, and on to its neighbours."""
    index = min(max(int(st.session_state.get(AT, 0)), 0), len(numbers) - 1)
    results = results_of(batch)
    row = results.frame.iloc[numbers[index]]
    walk(index, len(numbers))
    if row["error"]:
        st.error(plain(f"{printable(results.name(row['path']))}: {row['error']}"), icon=":material/broken_image:")
        return
    left, right = st.columns([3, 2], gap="medium")
    with left:
        _large(row)
    with right:
        verdict_badge(row["verdict"])
        score_bar(float(row["probability"]), threshold)
        for reason in row["reasons"]:
            st.caption(plain(reason))
        st.markdown(f"**{plain(printable(results.name(row['path'])))}**")
        st.markdown("  \n".join(f":gray[{name}] {value}" for name, value in _facts(row).items()))
        query = {"batch": batch.name, "image": str(numbers[index])}
        st.page_link(page_file("batches"), label="See where the detector looked", icon=":material/blur_on:", query_params=query)


def _large(row: "pd.Series[object]") -> None:
    try:
        picture, (width, height) = shown(str(row["sha256"]), Path(str(row["path"])).read_bytes)
    except (UserError, OSError) as error:
        st.error(plain(f"The picture cannot be shown: {error}"), icon=":material/broken_image:")
        return
    st.image(picture, width=max(round(min(WIDEST, HIGHEST * width / height)), 1), alt=printable(str(row["path"])))


def _facts(row: "pd.Series[object]") -> dict[str, str]:
    numbers = {name: int(float(str(row[name]))) for name in ("width", "height", "bytes")}
    facts = {
        "Looks like": plain(str(row["looks_like"])),
        "Generator": plain(str(row["generator"])),
        "Size": f"{numbers['width']:,} × {numbers['height']:,} pixels, {size_words(numbers['bytes'])}",
        "SHA-256": f"`{str(row['sha256'])[:16]}…`",
        "Time": f"{float(str(row['ms'])):,.0f} ms",
    }
    return {name: value for name, value in facts.items() if value}


def show_row(batch: Batch, text: str) -> None:
    """The row of this number with everything that the page Classify shows of a picture."""
    results = results_of(batch)
    here = {"batch": batch.name}
    st.page_link(page_file("batches"), label=f"Back to {plain(batch.name)}", icon=":material/arrow_back:", query_params=here)
    if not text.isdecimal() or int(text) >= len(results.frame):
        st.error("This batch has no such picture.", icon=":material/search_off:")
        return
    row = results.frame.iloc[int(text)]
    name = printable(results.name(row["path"]))
    _neighbours(batch, int(text), results)
    st.subheader(plain(name), anchor=False)
    if row["error"]:
        st.error(plain(str(row["error"])), icon=":material/broken_image:")
        return
    try:
        folder = find_weights(batch.plan().weights)
        if weights_hash(folder) != batch.about().get("weights_hash"):
            st.warning(plain(CHANGED.format("The detector")), icon=":material/difference:")
        data = Path(row["path"]).read_bytes()
        picture = Picture(f"batch:{batch.name}:{text}", name, lambda: data)
        (judged,) = judge([picture], folder)
    except (UserError, OSError) as error:
        st.error(plain(str(error)), icon=":material/error:")
        return
    if judged["error"]:
        st.error(plain(judged["error"]), icon=":material/broken_image:")
        return
    if judged["sha256"] != row["sha256"]:
        st.warning(plain(CHANGED.format("The picture")), icon=":material/difference:")
    detail(picture, judged, folder)


def _neighbours(batch: Batch, number: int, results: Results) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        for label, icon, other in (("Previous", "chevron_left", number - 1), ("Next", "chevron_right", number + 1)):
            st.page_link(
                page_file("batches"), label=label, icon=f":material/{icon}:", disabled=not 0 <= other < len(results.frame),
                query_params={"batch": batch.name, "image": str(other)},
            )  # fmt: skip
        st.caption(f"{number + 1:,} of {len(results.frame):,}", width="content")
