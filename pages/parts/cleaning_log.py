"""What was decided at the cleaning desk: undo it, take the log along or bring one, write the cleaned copy."""

import re
import tempfile
from collections.abc import Sequence
from pathlib import Path

import streamlit as st

from detector.data.clean_copy import CleanCopy, write_clean_copy
from detector.data.cleaning.decided import key_of, read_declined, take_log, undo_declined
from detector.data.cleaning.proposals import Proposal
from detector.data.edits import Edit, edits_file, read_edits, read_log, undo_edits
from detector.data.manifest import Manifest
from detector.errors import UserError
from pages.parts.actions import attempt
from pages.parts.contact_sheet import short
from pages.parts.data_dialogs import NAME_HELP, open_button
from pages.parts.pager import pager, turn_below
from pages.parts.progress import Bar
from pages.parts.widgets import plain

PAGE = 12
DID = {"crop": "cropped", "split": "split in parts", "drop": "left out"}
LOG_MB = 50
NOTHING = "Nothing is decided yet. Pictures left out stay out without a copy; crops and splits take effect in one."


def show_decided(manifest: Manifest, found: Sequence[Proposal]) -> None:
    """Every answer, the latest first, each with its way back."""
    declined = read_declined(manifest.root)
    left = [one for one in found if key_of(one) in declined]
    edits = sorted(read_edits(manifest.root), key=lambda edit: -edit.when)
    answers: list[Edit | Proposal] = [*edits, *left]
    if not answers:
        return
    with st.expander(f"Decided ({len(answers):,})", icon=":material/history:"):
        first = pager("clean-decided", len(answers), PAGE)
        for answer in answers[first : first + PAGE]:
            show_answer(manifest, answer)
        turn_below("clean-decided", len(answers), PAGE)


def show_answer(manifest: Manifest, answer: Edit | Proposal) -> None:
    """One answer in a line."""
    edit = isinstance(answer, Edit)
    key = f"{answer.path}-{answer.do}" if isinstance(answer, Edit) else key_of(answer)
    why = answer.why if isinstance(answer, Edit) else answer.kind
    did = DID[answer.do] if edit else "stays as it is"
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if st.button("Undo", icon=":material/undo:", key=f"clean-undo-{key}", type="tertiary"):
            if isinstance(answer, Edit):
                attempt(lambda: undo_edits(manifest.root, [answer.path]), "Undone.")
            else:
                attempt(lambda: undo_declined(manifest.root, [key_of(answer)]), "Undone.")
        st.markdown(f"{plain(short(answer.path, 40))}: {did}{f' ({plain(why)})' if why else ''}", width="content")


def show_copy(manifest: Manifest) -> None:
    """Crops and splits need new files: a copy of the set in which everything decided is done."""
    edits = read_edits(manifest.root)
    with st.container(border=True, width=440, key="clean-copy"):
        st.markdown("**Write the cleaned copy**")
        counts = {do: sum(edit.do == do for edit in edits) for do in DID}
        said = ", ".join(f"{count:,} {DID[do]}" for do, count in counts.items() if count)
        lines = [f"{said}. All other files are copied as they are." if said else NOTHING]
        if counts["crop"]:
            lines.append("Cropped pictures have another size than the rest: equalise before you train, or size gives them away.")
        st.caption("\n\n".join(lines))  # one element, so that the first crop does not move the form
        name = st.text_input("Name of the copy", _proposed(manifest), key="clean-name", max_chars=80, help=NAME_HELP)
        if st.button("Write the copy", icon=":material/save:", key="clean-write", disabled=not edits or not name.strip()):
            write(manifest, edits, name.strip())
        show_written(manifest)


def _proposed(manifest: Manifest) -> str:
    """A name that may be a folder's."""
    root = re.sub(r"[^A-Za-z0-9._-]+", "-", manifest.root.name).strip("-._")[:70]
    return f"{root or 'pictures'}-clean"


def write(manifest: Manifest, edits: Sequence[Edit], name: str) -> None:
    """Write it, with a bar; what came of it is shown below."""
    try:
        with Bar("Writing the copy") as bar:
            made = write_clean_copy(manifest, edits, name, bar.count)
    except UserError as error:
        st.error(plain(str(error)), icon=":material/error:")
        return
    st.session_state["clean-written"] = {
        "of": str(manifest.root), "name": name, "folder": str(made.folder), "said": said_of(made),
        "problems": [f"{one.path}: {one.reason}" for one in made.problems[:20]],
    }  # fmt: skip


def said_of(made: CleanCopy) -> str:
    """What came of a copy, in a line."""
    return f"{made.copied:,} copied, {made.cropped:,} cropped, {made.split:,} split, {made.dropped:,} left out."


def show_written(manifest: Manifest) -> None:
    """The last copy that this session made of this set, with the way to it."""
    made = st.session_state.get("clean-written")
    if not made or made["of"] != str(manifest.root) or not Path(made["folder"]).is_dir():
        return
    st.success(f"**{plain(made['name'])}** is written: {made['said']}", icon=":material/check_circle:")
    for problem in made["problems"]:
        st.caption(f":material/warning: {plain(problem)}")
    open_button("Open the copy", made["folder"])


def show_log(manifest: Manifest) -> None:
    """The log to take along, and one to bring."""
    file = edits_file(manifest.root)
    with st.container(border=True, width=440, key="clean-log"):
        st.markdown("**The log of decisions**")
        st.caption(
            "One line of JSON a picture: it can be replayed on the same files anywhere, also with `python -m detector clean`."
        )
        there = file.is_file() and file.stat().st_size > 0
        st.download_button("Download the log", file.read_bytes() if there else b"", f"{manifest.root.name}-edits.jsonl",
                           "application/jsonl", icon=":material/download:", disabled=not there, on_click="ignore",
                           key="clean-download")  # fmt: skip
        brought = st.file_uploader("A log to replay", ["jsonl"], key="clean-upload", max_upload_size=LOG_MB)
        if brought and st.button("Take it over", icon=":material/playlist_add_check:", key="clean-take",
                                 help="What it says of pictures in this set, unchanged, replaces your decisions."):  # fmt: skip
            take(manifest, brought.getvalue())


def take(manifest: Manifest, data: bytes) -> None:
    """Put an uploaded log into the set's own."""
    try:
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder, "The log")
            file.write_bytes(data)
            edits = read_log(file)
    except UserError as error:
        st.error(plain(str(error).replace(f"{folder}/", "")), icon=":material/error:")
        return
    here = {(item.path, item.sha256) for item in manifest.items}
    fit = sum((edit.path, edit.sha256) in here for edit in edits)
    attempt(
        lambda: take_log(manifest, edits), f"{fit:,} of {len(edits):,} decisions fit pictures in this set and are taken over."
    )
