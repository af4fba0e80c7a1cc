"""The rounds of a deck that were shown: what came out, going on with one, ending its vote, deleting it."""

from dataclasses import replace
from datetime import datetime

import streamlit as st

from detector.errors import UserError
from detector.stage.deck import Deck
from detector.stage.ready import answers
from detector.stage.rounds import Round, change, delete_round, list_rounds
from detector.stage.score import score_of, share_words, together
from detector.stage.votes import counts, forget, phones
from pages.parts.actions import attempt
from pages.parts.pager import pager
from pages.parts.stage_cache import close_booth
from pages.parts.stage_view import ON
from pages.parts.widgets import plain

PAGE = 10


def past_rounds(deck: Deck) -> None:
    """The rounds, the newest first; nothing where there is none."""
    rounds = list_rounds(deck.name)
    if not rounds:
        return
    with st.expander(f"Rounds ({len(rounds)})", icon=":material/history:", key="rounds"):
        first = pager("rounds", len(rounds), PAGE) if len(rounds) > PAGE else 0
        for shown in rounds[first : first + PAGE]:
            _row(deck, shown)


def _row(deck: Deck, shown: Round) -> None:
    when = datetime.fromtimestamp(shown.started).strftime("%d %B %Y, %H:%M")
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"round-{shown.id}"):
        with st.container(width=420, gap=None):
            st.markdown(f"**{when}** · {len(shown.revealed)} of {len(shown.pictures)} shown")
            st.caption(plain(_came_out(deck, shown)))
        st.button("Go on", icon=":material/play_arrow:", key=f"go-{shown.id}", on_click=_go, args=(shown,))
        if shown.port:
            st.button("End the vote", icon=":material/phonelink_erase:", key=f"end-{shown.id}", on_click=_end, args=(shown,),
                      help="Phones get in no more; the votes stay.")  # fmt: skip
        if st.button("", icon=":material/delete:", key=f"delete-{shown.id}", help="Delete this round and its votes"):
            ask_delete(shown, when)


def _came_out(deck: Deck, shown: Round) -> str:
    """The score of a round in one line."""
    try:
        votes, voters = counts(deck.name, shown.id), phones(deck.name, shown.id)
    except UserError as error:
        return str(error)
    found = score_of(deck, shown, together(shown.hands, votes), answers(deck, shown.weights))
    by_phone = f" · {voters} {'phone' if voters == 1 else 'phones'}" if voters else ""
    if not found.n:
        return f"No score yet{by_phone}"
    return f"Audience {share_words(found.audience, found.n)}; detector {share_words(found.detector, found.n)}{by_phone}"


@st.dialog("Delete this round?")
def ask_delete(shown: Round, when: str) -> None:
    """Ask before anything is gone."""
    st.markdown(f"The round of **{plain(when)}** goes with its hands and votes. The deck stays.")

    def delete() -> None:
        close_booth(shown.deck, shown.id)
        forget(shown.deck, shown.id)
        delete_round(shown.deck, shown.id)

    if st.button("Delete", type="primary", icon=":material/delete:", key="delete-round-now"):
        attempt(delete, "The round is deleted.")


def _go(shown: Round) -> None:
    st.query_params.update({"deck": shown.deck, ON: shown.id})


def _end(shown: Round) -> None:
    close_booth(shown.deck, shown.id)
    change(shown.deck, shown.id, lambda before: replace(before, port=0))
