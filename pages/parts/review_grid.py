"""The grid: many pictures of a queue at once, filtered and paged, for one answer to all that are selected."""

from functools import partial
from typing import Any

import streamlit as st

from detector.errors import UserError
from detector.review.desk import Item, Queue, Score, items, progress
from detector.words import shown_score
from pages.parts.pager import pager, turn_below
from pages.parts.review_cache import small
from pages.parts.review_components import grid_component
from pages.parts.review_desk import STEADY
from pages.parts.review_sent import State, holding_nothing, missed, receive, state_of
from pages.parts.widgets import WORDS, plain, sentence_case

PAGE = 60
KEY = "review-grid"
SHOW = {
    "all": "All",
    "unanswered": "Nobody answered",
    "mine": "Answered by me",
    "skipped": "Skipped by me",
    "disputed": "People disagree",
    "against": "People against the detector",
}


def show_grid(queue: Queue, who: str) -> None:
    """The filters, the page of pictures, and what is done with them."""
    state_of(_place(queue, who)).update(holding_nothing())  # the whole page runs: the browser may have drawn it anew
    st.html(STEADY)
    _grid(queue, who)
    state_of(_place(queue, who))["scope"] = "fragment"


@st.fragment
def _grid(queue: Queue, who: str) -> None:
    state = state_of(_place(queue, who))
    try:
        show, verdict, search = _filters(queue)
        total = items(queue.name, who, show, verdict, 0, 1, search)[1]
        if not total:
            st.info("No picture fits these filters.", icon=":material/filter_alt_off:")
            return
        first = pager("review", total, PAGE)
        found, _ = items(queue.name, who, show, verdict, first // PAGE, PAGE, search)
    except (UserError, OSError) as error:
        st.error(plain(str(error)), icon=":material/error:")
        st.button("Try again", icon=":material/refresh:", key="grid-again")
        return
    data = grid_data(queue, who, state, found)
    result = grid_component(key=KEY, data=data, on_sent_change=partial(_receive, queue, who))
    if missed(state, result.get("sent")):
        receive(state, queue.name, who, result["sent"])
        st.rerun(scope=state["scope"])
    turn_below("review", total, PAGE)


def grid_data(queue: Queue, who: str, state: State, found: list[Item]) -> dict[str, Any]:
    """What the browser needs of these pictures: their tiles, thumbnails that it lacks, and which answers are kept."""
    return {
        "name": _place(queue, who),
        "tiles": [_tile(each, queue) for each in found],
        "pictures": {str(each.id): _picture(each, queue) for each in found if str(each.id) not in state["have"]},
        "done": state["done"],
        "problem": state["problem"],
        "undoable": _mine(queue, who) > 0,
    }


def _filters(queue: Queue) -> tuple[str, str, str]:
    """Which pictures: by what people said, by the verdict, by name."""
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
        show = st.selectbox("Show", list(SHOW), format_func=SHOW.__getitem__, key="review-show", width=230)
        verdict = ""
        if queue.detectors and not queue.blind:  # it would tell the verdict before the answer
            words = {"": "Any", **WORDS}
            verdict = st.selectbox(
                "Verdict", list(words), format_func=lambda each: sentence_case(words[each]), key="review-verdict", width=170,
                help=plain(f"What {queue.detectors[0]} says."),
            )  # fmt: skip
        search = st.text_input("Find in names", key="review-search", icon=":material/search:", width=220)
    return show, verdict, search.strip()


def _tile(each: Item, queue: Queue) -> dict[str, Any]:
    """A picture in the grid; of a blind queue the verdict is shown once the person has answered."""
    hidden = queue.blind and not each.first
    others = each.answered - bool(each.final and each.final != "skip")
    return {
        "id": str(each.id),
        "name": f"Picture {each.id}" if hidden else each.name,
        "said": {"words": "Verdict after answering", "verdict": ""} if hidden else _brief(each.scores),
        "answer": each.final,
        "others": "People disagree" if each.split else f"Answered by {others}" if others else "",
    }


def _brief(scores: tuple[Score, ...]) -> dict[str, str]:
    """What the first detector says, short enough for a tile."""
    if not scores:
        return {"words": "", "verdict": ""}
    verdict = scores[0].verdict or scores[0].label
    return {"words": f"{WORDS[verdict]} · {shown_score(scores[0].probability)}", "verdict": verdict}


def _mine(queue: Queue, who: str) -> int:
    steps = progress(queue.name, who)
    return steps.mine + steps.skipped


def _picture(each: Item, queue: Queue) -> dict[str, str]:
    try:
        return {"url": small(each), "alt": "" if queue.blind else each.name}
    except (UserError, OSError) as error:
        return {"error": str(error)}


def _place(queue: Queue, who: str) -> str:
    return f"grid/{queue.name}/{who}"


def _receive(queue: Queue, who: str) -> None:
    receive(_state(queue, who), queue.name, who, st.session_state.get(KEY, {}).get("sent"))


def _state(queue: Queue, who: str) -> State:
    return state_of(_place(queue, who))
