"""Choosing a data set: those at hand, and a way to add more. The address names the choice, so that a reload keeps it."""

import csv
import io
from pathlib import Path

import streamlit as st

from detector.data.folders import open_data
from detector.data.known import KnownSet, address_of, find_set, forget, list_sets, normalised, remember
from detector.data.manifest import Manifest, Problem
from detector.errors import UserError
from pages.parts.data_adding import add_data
from pages.parts.data_cache import data_set, forget_data_set
from pages.parts.data_dialogs import ask_delete, ask_rename
from pages.parts.progress import Bar
from pages.parts.widgets import flash, plain

SHOWN_PROBLEMS = 200
_WHERE = {"lab": "made by code", "own": "in the workspace", "folder": "folder", "table": "table"}


def choose_set() -> Manifest | None:
    """The chosen data set, opened; None until one is chosen and can be read."""
    sets = {known.spec: known for known in list_sets()}
    if "data-next" in st.session_state:
        st.session_state["data-set"] = st.session_state.pop("data-next") or None
        st.session_state["data-add"] = False
    elif "data-set" not in st.session_state:
        st.session_state["data-set"] = normalised(st.query_params.get("data", "")) or None
    wanted = st.session_state["data-set"]
    st.session_state.setdefault("data-add", len(sets) == 1 and not wanted)
    options = [*sets, *([wanted] if wanted and wanted not in sets else [])]
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="data-chooser"):
        spec = st.selectbox(
            "Data set",
            options,
            index=None,
            key="data-set",
            format_func=lambda each: _title(sets.get(each), each),
            placeholder="Choose a data set",
            width=600,  # on a phone the rest goes below it
        )
        adding = st.toggle("Add data", key="data-add")
        if spec:
            _options(sets.get(spec), spec)
    _keep_in_address(spec)
    if adding:
        with st.container(border=True, key="data-adding"):
            add_data()
    elif not spec:
        st.caption("Choose one of the sets at hand, or add data: a folder, a zip, a table, or a well-known public set.")
    return _opened(spec) if spec else None


def _title(known: KnownSet | None, spec: str) -> str:
    if known is None:
        return f"{Path(spec).name or spec} · {spec}"
    where = known.spec if known.kind in ("folder", "table") else _WHERE[known.kind]
    return f"{known.name} · {where}{'' if known.there else ' (gone)'}"


def _keep_in_address(spec: str | None) -> None:
    address = address_of(spec) if spec else ""
    if not address:
        st.query_params.pop("data", None)
    elif st.query_params.get("data") != address:
        st.query_params["data"] = address


def _options(known: KnownSet | None, spec: str) -> None:
    """What can be done with the set itself, apart from its pictures."""
    with st.popover("More", icon=":material/more_vert:", help="Rename, delete, read again.", key="data-options"):
        if st.button("Read again", icon=":material/refresh:", type="tertiary", help="Look at every file anew."):
            forget_data_set(spec)
        if known and known.kind == "own":
            if st.button("Rename", icon=":material/edit:", type="tertiary", key="data-rename"):
                ask_rename(known)
            if st.button("Delete", icon=":material/delete:", type="tertiary", key="data-delete"):
                ask_delete(known)
        elif (
            known
            and known.kind != "lab"
            and st.button(
                "Take off this list",
                icon=":material/playlist_remove:",
                type="tertiary",
                key="data-forget",
                help="Its files stay.",
            )
        ):
            forget(spec)
            st.session_state["data-next"] = ""
            flash(f"{plain(known.name)} is off the list.")
            st.rerun()


def _opened(spec: str) -> Manifest | None:
    """Open the set with a progress bar; what could not be used is listed below."""
    known = find_set(spec)
    try:
        with Bar("Reading the images") as bar:
            manifest = data_set(spec, lambda: open_data(spec, bar.count))
    except UserError as error:
        gone = known is not None and not known.there
        st.error(plain(str(error)), icon=":material/folder_off:")
        if gone:
            st.caption("If it lies on a disk that is not connected now, connect it and choose the set again.")
        return None
    if known is None or st.session_state.get("data-remembered") != spec:
        remember(spec)
        st.session_state["data-remembered"] = spec
    if manifest.problems:
        show_problems(manifest.problems)
    return manifest


def show_problems(problems: tuple[Problem, ...]) -> None:
    """What was left out and why, with a table to keep."""
    count = f"{len(problems):,} files or folders were" if len(problems) > 1 else "One file or folder was"
    with st.expander(f"{count} left out", icon=":material/warning:"):
        rows = [{"What": problem.path, "Why": problem.reason} for problem in problems[:SHOWN_PROBLEMS]]
        st.dataframe(rows, hide_index=True, width="stretch")
        if len(problems) > SHOWN_PROBLEMS:
            st.caption(f"The first {SHOWN_PROBLEMS:,} of {len(problems):,}; the table to download has all.")
        st.download_button("Download the list", _csv(problems), "left-out.csv", "text/csv", icon=":material/download:",
                           on_click="ignore", key="left-out")  # fmt: skip


def _csv(problems: tuple[Problem, ...]) -> str:
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(["path", "reason"])
    writer.writerows((problem.path, problem.reason) for problem in problems)
    return buffer.getvalue()
