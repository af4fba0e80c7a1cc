"""Choosing the data of a training run: the lab, a set at hand, or a folder; checked and audited before anything starts."""

from pathlib import Path

import streamlit as st

from detector.data.folders import open_data
from detector.data.known import KnownSet, address_of, list_sets, normalised, remember
from detector.data.manifest import Manifest
from detector.errors import UserError
from detector.home import data_folder
from detector.labels import AI, LABEL_WORDS, REAL
from pages.parts.data_audit import audit_of, show_light
from pages.parts.data_cache import data_set
from pages.parts.progress import Bar
from pages.parts.shell import page_file
from pages.parts.widgets import plain

LAB, SETS, FOLDER = "Lab pictures", "A set at hand", "A folder"
SHOWN_PROBLEMS = 20


def choose_data() -> str | None:
    """The chosen data ("lab" or a path), or None until it has passed its check; `?data=` in the address chooses it first."""
    sets = {known.spec: known for known in list_sets() if known.kind != "lab" and known.there}
    _choose_by_address(sets)
    kinds = [LAB, SETS, FOLDER] if sets else [LAB, FOLDER]
    kind = st.segmented_control("Images", kinds, required=True, key="data-kind", label_visibility="collapsed")
    if kind == LAB:
        _lab()
        return "lab"
    if kind == SETS:
        spec = st.selectbox("Data set", list(sets), key="data-known", format_func=lambda each: _title(sets[each]))
        return _checked(spec) if spec else None
    path = st.text_input(
        "Folder on this computer",
        key="data-folder",
        placeholder="/home/me/pictures",
        help="It holds one sub-folder a class, such as real and ai (or fake, generated, 0_real, 1_fake …), possibly inside "
        "train, valid and test. A CSV table of pictures does, too.",
    )
    if not path.strip():
        st.caption("One sub-folder a class: `real` and `ai`. Usual other names are understood.")
        return None
    return _checked(path.strip())


def _choose_by_address(sets: dict[str, KnownSet]) -> None:
    """Before the widgets are there: the kind and the set that a link from the Data page names."""
    if st.session_state.get("data-kind") is not None:
        return
    spec = normalised(st.query_params.get("data", ""))
    if spec in ("", "lab"):
        st.session_state["data-kind"] = LAB
    elif spec in sets:
        st.session_state["data-kind"], st.session_state["data-known"] = SETS, spec
    else:
        st.session_state["data-kind"], st.session_state["data-folder"] = FOLDER, spec


def _title(known: KnownSet) -> str:
    return known.name if known.kind == "own" else f"{known.name} · {known.spec}"


def _lab() -> None:
    st.markdown(
        "Pictures made by code. In the *AI-generated* class each carries a planted mark, such as a faint checkerboard, "
        "whose place is known: good for a first run, and for seeing whether a heat map finds what is truly there."
    )
    if not (data_folder() / "lab" / ".complete").exists():
        st.caption("They are made, and audited for shortcuts, when the run starts.")
        return
    try:
        _audited("lab", data_set("lab", lambda: open_data("lab")), unasked=0)
    except UserError as error:
        st.error(plain(str(error)), icon=":material/folder_off:")


def _checked(spec: str) -> str | None:
    try:
        with Bar("Reading the images") as bar:
            manifest = data_set(spec, lambda: open_data(spec, bar.count))
    except UserError as error:
        st.error(plain(str(error)), icon=":material/folder_off:")
        return None
    if st.session_state.get("data-remembered") != spec:
        remember(spec)
        st.session_state["data-remembered"] = spec
    _counted(manifest)
    _audited(spec, manifest)
    return normalised(spec)


def _counted(manifest: Manifest) -> None:
    """How many of what, and what is left out."""
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
        count = f"{len(manifest.problems):,} files are" if len(manifest.problems) > 1 else "One file is"
        with st.expander(f"{count} left out", icon=":material/warning:"):
            for problem in manifest.problems[:SHOWN_PROBLEMS]:
                st.markdown(plain(f"{problem.path}: {problem.reason}"))
            if len(manifest.problems) > SHOWN_PROBLEMS:
                st.caption(f"… and {len(manifest.problems) - SHOWN_PROBLEMS:,} more.")


def _audited(spec: str, manifest: Manifest, **options: int) -> None:
    """What a cheater would score on this data, before anybody trains on it."""
    audit = audit_of(manifest, "train-audit", **options)
    if audit:
        show_light(audit)
    if page_file("data").is_file():
        st.page_link(
            page_file("data"),
            label="See what is behind it" if audit else "Look at this set",
            icon=":material/policy:",
            query_params={"data": address_of(normalised(spec)) or str(Path(spec)), "view": "Audit"},
        )
