"""A deck on its page: choosing, making, renaming and deleting one, and its pictures in their order."""

import io
import time
from collections.abc import Callable

import streamlit as st
from PIL import Image

from detector.errors import UserError
from detector.labels import AI, LABEL_WORDS, REAL
from detector.stage.deck import Deck, Picture, create_deck, delete_deck, rename_deck
from detector.stage.pictures import mix, move_picture, put_back, remove_picture, reorder, set_label
from pages.parts.actions import attempt
from pages.parts.cache import file_thumbnails
from pages.parts.pager import pager
from pages.parts.widgets import empty_state, flash, plain

KEY, CHOSEN = "deck", "deck-chosen"
"""The deck in the address, by its name; the box shows titles, which a bound box would write there instead."""
PAGE = 12
THUMBNAIL, SIDE = 160, 72
UNDO = "deck-undo"


def choose_deck(decks: list[Deck]) -> str | None:
    """The name of the chosen deck, which is in the address; None where there is none yet."""
    titles = {deck.name: deck.title for deck in decks}
    if not decks:
        empty_state("No deck yet. A deck holds the pictures that you want to show, with what a detector says of them.",
                    icon=":material/slideshow:")  # fmt: skip
        with st.form("first-deck", border=False):
            title = st.text_input("Title of the first deck", placeholder="Open day", max_chars=120, key="new-deck-title")
            if st.form_submit_button("Make the deck", type="primary", icon=":material/add:"):
                attempt(lambda: make(title), "The deck is there: add pictures.")
        return None
    with st.container(horizontal=True, vertical_alignment="bottom"):
        if st.session_state.get(CHOSEN) not in titles:
            wanted = st.query_params.get(KEY, "")
            st.session_state[CHOSEN] = wanted if wanted in titles else decks[0].name
        name = st.selectbox("Deck", list(titles), format_func=titles.__getitem__, key=CHOSEN, on_change=_remember, width=420)
        if st.button("New deck", icon=":material/add:", key="new-deck"):
            ask_new()
        if st.button("Rename", icon=":material/edit:", key="rename-deck"):
            ask_rename(name, titles[name])
        if st.button("Delete", icon=":material/delete:", key="delete-deck"):
            ask_delete(name, titles[name])
    return name


def make(title: str) -> None:
    """Make a deck, and choose it."""
    st.query_params[KEY] = create_deck(title).name
    st.session_state.pop(CHOSEN, None)


def _remember() -> None:
    st.query_params[KEY] = st.session_state[CHOSEN]


@st.dialog("New deck")
def ask_new() -> None:
    """Its title."""
    title = st.text_input("Title", max_chars=120, key="new-title", help="Shown on the first screen of the stage.")
    if st.button("Make the deck", type="primary", disabled=not title.strip(), key="new-now"):
        attempt(lambda: make(title), "The deck is there: add pictures.")


@st.dialog("Rename the deck")
def ask_rename(name: str, title: str) -> None:
    """Another title."""
    new = st.text_input("Title", value=title, max_chars=120, key=f"rename-title-{name}")
    if st.button("Rename", type="primary", disabled=not new.strip() or new == title, key="rename-now"):
        attempt(lambda: rename_deck(name, new), f"Renamed to {plain(new)}.")


@st.dialog("Delete for good?")
def ask_delete(name: str, title: str) -> None:
    """Ask before anything is gone."""
    st.markdown(f"**{plain(title)}** goes with its pictures, what was made ready, its rounds and their votes.")

    def delete() -> None:
        delete_deck(name)
        st.query_params.pop(KEY, None)
        st.session_state.pop(CHOSEN, None)

    if st.button("Delete", type="primary", icon=":material/delete:", key="delete-now"):
        attempt(delete, f"Deleted {plain(title)}.")


