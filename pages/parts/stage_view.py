"""The stage itself: what the browser is given before the first step, and what it tells of each step. Runs no network."""

import base64
from dataclasses import replace
from pathlib import Path
from typing import Any

import streamlit as st

from detector.errors import UserError
from detector.labels import LABEL_NAMES
from detector.stage.deck import Deck, read_deck
from detector.stage.join import join_url, qr_png
from detector.stage.ready import Answer, answers, map_file
from detector.stage.rounds import Round, change, read_round, tell
from detector.stage.score import Score, score_of, share_words, together
from detector.stage.votes import counts
from detector.words import shown_score
from pages.parts.stage_cache import booth, media_url
from pages.parts.widgets import flash, plain

ON = "stage"
"""The round that is on stage, in the address: so it survives a reload."""
SECONDS = 1
"""Between two looks at the votes by phone."""

_ASSETS = Path(__file__).with_name("stage_assets")
# Streamlit fades what waits for a rerun: on a slow machine the stage would turn pale in the middle of a show.
_CHROME = """<style>
[data-testid=stHeader], [data-testid=stSidebar], [data-testid=stToolbar], [data-testid=stHeading] { display: none; }
[data-testid=stElementContainer], [data-stale] { opacity: 1 !important; transition: none !important; }
</style>"""

_stage = st.components.v2.component(
    "telltale-stage", **{kind: (_ASSETS / f"stage.{kind}").read_text(encoding="utf-8") for kind in ("html", "css", "js")}
)


def stage(deck_name: str, round_name: str) -> None:
    """Show a round; raises UserError when it, its deck or its answers are gone."""
    deck, shown = read_deck(deck_name), read_round(deck_name, round_name)
    known = answers(deck, shown.weights)
    pictures = _pictures(deck, shown, known)
    if not pictures:
        raise UserError("Nothing in this round can be shown any more: begin a new one.")
    st.html(_CHROME)
    st.fragment(_live, run_every=SECONDS if shown.port else None)(deck, shown.id, known, pictures)


def _live(deck: Deck, name: str, known: dict[str, Answer], pictures: list[dict[str, Any]]) -> None:
    """The stage with what changes: votes and score. The browser keeps its own place."""
    shown, votes, trouble = read_round(deck.name, name), {}, ""
    try:
        votes = counts(deck.name, name)
    except UserError as error:
        trouble = str(error)
    found = score_of(deck, shown, together(shown.hands, votes), known)
    result = _stage(
        key=f"stage-{name}",
        data={
            "round": name,
            "title": deck.title,
            "detector": next(iter(known.values())).detector,
            "pictures": pictures,
            "place": shown.place,
            "revealed": list(shown.revealed),
            "hands": {key: list(both) for key, both in shown.hands.items()},
            "votes": {key: list(both) for key, both in votes.items()},
            "join": _join(shown),
            "score": _score(found, trouble),
        },
        on_told_change=lambda: _tell(deck.name, name),
        on_leave_change=lambda: None,
    )
    if result.leave:
        st.query_params.pop(ON, None)
        st.rerun()


def _tell(deck: str, name: str) -> None:
    """Put on disk what the stage says; a disk that is full must not end a show."""
    told = st.session_state[f"stage-{name}"].get("told")
    try:
        if told:
            tell(deck, name, told)
    except (UserError, OSError) as error:
        flash(plain(str(error)), ":material/error:")


def _pictures(deck: Deck, shown: Round, known: dict[str, Answer]) -> list[dict[str, Any]]:
    """What the browser needs of each picture of the round that is still there, in the round's order."""
    found = {}
    for picture in deck.pictures:
        answer = known.get(picture.sha256)
        if picture.key not in shown.pictures or answer is None:
            continue
        found[picture.key] = {
            "key": picture.key,
            "name": picture.name,
            "url": media_url(deck.shown(picture)),
            "map": media_url(map_file(deck, picture, shown.weights)) if answer.badge else "",
            "truth": "" if picture.label is None else LABEL_NAMES[picture.label],
            "verdict": answer.verdict,
            "headline": answer.headline,
            "score": answer.probability,
            "shown": shown_score(answer.probability),
            "threshold": answer.threshold,
            "detail": answer.detail,
            "seen": answer.seen,
            "mapWords": answer.map_words,
            "badge": answer.badge,
            "check": answer.check,
            "problem": answer.problem,
        }
    return [found[key] for key in shown.pictures if key in found]


def _join(shown: Round) -> dict[str, str] | None:
    """How phones join, or None; after a restart of the app the booth is opened again where it was."""
    if not shown.port:
        return None
    try:
        port = booth(shown.deck, shown.id, shown.port).port
    except UserError:
        return None
    if port != shown.port:
        change(shown.deck, shown.id, lambda before: replace(before, port=port))
    url = join_url(shown.host, port, shown.code)
    return {"url": url, "qr": "data:image/png;base64," + base64.b64encode(qr_png(url)).decode()}


def _score(found: Score, trouble: str) -> dict[str, Any]:
    notes = [trouble] if trouble else []
    if found.guesses:
        notes.append(f"Of {found.guesses} single guesses {found.right_guesses} were right.")
    if found.undecided:
        notes.append(f"You were split over {found.undecided}.")
    if found.inconclusive:
        notes.append(f"The detector called {found.inconclusive} inconclusive.")
    if found.seen:
        notes.append(f"It was trained on {found.seen} of these pictures, which flatters it.")
    return {
        "n": found.n,
        "audience": found.audience,
        "detector": found.detector,
        "audienceInterval": interval(found.audience, found.n),
        "detectorInterval": interval(found.detector, found.n),
        "verdict": found.verdict,
        "notes": notes,
    }


def interval(right: int, n: int) -> str:
    """Where the share would lie over many such pictures, in words; nothing over none."""
    return f"{share_words(right, n).partition(' · ')[2]} of many such pictures" if n else ""
