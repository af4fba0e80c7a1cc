"""Adding a data set: a folder, a zip, a table, or one of the catalogue."""

import re
from pathlib import Path

import streamlit as st

from detector.data.archive import unpack
from detector.data.archive_entries import MAX_ENTRIES
from detector.data.known import normalised
from detector.errors import UserError
from pages.parts.data_catalogue import show_catalogue
from pages.parts.data_dialogs import NAME_HELP, show_next
from pages.parts.progress import Bar
from pages.parts.widgets import flash, plain

MAX_MB = 1024  # an upload waits in memory until it is unpacked
FOLDER, ZIP, TABLE, CATALOGUE = "Folder", "Zip file", "Table", "Catalogue"


def add_data() -> None:
    """One of four ways."""
    kind = st.segmented_control(
        "Add data from", [FOLDER, ZIP, TABLE, CATALOGUE], default=FOLDER, required=True, key="data-kind-new",
        label_visibility="collapsed",
    )  # fmt: skip
    {FOLDER: add_folder, ZIP: add_zip, TABLE: add_table, CATALOGUE: show_catalogue}[kind]()


def add_folder() -> None:
    """A folder stays where it is."""
    st.markdown(
        "It holds one sub-folder a class: `real` and `ai`. Usual other names are understood, such as `fake`, `generated`, "
        "`0_real` or `1_fake`, also inside `train`, `valid` and `test`. It stays where it is and is only read."
    )
    _ask_path("Folder on this computer", "/home/me/pictures", "new-folder", "")


def add_table() -> None:
    """A table names pictures that stay where they are."""
    st.markdown(
        "A CSV file with a line for each picture. `path` and `label` are needed; a path may be relative to the table. Pictures "
        "of one `group`, `source` or `prompt` are kept in one split."
    )
    st.code("path,label,generator,split,prompt\nphotos/1.jpg,real,,train,\nmade/7.png,ai,sdxl,train,a red cat", language="csv")
    _ask_path("CSV file on this computer", "/home/me/pictures.csv", "new-table", ".csv")


def _ask_path(label: str, example: str, key: str, suffix: str) -> None:
    with st.form(f"{key}-form", border=False):
        path = st.text_input(label, key=key, placeholder=example).strip()
        if not st.form_submit_button("Open", icon=":material/folder_open:", type="primary"):
            return
    if not path:
        st.error(f"Give the {'file' if suffix else 'folder'}'s path.", icon=":material/error:")
    elif suffix and Path(path).suffix.lower() != suffix:
        st.error(plain(f"{path} is no {suffix} file: save the table as CSV."), icon=":material/error:")
    else:
        show_next(normalised(path))
        st.rerun()


def add_zip() -> None:
    """A zip is checked and unpacked into the workspace."""
    st.markdown(
        "A zip of a folder that holds `real` and `ai`. It is unpacked into the workspace. Only pictures and `metadata.csv` are "
        f"kept, at most {MAX_ENTRIES:,} files, and a zip that is damaged or odd is refused whole."
    )
    file = st.file_uploader(
        "Zip file", ["zip"], max_upload_size=MAX_MB, key="new-zip", help="For larger ones give the path below."
    )
    path = st.text_input("Or a zip on this computer", placeholder="/home/me/pictures.zip", key="new-zip-path",
                         help="For files too large to upload.").strip()  # fmt: skip
    source = file or (Path(path) if path else None)
    called = Path(file.name if file else path).stem if source else ""
    proposal = re.sub(r"[^A-Za-z0-9._-]+", "-", called).strip("-._")[:80]
    name = st.text_input("Name", value=proposal, max_chars=80, key=f"new-zip-name-{proposal}", help=NAME_HELP).strip()
    if st.button("Unpack", icon=":material/unarchive:", type="primary", disabled=not (source and name), key="new-zip-unpack"):
        try:
            with Bar("Unpacking") as bar:
                done = unpack(source, name, bar.megabytes)
        except (UserError, OSError) as error:
            st.error(plain(str(error)), icon=":material/error:")
            return
        left_out = f" {done.left_out:,} other files were left out." if done.left_out else ""
        flash(f"{plain(name)}: {done.written:,} files unpacked.{left_out}")
        show_next(str(done.folder))
        st.rerun()
