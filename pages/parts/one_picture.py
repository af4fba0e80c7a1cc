"""One picture of a data set in a dialog: large, with its facts and its group; leave it out, bring it back, walk on."""

import time
from collections.abc import Sequence

import streamlit as st

from detector.data.edits import Edit, add_edits, read_edits, undo_edits
from detector.data.manifest import Item, Manifest
from detector.errors import UserError
from detector.labels import AI, LABEL_WORDS
from pages.parts.cache import file_thumbnails, shown
from pages.parts.widgets import plain

NEIGHBOURS = 5
WIDEST, HIGHEST = 680, 560  # pixels of the picture on the page
AT, DECIDED = "picture-at", "picture-decided"


def open_picture(manifest: Manifest, items: Sequence[Item], index: int) -> None:
    """Open the item at this place of the list."""
    st.session_state[AT] = index
    picture_dialog(manifest, items)


@st.dialog("Picture", width="large", on_dismiss="rerun")
def picture_dialog(manifest: Manifest, items: Sequence[Item]) -> None:
    """The picture that AT says; leaving one out keeps the dialog open, so that a person can go on."""
    index = min(max(int(st.session_state.get(AT, 0)), 0), len(items) - 1)
    item = items[index]
    walk(index, len(items))
    try:
        picture, _ = shown(item.sha256, lambda: manifest.path(item).read_bytes())
        bytes_on_disk = manifest.path(item).stat().st_size
        out = any(edit.do == "drop" and edit.path == item.path for edit in read_edits(manifest.root))
    except (UserError, OSError) as error:
        st.error(plain(f"{item.path} cannot be shown: {error}"), icon=":material/broken_image:")
        return
    left, right = st.columns([3, 2], gap="medium")
    left.image(picture, width=max(round(min(WIDEST, HIGHEST * item.width / item.height)), 1), alt=item.path)
    with right:
        facts(item, bytes_on_disk)
        leave_out(manifest, item, out)
    neighbours(manifest, item)


def walk(index: int, total: int) -> None:
    """Where in the list, and on from there."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.button(
            "Previous", icon=":material/chevron_left:", key="picture-previous", shortcut="p", disabled=index == 0,
            on_click=_go, args=(index - 1,),
        )  # fmt: skip
        st.markdown(f"{index + 1:,} of {total:,}", width="content")
        st.button(
            "Next", icon=":material/chevron_right:", key="picture-next", shortcut="n", disabled=index == total - 1,
            on_click=_go, args=(index + 1,),
        )  # fmt: skip


def _go(index: int) -> None:
    st.session_state[AT] = index


def facts(item: Item, bytes_on_disk: int) -> None:
    """What is known of the picture."""
    source = f" · {item.generator}" if item.generator else ""
    lines = {
        "Class": f":{'orange' if item.label == AI else 'blue'}[{LABEL_WORDS[item.label]}]{plain(source)}",
        "Split": plain(item.split or "not given"),
        "Size": f"{item.width:,} × {item.height:,} pixels",
        "File": f"{item.format}, {size_words(bytes_on_disk)}, {8 * bytes_on_disk / (item.width * item.height):.1f} bits a pixel",
        "SHA-256": f"`{item.sha256[:16]}…`",
    }
    st.markdown(f"**{plain(item.path)}**")
    st.markdown("  \n".join(f":gray[{name}] {value}" for name, value in lines.items()))


def size_words(count: int) -> str:
    """Bytes in the unit that people use for so many."""
    return f"{count / 1e6:.1f} MB" if count >= 1e6 else f"{count / 1e3:.1f} kB"


def leave_out(manifest: Manifest, item: Item, out: bool) -> None:
    """The decision about this picture, which can be taken back."""
    if out:
        st.badge("Left out", icon=":material/visibility_off:", color="gray")
        st.button("Bring back", icon=":material/undo:", key="bring-back", on_click=_decide, args=(manifest, item, False))
    else:
        st.button(
            "Leave out", icon=":material/visibility_off:", key="leave-out", shortcut="x", on_click=_decide,
            args=(manifest, item, True), help="The file stays where it is; it is no longer counted, audited or trained on.",
        )  # fmt: skip


def _decide(manifest: Manifest, item: Item, out: bool) -> None:
    try:
        if out:
            add_edits(manifest.root, [Edit("drop", item.path, item.sha256, why="left out by hand", when=time.time())])
        else:
            undo_edits(manifest.root, [item.path])
        st.session_state[DECIDED] = True
    except (UserError, OSError) as error:
        st.toast(plain(str(error)), icon=":material/error:")


def neighbours(manifest: Manifest, item: Item) -> None:
    """The pictures of its group, which always go to the same split."""
    others = [other for other in manifest.items if item.group and other.group == item.group and other.path != item.path]
    if not others:
        return
    st.markdown(f"**Belongs together with {len(others):,} {'other' if len(others) == 1 else 'others'}**")
    st.caption("Near-copies, or pictures of one prompt or source: they always go into the same split.")
    pictures = file_thumbnails([manifest.path(other) for other in others[:NEIGHBOURS]])
    for column, other, picture in zip(st.columns(NEIGHBOURS), others, pictures, strict=False):
        if picture:
            column.image(picture, width="stretch", alt=other.path)
        column.caption(f":{'orange' if other.label == AI else 'blue'}[{LABEL_WORDS[other.label]}] {plain(other.path)}")
    if len(others) > NEIGHBOURS:
        st.caption(f"… and {len(others) - NEIGHBOURS:,} more.")
