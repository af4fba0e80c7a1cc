"""Contact sheet: the pictures of a data set, a page at a time, filtered and ordered, each a click away from its dialog."""

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from detector.data.edits import Edit, read_edits, undo_edits
from detector.data.manifest import Item, Manifest
from detector.errors import UserError
from detector.labels import AI, LABEL_WORDS, REAL
from pages.parts.actions import attempt
from pages.parts.cache import file_thumbnails
from pages.parts.one_picture import DECIDED, open_picture
from pages.parts.pager import pager, turn_below
from pages.parts.widgets import plain

PAGE = 48
TILE = 168  # pixels, of a tile's width and of the frame of its picture: two of them fit a phone
ANY = "any"
IN, OUT = "in", "out"
ORDERS = {
    "name": "By name",
    "large": "Largest first",
    "small": "Smallest first",
    "mixed": "Mixed",
}
SPLITS = {"train": "Training", "valid": "Validation", "test": "Test", "none": "Not given"}


@dataclass(frozen=True)
class Wanted:
    """Which pictures to show, and in which order; ANY leaves a filter open."""

    label: str = ANY
    generator: str = ANY
    split: str = ANY
    format: str = ANY
    find: str = ""
    order: str = "name"


def select(items: Sequence[Item], wanted: Wanted) -> list[Item]:
    """The items that fit, in the wanted order."""
    words = wanted.find.lower().split()
    fits = [
        item
        for item in items
        if wanted.label in (ANY, LABEL_WORDS[item.label])
        and wanted.generator in (ANY, item.generator)
        and wanted.split in (ANY, item.split or "none")
        and wanted.format in (ANY, item.format)
        and all(word in item.path.lower() for word in words)
    ]
    if wanted.order in ("large", "small"):
        return sorted(fits, key=lambda item: item.width * item.height, reverse=wanted.order == "large")
    return sorted(fits, key=lambda item: item.sha256 if wanted.order == "mixed" else item.path)


@st.fragment
def show_pictures(manifest: Manifest) -> None:
    """The sheet; a click on a picture's name opens it."""
    if st.session_state.pop(DECIDED, False):  # in the dialog that was closed: the counts above the sheet change, too
        st.rerun()
    try:
        gone = dropped(manifest)
    except UserError as error:
        st.error(plain(str(error)), icon=":material/error:")
        return
    if gone and _shown(len(gone)) == OUT:
        show_left_out(manifest, gone)
        return
    found = select(manifest.items, choose(manifest.items))
    if not found:
        st.info("No picture fits these filters.", icon=":material/filter_alt_off:")
        return
    first = pager("sheet", len(found), PAGE)
    on_page = found[first : first + PAGE]
    pictures = file_thumbnails([manifest.path(item) for item in on_page])
    with st.container(horizontal=True, gap="small", key="sheet"):
        for offset, (item, picture) in enumerate(zip(on_page, pictures, strict=True)):
            if tile(item, picture):
                open_picture(manifest, found, first + offset)
    turn_below("sheet", len(found), PAGE)


def _shown(out: int) -> str:
    """Whether to show what is in the set or what was left out."""
    words = {IN: "In the set", OUT: f"Left out ({out:,})"}
    return st.segmented_control(
        "Show", [IN, OUT], default=IN, required=True, format_func=words.__getitem__, key="shown", label_visibility="collapsed"
    )


def choose(items: Sequence[Item]) -> Wanted:
    """The filters that have something to choose from, in one row."""
    generators = sorted({item.generator for item in items if item.generator})
    formats = sorted({item.format for item in items})
    splits = [name for name in SPLITS if any((item.split or "none") == name for item in items)]
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
        label = _filter("class", "Class", [LABEL_WORDS[REAL], LABEL_WORDS[AI]])
        generator = _filter("generator", "Generator", generators) if generators else ANY
        split = _filter("split", "Split", splits) if len(splits) > 1 else ANY
        kind = _filter("format", "Format", formats) if len(formats) > 1 else ANY
        order = st.selectbox(
            "Order", list(ORDERS), format_func=ORDERS.__getitem__, key="order", bind="query-params", width=TILE,
            help="Mixed: an order that looks random and stays the same.",
        )  # fmt: skip
        find = st.text_input(
            "Find in names", key="find", bind="query-params", icon=":material/search:", width=220, help="Every word must occur."
        )
    return Wanted(label, generator, split, kind, (find or "").strip(), order)


def _filter(key: str, title: str, options: list[str]) -> str:
    if st.session_state.get(key, ANY) not in (ANY, *options):
        del st.session_state[key]  # chosen for another data set
    words = {ANY: "All", **(SPLITS if key == "split" else {})}
    return str(
        st.selectbox(
            title, [ANY, *options], format_func=lambda value: words.get(value, value), key=key, bind="query-params", width=TILE
        )
    )


def tile(item: Item, picture: bytes | None) -> bool:
    """One picture in a frame of fixed height, with its facts; True when it was clicked."""
    with st.container(width=TILE, gap=None, key=f"tile-{item.path}"):
        thumb(item.path, picture, item.width, item.height)
        clicked = st.button(plain(short(item.path)), key=f"open-{item.path}", type="tertiary", help=plain(f"Open {item.path}"))
        st.markdown(
            f":small[:{'orange' if item.label == AI else 'blue'}[{LABEL_WORDS[item.label]}] :gray[{item.width} × {item.height}]]"
        )
    return clicked


def thumb(path: str, picture: bytes | None, width: int, height: int) -> None:
    """The picture in the middle of its frame, as large as the frame allows."""
    with st.container(height=TILE, border=False, horizontal_alignment="center", vertical_alignment="center"):
        if picture is None:
            st.caption(":material/broken_image: The file cannot be read any more.")
        else:
            st.image(picture, width=max(round(TILE * width / max(width, height, 1)), 1), alt=path)


def short(path: str, most: int = 20) -> str:
    """A file's name without its middle when it is long: beginnings and ends tell names apart."""
    name = path.rsplit("/", 1)[-1]
    return name if len(name) <= most else f"{name[: most // 2]}…{name[-(most - most // 2 - 1) :]}"


def dropped(manifest: Manifest) -> list[Edit]:
    """The pictures that a person left out, the latest first; one whose file has changed since then is in the set again."""
    there = {item.path for item in manifest.items}
    return [edit for edit in reversed(read_edits(manifest.root)) if edit.do == "drop" and edit.path not in there]


def show_left_out(manifest: Manifest, gone: Sequence[Edit]) -> None:
    """The pictures left out, with a way back; the files lie where they always were."""
    st.caption("These files are untouched. They are only not counted, audited or trained on.")
    if len(gone) > 1 and st.button(f"Bring all {len(gone):,} back", icon=":material/undo:"):
        attempt(lambda: undo_edits(manifest.root, [edit.path for edit in gone]), f"{len(gone):,} brought back.")
    first = pager("left-out", len(gone), PAGE)
    on_page = gone[first : first + PAGE]
    pictures = file_thumbnails([manifest.root / edit.path for edit in on_page])
    with st.container(horizontal=True, gap="small"):
        for edit, picture in zip(on_page, pictures, strict=True):
            with st.container(width=TILE, gap="xsmall"):
                thumb(edit.path, picture, 1, 1)
                st.caption(plain(short(edit.path)), help=plain(f"{edit.path}: {edit.why}" if edit.why else edit.path))
                if st.button("Bring back", icon=":material/undo:", key=f"back-{edit.path}", width="stretch"):
                    attempt(lambda path=edit.path: undo_edits(manifest.root, [path]), f"{plain(short(edit.path))} is back.")
