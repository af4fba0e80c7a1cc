"""Results of a queue: how far people agree, how right they, the detector and both together are, and what it costs them."""

from collections.abc import Callable

import pandas as pd
import streamlit as st

from detector.errors import UserError
from detector.evaluation.rates import Rate
from detector.review.agreement import words
from detector.review.desk import Queue
from detector.review.influence import RULE
from detector.review.stats import Stats, stats
from detector.review.words import percent
from pages.parts.review_out import bring_in, take_out, use_it
from pages.parts.widgets import plain

KAPPA = "1: always the same answer; 0: no more alike than chance would make them; the words are Landis and Koch's (1977)."


def show_results(queue: Queue, who: str) -> None:
    """What the answers say, and what can be done with them."""
    try:
        found = stats(queue.name)
    except (UserError, OSError) as error:
        st.error(plain(str(error)), icon=":material/error:")
        st.button("Try again", icon=":material/refresh:", key="results-again")
        return
    if not found.answers:
        st.info("Nobody has answered yet: the first answer on the desk begins the results.", icon=":material/inbox:")
        bring_in(queue)
        return
    st.markdown("\n".join(f"- {plain(line)}" for line in found.sentences()))
    _together(found, queue.blind)
    _people(found)
    _pairs(found)
    use_it(queue)
    take_out(queue)
    bring_in(queue)


def _together(found: Stats, blind: bool) -> None:
    """Person, detector, and both, over answers given blind and again after the verdict."""
    both = found.influence
    if not both.person.n:
        known = "once an answer has been kept or changed in sight of the verdict" if blind else "from queues with *Blind first*"
        st.caption(f"How right people and detector are together is known {known}, for pictures of known class.")
        return
    st.subheader("Person, detector, and both", anchor=False)
    rows = {
        "People, before they saw the verdict": both.person,
        "The detector": both.model,
        "People, after they saw it": both.seen,
        "Both, by a rule": both.combined,
        "Pulled right: right detector, person not right before": both.pulled_right,
        "Pulled wrong: wrong detector, person not wrong before": both.pulled_wrong,
    }
    _table([{"Who": who, **_rate("Share", rate)} for who, rate in rows.items()], "Shares of right answers")
    st.caption(f"The rule: {RULE}. Intervals hold the true share in 95 % of such tests. An unsure answer is not a right one.")


def _people(found: Stats) -> None:
    st.subheader("People", anchor=False)
    rows = [
        {
            "Name": person.name,
            "Answers": person.answers,
            "Unsure": person.unsure,
            "Seconds a picture": None if person.seconds is None else round(person.seconds, 1),
            "Right": _said(percent, person.right),
            "Right on pictures strewn in": _said(percent, person.sentinels),
            "Kappa with the detector": "–" if person.model_kappa is None else words(person.model_kappa),
        }
        for person in found.people
    ]
    _table(rows, "Annotators")
    st.caption(f"Seconds are the median of first answers. Right counts first answers to pictures of known class. Kappa: {KAPPA}")


def _pairs(found: Stats) -> None:
    if not found.pairs:
        return
    st.subheader("Agreement between people", anchor=False)
    rows = [
        {"One": pair.first, "Other": pair.second, "Pictures both judged": pair.images, "Cohen's kappa": words(pair.kappa)}
        for pair in found.pairs
    ]
    _table(rows, "Cohen's kappa of each two people")
    if found.fleiss_images:
        st.caption(f"All together: Fleiss' kappa {words(found.fleiss)} over {found.fleiss_images:,} pictures. {KAPPA}")


def _rate(name: str, rate: Rate) -> dict[str, object]:
    known = rate.n > 0
    return {
        name: f"{100 * rate.value:.0f} %" if known else "–",
        "95 % interval": f"{100 * rate.low:.0f}–{100 * rate.high:.0f} %" if known else "–",
        "Answers": rate.n,
    }


def _said(say: Callable[[Rate], str], rate: Rate) -> str:
    return say(rate) if rate.n else "–"


def _table(rows: list[dict[str, object]], alt: str) -> None:
    st.dataframe(pd.DataFrame(rows), hide_index=True, width="stretch", alt=alt)
