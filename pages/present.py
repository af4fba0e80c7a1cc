"""Present: decks of pictures for an audience that guesses first, and the replay of a training. On stage nothing is computed."""

import streamlit as st

from detector.errors import UserError
from detector.stage.deck import Deck, damaged_decks, list_decks, read_deck
from pages.parts.shell import shell
from pages.parts.stage_add import add_pictures
from pages.parts.stage_deck import choose_deck, deck_pictures
from pages.parts.stage_ready import readiness
from pages.parts.stage_replay import choose_replay
from pages.parts.stage_rounds import past_rounds
from pages.parts.stage_view import ON, stage
from pages.parts.widgets import plain, show_flash

DECKS, REPLAY = "Decks", "Time machine"


def main() -> None:
    shell()
    show_flash()
    st.title("Present", anchor=False)
    if ON in st.query_params:
        on_stage()
        return
    st.markdown(
        "Let an audience guess, then show what a detector says and where it looked. Get a deck ready, and nothing can hang."
    )
    view = st.segmented_control(
        "What to show",
        [DECKS, REPLAY],
        default=DECKS,
        required=True,
        key="view",
        bind="query-params",
        label_visibility="collapsed",
    )
    if view == REPLAY:
        choose_replay()
    else:
        decks()


def on_stage() -> None:
    """The stage over everything else; where it cannot be shown, one line says why."""
    try:
        stage(st.query_params.get("deck", ""), st.query_params[ON])
    except (UserError, OSError) as error:
        st.error(plain(str(error)), icon=":material/error:")
        st.button("Back to the decks", icon=":material/arrow_back:", on_click=lambda: st.query_params.pop(ON, None))


def decks() -> None:
    """Choose a deck, get it ready and show it; then its pictures."""
    for name in damaged_decks():
        st.warning(
            plain(f"The deck {name} cannot be read. Its pictures lie in decks/{name}/pictures."), icon=":material/broken_image:"
        )
    name = choose_deck(list_decks())
    if name is None:
        return
    try:
        deck: Deck = read_deck(name)
    except UserError as error:
        st.error(plain(str(error)), icon=":material/error:")
        return
    if deck.pictures:
        readiness(deck)
        deck_pictures(deck)
    add_pictures(deck)
    past_rounds(deck)


main()
