"""Is a deck ready? Which detector answers, what it has not been asked yet, asking it, and the way onto the stage."""

from pathlib import Path

import streamlit as st

from detector.errors import UserError
from detector.labels import INCONCLUSIVE
from detector.models.digests import weights_hash
from detector.stage.deck import Deck, choose_weights
from detector.stage.ready import Answer, answers
from detector.stage.rounds import begin, list_rounds
from pages.parts.cache import predictor
from pages.parts.progress import Bar
from pages.parts.stage_phones import open_vote, phone_host
from pages.parts.stage_view import ON
from pages.parts.weights_choice import weights_options, weights_place
from pages.parts.widgets import WORDS, empty_state, flash, plain


def readiness(deck: Deck) -> None:
    """The detector, what is missing, and the buttons that get it ready and start."""
    options = weights_options()
    if not options:
        empty_state("There is no detector yet.", "train", "Train the first one", ":material/model_training:")
        return
    with st.container(border=True, key="readiness"):
        chosen = _detector(deck, options)
        try:
            folder = weights_place(chosen)
            digest = weights_hash(folder)
        except UserError as error:
            st.error(plain(str(error)), icon=":material/error:")
            return
        known = answers(deck, digest)
        lacking = len(deck.pictures) - len(known)
        _said(deck, known, lacking)
        host = phone_host()
        with st.container(horizontal=True, vertical_alignment="center"):
            if lacking:
                asked = st.button("Get ready", type="primary", icon=":material/bolt:", key="get-ready",
                                  help="Asks the detector about each picture, draws the heat map and checks it, once: some "
                                  "seconds a picture with a small network, a minute or more with a large one such as strong. "
                                  "Leaving the page stops it; what is ready stays.")  # fmt: skip
                if asked:
                    st.button(
                        "Stop", icon=":material/stop:", key="stop-ready", help="What is ready stays."
                    )  # its click ends this
                    with st.container(width="stretch"):
                        _get_ready(deck, folder)
            st.button("Start", type="primary" if not lacking else "secondary", icon=":material/play_arrow:", key="start",
                      disabled=not known, on_click=_start, args=(deck, digest, list(known), host))  # fmt: skip
            _last_round(deck, digest, bool(known))
        st.caption("On stage: arrow keys, Page Up and Page Down, space or a clicker; F for full screen, Esc to leave.")


def _detector(deck: Deck, options: list[str]) -> str:
    """The detector of this deck, which is kept with it."""
    now = deck.weights if deck.weights in options else options[0]
    chosen = st.selectbox("Detector", options, index=options.index(now), key=f"deck-weights-{deck.name}", width=420,
                          help="What other detectors said of these pictures is kept, too.")  # fmt: skip
    if chosen != deck.weights and (deck.weights or chosen != options[0]):
        choose_weights(deck.name, chosen)
    return chosen


def _said(deck: Deck, known: dict[str, Answer], lacking: int) -> None:
    """What is missing, and what the presenter should know before anybody looks on."""
    total = len(deck.pictures)
    if lacking:
        waiting = [picture.name for picture in deck.pictures if picture.sha256 not in known]
        names = ", ".join(waiting[:3]) + (f" and {len(waiting) - 3} more" if len(waiting) > 3 else "")
        left_out = " They would be left out." if known else ""
        st.warning(plain(f"{len(known)} of {total} ready. Missing: {names}.{left_out}"), icon=":material/hourglass_top:")
    else:
        st.success(
            f"Ready: {total} {'picture' if total == 1 else 'pictures'}. The stage computes nothing.",
            icon=":material/check_circle:",
        )
    notes = []
    if seen := sum(answer.seen for answer in known.values()):
        notes.append(f"The detector was trained on {seen} of these pictures: its score on them flatters it.")
    if unknown := sum(picture.label is None for picture in deck.pictures):
        notes.append(f"{unknown} of unknown truth {_is(unknown)} shown, but not scored.")
    if unclear := sum(answer.verdict == INCONCLUSIVE for answer in known.values()):
        notes.append(f"{unclear} would be {WORDS[INCONCLUSIVE]}.")
    if mapless := sum(not answer.badge for answer in known.values()):
        notes.append(f"{mapless} {'has' if mapless == 1 else 'have'} no heat map.")
    if notes:
        st.caption(" ".join(notes))


def _is(count: int) -> str:
    return "is" if count == 1 else "are"


def _get_ready(deck: Deck, folder: Path) -> None:
    from detector.stage.prepare import get_ready

    try:
        with Bar("Asking the detector") as bar:
            bar.count(0, 1)
            said = "Asking the detector: {:,} of {:,}"
            problems = get_ready(
                deck, folder, predictor(folder), lambda done, total: bar.draw(done, total, said.format(int(done), total))
            )
    except (UserError, OSError) as error:
        st.error(plain(str(error)), icon=":material/error:")
        return
    if problems:
        more = f" {len(problems) - 1} more failed." if len(problems) > 1 else ""
        flash(plain(problems[0] + more), ":material/error:")
    st.rerun()


def _last_round(deck: Deck, digest: str, ready: bool) -> None:
    """A way back into the newest round of this detector."""
    going = next((each for each in list_rounds(deck.name) if each.weights == digest), None) if ready else None
    if going:
        st.button("Go on with the last round", icon=":material/resume:", key="go-on", on_click=_go, args=(deck.name, going.id))


def _start(deck: Deck, digest: str, ready: list[str], host: str) -> None:
    """A new round, with a vote by phone where there is a host; the hands can be counted where that cannot be had."""
    try:
        shown = begin(deck, digest, ready)
        _go(shown.deck, shown.id)
        if host:
            open_vote(shown, host)
    except (UserError, OSError) as error:
        flash(plain(str(error)), ":material/error:")


def _go(deck: str, name: str) -> None:
    st.query_params.update({"deck": deck, ON: name})
