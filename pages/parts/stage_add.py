"""Adding pictures to a deck: uploads, samples that ship, pinned images, and pictures of a data set."""

from collections.abc import Callable, Sequence

import streamlit as st

from detector.data.folders import open_data
from detector.data.known import KnownSet, list_sets
from detector.data.manifest import Item, Manifest
from detector.errors import UserError
from detector.evaluation.pins import list_pins
from detector.labels import AI, LABEL_WORDS, REAL
from detector.samples import SAMPLES
from detector.stage.deck import Deck
from detector.stage.pictures import MOST_PICTURES, add_picture
from pages.parts.cache import file_thumbnails, sample_png, sample_thumbnail
from pages.parts.data_cache import data_set
from pages.parts.pager import pager
from pages.parts.progress import Bar
from pages.parts.widgets import flash, plain

TYPES = ["jpg", "jpeg", "jfif", "png", "webp", "avif", "gif", "bmp", "tif", "tiff"]
UPLOADS, SHIPPED, SET, PINS = "Upload", "Samples", "Data set", "Pinned"
UNKNOWN = "not known"
WIDTH, PAGE = 132, 24

Wanted = tuple[Callable[[], bytes], str, int | None, str]
"""How to read a picture, its name, its truth, and where it comes from."""


def add_pictures(deck: Deck) -> None:
    """The ways to add pictures; open where the deck is empty."""
    with st.expander("Add pictures", icon=":material/add_photo_alternate:", expanded=not deck.pictures, key="add-pictures"):
        if len(deck.pictures) >= MOST_PICTURES:
            st.caption(f"A deck takes {MOST_PICTURES} pictures at most.")
            return
        way = st.segmented_control("From where", [UPLOADS, SHIPPED, SET, PINS], default=UPLOADS, required=True, key="add-from",
                                   label_visibility="collapsed")  # fmt: skip
        {UPLOADS: _uploads, SHIPPED: _samples, SET: _from_set, PINS: _pins}[way](deck)


def add(deck: Deck, wanted: Sequence[Wanted]) -> None:
    """Add them one by one; a line for what could not be added, and the rest goes on."""
    added, problems = 0, []
    for read, name, label, source in wanted:
        try:
            add_picture(deck.name, read(), name, label, source)
            added += 1
        except (UserError, OSError) as error:
            problems.append(str(error))
    said = f"Added {added} {'picture' if added == 1 else 'pictures'}." if added else ""
    more = f" {len(problems) - 1} more could not be added." if len(problems) > 1 else ""
    flash(plain(" ".join(filter(None, [said, *problems[:1]])) + more), ":material/error:" if problems else ":material/check:")


def _uploads(deck: Deck) -> None:
    key = f"deck-upload-{st.session_state.get('deck-uploaded', 0)}"
    files = st.file_uploader("Pictures", TYPES, accept_multiple_files=True, key=key, max_upload_size=50,
                             help="A copy of each is kept in the workspace, with the deck.")  # fmt: skip
    truth = st.radio("They are", [UNKNOWN, LABEL_WORDS[REAL], LABEL_WORDS[AI]], horizontal=True, key="upload-truth",
                     help="Can be changed for each picture afterwards. Without a known truth there is no score.")  # fmt: skip
    label = None if truth == UNKNOWN else LABEL_WORDS.index(truth)

    def take() -> None:
        add(deck, [(file.getvalue, file.name, label, "uploaded") for file in files])
        st.session_state["deck-uploaded"] = st.session_state.get("deck-uploaded", 0) + 1  # an empty uploader

    st.button("Add to the deck", type="primary", icon=":material/add:", disabled=not files, key="add-uploads", on_click=take)