def deck_pictures(deck: Deck) -> None:
    """The pictures, some at a time: each with its truth, its place, and a way out."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.subheader("Pictures", anchor=False, width="content")
        st.button("Mix", icon=":material/shuffle:", key="mix", on_click=_mix, args=(deck,), disabled=len(deck.pictures) < 2,
                  help="Into an order by chance, so that nobody can tell from the order which are real.")  # fmt: skip
        undo = st.session_state.get(UNDO)
        if undo and undo["deck"] == deck.name:
            st.button(f"Undo: {undo['words']}", icon=":material/undo:", key="deck-undo-now", on_click=_undo)
    first = pager("deck-pictures", len(deck.pictures), PAGE)
    page = deck.pictures[first : first + PAGE]
    thumbnails = file_thumbnails([deck.shown(picture) for picture in page], THUMBNAIL)
    for place, (picture, thumbnail) in enumerate(zip(page, thumbnails, strict=True), first):
        _row(deck, picture, thumbnail, place)


def _row(deck: Deck, picture: Picture, thumbnail: bytes | None, place: int) -> None:
    key, last = picture.key, place == len(deck.pictures) - 1
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"deck-row-{key}"):
        st.markdown(f"{place + 1}", width=28)
        if thumbnail:
            st.image(thumbnail, width=_width(thumbnail), alt=picture.name)
        with st.container(width=260, gap=None):
            st.markdown(plain(picture.name))
            if picture.source:
                st.caption(plain(picture.source))
        st.segmented_control(
            "What it truly is", [REAL, AI], default=picture.label, format_func=LABEL_WORDS.__getitem__, key=f"truth-{key}",
            label_visibility="collapsed", on_change=_label, args=(deck.name, picture.sha256),
            help="Click again where nobody knows. Pictures of unknown truth are shown, but not scored.",
        )  # fmt: skip
        st.button("", icon=":material/arrow_upward:", key=f"up-{key}", help="One place up", disabled=place == 0,
                  on_click=_move, args=(deck.name, picture.sha256, place - 1))  # fmt: skip
        st.button("", icon=":material/arrow_downward:", key=f"down-{key}", help="One place down", disabled=last,
                  on_click=_move, args=(deck.name, picture.sha256, place + 1))  # fmt: skip
        st.button("", icon=":material/close:", key=f"out-{key}", help="Take it out of the deck",
                  on_click=_remove, args=(deck.name, picture.sha256))  # fmt: skip


def _width(thumbnail: bytes) -> int:
    """As wide as fits a row: a tall picture is narrower, not taller."""
    with Image.open(io.BytesIO(thumbnail)) as image:
        return max(round(SIDE * min(image.width / image.height, 1)), 8)


def _label(name: str, sha256: str) -> None:
    label = st.session_state.get(f"truth-{sha256[:12]}")
    _try(lambda: set_label(name, sha256, label))


def _move(name: str, sha256: str, place: int) -> None:
    _try(lambda: move_picture(name, sha256, place))


def _mix(deck: Deck) -> None:
    _try(lambda: mix(deck.name, time.time_ns()))
    order = [picture.sha256 for picture in deck.pictures]
    st.session_state[UNDO] = {"deck": deck.name, "words": "the order", "order": order}


def _remove(name: str, sha256: str) -> None:
    def remove() -> None:
        picture, place, data = remove_picture(name, sha256)
        gone = {"name": picture.name, "label": picture.label, "source": picture.source, "place": place, "data": data}
        st.session_state[UNDO] = {"deck": name, "words": picture.name[:40], "sha256": sha256, **gone}

    _try(remove)


def _undo() -> None:
    undo = st.session_state.pop(UNDO)
    if "order" in undo:
        _try(lambda: reorder(undo["deck"], undo["order"]))
        return
    picture = Picture(undo["sha256"], undo["name"], undo["label"], undo["source"])
    _try(lambda: put_back(undo["deck"], picture, undo["place"], undo["data"]))


def _try(action: Callable[[], object]) -> None:
    """Do it before the page is drawn; a deck that changed in another tab is told of."""
    try:
        action()
    except (UserError, OSError) as error:
        flash(plain(str(error)), ":material/error:")
