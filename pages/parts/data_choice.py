"""Choosing the data of a training run: the lab's pictures, or a folder that is checked before anything starts."""

from pathlib import Path

import streamlit as st

from detector.data.folders import open_data
from detector.data.manifest import Manifest
from detector.errors import UserError
from detector.labels import AI, LABEL_WORDS, REAL
from pages.parts.widgets import plain

LAB, FOLDER = "Lab pictures", "A folder"
SHOWN_PROBLEMS = 20


def choose_data() -> str | None:
    """The chosen data ("lab" or a folder's path), or None until a folder has passed its check."""
    kind = st.segmented_control(
        "Images", [LAB, FOLDER], default=LAB, required=True, key="data-kind", label_visibility="collapsed"
    )
    if kind == LAB:
        st.markdown(
            "Pictures made by code. In the *AI-generated* class each carries a planted mark, such as a faint checkerboard, "
            "whose place is known: good for a first run, and for seeing whether a heat map finds what is truly there."
        )
        return "lab"
    path = st.text_input(
        "Folder on this computer",
        key="data-folder",
        placeholder="/home/me/pictures",
        help="It holds one sub-folder a class, such as real and ai (or fake, generated, 0_real, 1_fake …), possibly inside "
        "train, valid and test.",
    )
    if not path.strip():
        st.caption("One sub-folder a class: `real` and `ai`. Usual other names are understood.")
        return None
    return _checked(path.strip())


def _checked(path: str) -> str | None:
    try:
        manifest = _scan(path)
    except UserError as error:
        st.error(plain(str(error)), icon=":material/folder_off:")
        return None
    counts = manifest.counts()["all"]
    total = sum(counts.values())
    st.success(
        f"{total:,} images: {counts[REAL]:,} {LABEL_WORDS[REAL]}, {counts[AI]:,} {LABEL_WORDS[AI]}.",
        icon=":material/check_circle:",
    )
    generators = sorted({item.generator for item in manifest.items if item.generator and item.label == AI})
    if generators:
        st.caption(plain(f"Generators: {', '.join(generators[:12])}{' …' if len(generators) > 12 else ''}."))
    if min(counts.values()) * 3 < max(counts.values()):
        st.warning("One class has more than three times as many images: consider class weights.", icon=":material/balance:")
    if manifest.problems:
        with st.expander(f"{len(manifest.problems):,} files are left out", icon=":material/warning:"):
            for problem in manifest.problems[:SHOWN_PROBLEMS]:
                st.markdown(plain(f"{problem.path}: {problem.reason}"))
            if len(manifest.problems) > SHOWN_PROBLEMS:
                st.caption(f"… and {len(manifest.problems) - SHOWN_PROBLEMS:,} more.")
    return str(Path(path).expanduser().resolve())


def _scan(path: str) -> Manifest:
    """Read the folder with a progress bar; facts of known files come from the cache, so that a rerun is quick."""
    bar = st.progress(0.0, "Reading the images")
    try:
        return open_data(
            path, lambda done, total: bar.progress(done / max(total, 1), f"Reading the images: {done:,} of {total:,}")
        )
    finally:
        bar.empty()