def _samples(deck: Deck) -> None:
    st.caption("Photos that installed packages bring along, and lab pictures drawn by code, some with a planted mark.")
    ticked = []
    with st.container(horizontal=True, gap="small"):
        for sample in SAMPLES:
            with st.container(width=WIDTH, gap="xsmall"):
                st.image(sample_thumbnail(sample.name), width=WIDTH, alt=sample.title)
                if st.checkbox(plain(sample.title), key=f"sample-{sample.name}"):
                    ticked.append(sample)

    def take() -> None:
        wanted = []
        for sample in ticked:
            label = REAL if sample.kind == "photo" or not sample.source else AI
            wanted.append((lambda name=sample.name: sample_png(name), sample.title, label, sample.credit))
            st.session_state[f"sample-{sample.name}"] = False
        add(deck, wanted)

    _add_button(len(ticked), "add-samples", take)


def _pins(deck: Deck) -> None:
    pins = list_pins()
    if not pins:
        st.caption("No image is pinned. Classify and Evaluate have a button for it.")
        return
    have = {picture.sha256 for picture in deck.pictures}
    names = {pin.sha256: f"{pin.name} · {LABEL_WORDS[pin.label]}" for pin in pins if pin.sha256 not in have}
    by_hash = {pin.sha256: pin for pin in pins}
    chosen = st.multiselect("Pinned images", list(names), format_func=names.__getitem__, key="add-pins")

    def take() -> None:
        add(deck, [(by_hash[each].file.read_bytes, by_hash[each].name, by_hash[each].label, "pinned") for each in chosen])
        st.session_state["add-pins"] = []

    _add_button(len(chosen), "add-pins-now", take)


def _from_set(deck: Deck) -> None:
    sets: dict[str, KnownSet] = {known.spec: known for known in list_sets() if known.there}
    spec = st.selectbox("Data set", list(sets), format_func=lambda each: sets[each].title, index=None, key="add-set",
                        placeholder="Choose a set", help="Other folders are opened on the page Data.")  # fmt: skip
    if not spec:
        return
    try:
        with Bar("Reading the images") as bar:
            manifest = data_set(spec, lambda: open_data(spec, bar.count))
    except UserError as error:
        st.error(plain(str(error)), icon=":material/folder_off:")
        return
    items = _filtered(manifest)
    if not items:
        st.caption("No picture fits.")
        return
    first = pager("add-set", len(items), PAGE)
    page, ticked = items[first : first + PAGE], []
    with st.container(horizontal=True, gap="small"):
        for item, thumbnail in zip(page, file_thumbnails([manifest.path(item) for item in page]), strict=True):
            with st.container(width=WIDTH, gap="xsmall"):
                if thumbnail:
                    st.image(thumbnail, width=WIDTH, alt=item.path)
                colour, word = ("orange", LABEL_WORDS[AI]) if item.label == AI else ("blue", LABEL_WORDS[REAL])
                if st.checkbox(f":{colour}[{word}] {plain(item.path.rpartition('/')[2][-24:])}", key=f"set-{item.sha256[:16]}"):
                    ticked.append(item)

    def take() -> None:
        source = manifest.root.name
        add(
            deck,
            [(manifest.path(item).read_bytes, item.path.rpartition("/")[2], item.label, _from(source, item)) for item in ticked],
        )
        for item in ticked:
            st.session_state[f"set-{item.sha256[:16]}"] = False

    _add_button(len(ticked), "add-from-set", take)


def _filtered(manifest: Manifest) -> list[Item]:
    """The pictures of a set by class, split and words of their path or generator; a detector may have learnt from some splits."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        label = st.segmented_control("Class", [REAL, AI], format_func=LABEL_WORDS.__getitem__, key="add-class")
        splits = sorted({item.split for item in manifest.items if item.split})
        split = st.segmented_control("Split", splits, key="add-split") if splits else None
        search = st.text_input("Path or generator", key="add-search", width=220).strip().lower()
    return [
        item
        for item in manifest.items
        if label in (None, item.label) and split in (None, item.split) and search in f"{item.path} {item.generator}".lower()
    ]


def _from(source: str, item: Item) -> str:
    return f"{source} · {item.generator}" if item.generator else source


def _add_button(count: int, key: str, take: Callable[[], None]) -> None:
    words = f"Add {count} to the deck" if count else "Add to the deck"
    st.button(words, type="primary", icon=":material/add:", disabled=not count, key=key, on_click=take)
